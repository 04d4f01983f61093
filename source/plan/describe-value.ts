import type {z} from 'zod';
import type {Json} from '../domain/json.ts';
import {suiteSchema} from '../domain/suite.ts';

type AnySchema = z.core.$ZodType;

type Definition = {
	readonly type: string;
	readonly format?: string;
	readonly innerType?: AnySchema;
	readonly in?: AnySchema;
	readonly options?: readonly AnySchema[];
	readonly element?: AnySchema;
	readonly items?: readonly AnySchema[];
	readonly valueType?: AnySchema;
	readonly shape?: {readonly [key: string]: AnySchema};
	readonly entries?: {readonly [name: string]: string};
	readonly values?: readonly unknown[];
	readonly defaultValue?: unknown;
};

const define = (schema: AnySchema): Definition => schema._zod.def as unknown as Definition;

/** What the suite's schema takes at a path, in words: `a list of 3 whole numbers`; null for a path that it lacks. */
export function describeValue(path: readonly PropertyKey[]): string | null {
	const phrases = findSchemas(path).map(describe);
	return phrases.length === 0 ? null : [...new Set(phrases)].join(', or ');
}

/** A value that the schema takes at a path: its default, the one of `experiment.test` for a model's key, else a small one. */
export function exemplifyValue(path: readonly PropertyKey[]): Json {
	const [schema] = findSchemas(path);
	const standard = schema && findDefault(schema);
	if (standard !== undefined) return standard;
	const [inTest] = path.includes('vit_configs') ? findSchemas(['experiment', 'test', path.at(-1) ?? '']) : [];
	return (inTest && findDefault(inTest)) ?? (schema ? exemplify(schema) : 1);
}

function findSchemas(path: readonly PropertyKey[]): readonly AnySchema[] {
	return path.reduce<readonly AnySchema[]>(
		(schemas, part) => schemas.flatMap((schema) => descend(schema, part)),
		[suiteSchema],
	);
}

function descend(schema: AnySchema, part: PropertyKey): readonly AnySchema[] {
	const {innerType, in: input, options, shape, element, items, valueType} = define(schema);
	const through = innerType ?? input;
	if (through) return descend(through, part);
	if (options) return options.flatMap((option) => descend(option, part));
	const found = shape?.[String(part)] ?? element ?? items?.[Number(part)] ?? valueType;
	return found ? [found] : [];
}

/** A `prefault` of `{}` fills in keys and is no value that anybody would type. */
function findDefault(schema: AnySchema): Json | undefined {
	const {type, defaultValue, innerType} = define(schema);
	if (type === 'default') return defaultValue as Json;
	return innerType && findDefault(innerType);
}

function describe(schema: AnySchema): string {
	const {type, innerType, in: input, options, format, element, items, entries, values} = define(schema);
	const through = innerType ?? input;
	if (through) return describe(through);
	if (options) return [...new Set(options.map(describe))].join(', or ');
	if (entries) return `one of ${Object.values(entries).join(', ')}`;
	if (values) return `${values.length > 1 ? 'one of ' : ''}${values.map(String).join(', ')}`;
	if (items) return `a list of ${items.length} ${pluralize(items[0])}`;
	if (element) return `a list of ${pluralize(element)}`;
	return format === 'safeint' ? 'a whole number' : (NAMES[type] ?? type);
}

const NAMES: {readonly [type: string]: string} = {
	number: 'a number',
	string: 'a text',
	boolean: 'true or false',
	null: 'null',
	object: 'a dictionary of keys',
	record: 'a dictionary of keys',
};

function pluralize(schema: AnySchema | undefined): string {
	const {type, format, options} = schema ? define(schema) : {type: '', format: '', options: undefined};
	if (options) return 'values';
	if (format === 'safeint') return 'whole numbers';
	return {number: 'numbers', string: 'texts', object: 'dictionaries'}[type] ?? 'values';
}

function exemplify(schema: AnySchema): Json {
	const {type, innerType, in: input, options, element, items, entries, values, shape} = define(schema);
	const through = innerType ?? input ?? options?.[0];
	if (through) return exemplify(through);
	if (entries) return Object.values(entries)[0] ?? '';
	if (values) return values[0] as Json;
	if (items) return items.map(exemplify);
	if (element) return [exemplify(element)];
	if (shape) return 'patch_size' in shape ? MODEL : exemplifyKeys(shape);
	return ({boolean: true, string: 'name', number: 1} as const)[type as 'number'] ?? {};
}

/** The keys that have to be there. */
const exemplifyKeys = (shape: {readonly [key: string]: AnySchema}): Json =>
	Object.fromEntries(
		Object.entries(shape)
			.filter(([, schema]) => !['optional', 'default', 'prefault'].includes(define(schema).type))
			.map(([key, schema]) => [key, exemplify(schema)]),
	);

/** The smallest of the shipped models. */
const MODEL: Json = {patch_size: 32, depth: 2, heads: 4, dim: 256, mlp_dim: 1024};
