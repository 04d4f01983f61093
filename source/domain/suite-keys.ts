import type {z} from 'zod';
import {suiteSchema} from './suite.ts';

/** The keys that the schema reads at a path such as `experiment.vit_configs.0`; null where any name is allowed. */
export function findKnownKeys(path: readonly (string | number)[]): readonly string[] | null {
	let schemas = unwrap(suiteSchema);
	for (const part of path) schemas = schemas.flatMap((schema) => descend(schema, part));
	if (schemas.some(isOpen)) return null;
	return schemas.flatMap((schema) => (isObject(schema) ? Object.keys(schema.shape) : []));
}

/** Every dotted key of the schema, lists as `*`: what a mistyped override is compared with. */
export function listKnownPaths(): readonly string[] {
	return walk(unwrap(suiteSchema), '');
}

/** The words that the schema allows at a dotted path such as `experiment.hardware.device`; empty where it has no such list. */
export function listAllowedWords(path: string): readonly string[] {
	const schemas = path
		.split('.')
		.reduce((found, part) => found.flatMap((schema) => descend(schema, part)), unwrap(suiteSchema));
	return schemas.flatMap((schema) => Object.keys(define(schema).entries ?? {}));
}

type AnySchema = z.core.$ZodType;
type ObjectSchema = AnySchema & {readonly shape: {readonly [key: string]: AnySchema}};

function walk(schemas: readonly AnySchema[], path: string): readonly string[] {
	return schemas.flatMap((schema) => {
		const definition = define(schema);
		if (definition.type === 'array') return walk(unwrap(definition.element), `${path}.*`);
		if (!isObject(schema)) return [];
		return Object.entries(schema.shape).flatMap(([key, value]) => {
			const full = path === '' ? key : `${path}.${key}`;
			return [full, ...walk(unwrap(value), full)];
		});
	});
}

function descend(schema: AnySchema, part: string | number): readonly AnySchema[] {
	const definition = define(schema);
	if (isObject(schema)) return unwrap(schema.shape[part]);
	if (definition.type === 'array') return descendList(unwrap(definition.element), part);
	if (definition.type === 'record') return unwrap(definition.valueType);
	if (definition.type === 'unknown') return [schema];
	return [];
}

/** A list may be named with an index, with `*`, or by a key of its elements alone. */
const descendList = (elements: readonly AnySchema[], part: string | number): readonly AnySchema[] =>
	/^(\d+|\*)$/.test(`${part}`) ? elements : elements.flatMap((element) => descend(element, part));

/** Looks through defaults, options and transformations to what they hold. */
function unwrap(schema: AnySchema | undefined): readonly AnySchema[] {
	if (!schema) return [];
	const definition = define(schema);
	if (definition.innerType) return unwrap(definition.innerType);
	if (definition.type === 'pipe') return unwrap(definition.in);
	if (definition.type === 'union') return (definition.options ?? []).flatMap(unwrap);
	return [schema];
}

type Definition = {
	readonly type: string;
	readonly innerType?: AnySchema;
	readonly in?: AnySchema;
	readonly options?: readonly AnySchema[];
	readonly element?: AnySchema;
	readonly valueType?: AnySchema;
	readonly entries?: {readonly [word: string]: unknown};
};

const define = (schema: AnySchema): Definition => schema._zod.def as unknown as Definition;

const isObject = (schema: AnySchema): schema is ObjectSchema => define(schema).type === 'object';

const isOpen = (schema: AnySchema): boolean => ['record', 'unknown'].includes(define(schema).type);
