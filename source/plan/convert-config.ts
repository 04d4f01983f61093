import {isJsonObject, type Json} from '../domain/json.ts';
import {findJsonNode, type JsonNode, type JsonPath} from '../domain/json-tree.ts';
import type {JsonEdit} from './edit-json-text.ts';

export type ConversionRequest = {
	/** Written into every `device`: cuda, cuda:1, cpu, mps. */
	readonly device: string;
	readonly lowMemory: boolean;
	readonly batchSize?: number;
	/** Left as it is when absent: another precision gives other numbers. */
	readonly dtype?: string;
	/** Put behind `run_name`; absent: the name stays. */
	readonly runNameSuffix?: string;
};

export type Conversion = {
	readonly edits: readonly JsonEdit[];
	/** What was asked for and cannot be done. */
	readonly warnings: readonly string[];
	/** What stays as it is although one might expect otherwise. */
	readonly notes: readonly string[];
};

/**
 * A configuration for one kind of device as one for another. Settings stand at the top, in `shared`, or in an element of
 * `conditions`; each is changed where it stands.
 */
export function convertConfig(root: JsonNode, request: ConversionRequest): Conversion {
	const scopes = listScopes(root);
	const models = scopes.map((scope) => [...scope, 'model']).filter((path) => isDictionary(findJsonNode(root, path)));
	const change = (paths: readonly JsonPath[], key: string, value: Json, option: string): Change =>
		changeKey(root, paths, {key, value, option});
	const changes = [
		change(scopes, 'device', request.device, '--device'),
		...(request.batchSize === undefined ? [] : [change(scopes, 'batch_size', request.batchSize, '--batch-size')]),
		...(request.dtype === undefined ? [] : [change([...models, ...scopes], 'dtype', request.dtype, '--dtype')]),
		...(request.lowMemory ? [saveMemory(root, models)] : []),
		...(request.runNameSuffix === undefined ? [] : [rename(root, request.runNameSuffix)]),
	];
	return {
		edits: changes.flatMap(({edits}) => edits),
		warnings: changes.flatMap(({warnings}) => warnings),
		notes: [...noteName(root, request), ...notePrecision(root, [...models, ...scopes], request)],
	};
}

type Change = {readonly edits: readonly JsonEdit[]; readonly warnings: readonly string[]};

const isDictionary = (node: JsonNode | undefined): boolean => isJsonObject(node?.value);

function listScopes(root: JsonNode): readonly JsonPath[] {
	const conditions = findJsonNode(root, ['conditions'])?.items ?? [];
	const candidates: readonly JsonPath[] = [[], ['shared'], ...conditions.map((_, index) => ['conditions', index])];
	return candidates.filter((path) => isDictionary(findJsonNode(root, path)));
}

type Wanted = {readonly key: string; readonly value: Json; readonly option: string};

/** A key that is not there is never added: nobody knows whether the program would read it. */
function changeKey(root: JsonNode, paths: readonly JsonPath[], {key, value, option}: Wanted): Change {
	const there = paths.map((path) => [...path, key]).filter((path) => findJsonNode(root, path) !== undefined);
	if (there.length === 0)
		return {edits: [], warnings: [`${option}: there is no key ${key}, so nothing was changed for it`]};
	const stale = there.filter((path) => findJsonNode(root, path)?.value !== value);
	return {edits: stale.map((path) => ({path, value})), warnings: []};
}

/** An option of the model that is off where it is absent. */
function saveMemory(root: JsonNode, models: readonly JsonPath[]): Change {
	if (models.length === 0) {
		return {edits: [], warnings: ['--low-memory: there is no model, so nothing was changed for it']};
	}
	const paths = models.map((path) => [...path, 'low_memory']);
	const stale = paths.filter((path) => findJsonNode(root, path)?.value !== true);
	return {edits: stale.map((path) => ({path, value: true})), warnings: []};
}

const readName = (root: JsonNode): string | null => {
	const name = findJsonNode(root, ['run_name'])?.value;
	return typeof name === 'string' ? name : null;
};

function rename(root: JsonNode, suffix: string): Change {
	const name = readName(root);
	if (name === null) return {edits: [], warnings: ['--rename: there is no run_name, so nothing was changed for it']};
	return {edits: name.endsWith(suffix) ? [] : [{path: ['run_name'], value: name + suffix}], warnings: []};
}

function noteName(root: JsonNode, {runNameSuffix}: ConversionRequest): readonly string[] {
	const name = readName(root);
	if (name === null || runNameSuffix !== undefined) return [];
	return [`run_name stays ${name}, so results of both devices have one name; --rename puts the suffix behind it`];
}

function notePrecision(root: JsonNode, paths: readonly JsonPath[], request: ConversionRequest): readonly string[] {
	if (request.dtype !== undefined) return [];
	const found = new Set(paths.flatMap((path) => findJsonNode(root, [...path, 'dtype'])?.value ?? []));
	return found.has('float32') ? ['dtype stays float32; --dtype float16 changes it, and the numbers with it'] : [];
}
