import {findNearest, UserError} from '../domain/errors.ts';
import {isJsonObject, type Json, type JsonObject} from '../domain/json.ts';
import {changeAt} from './config-path.ts';

/** A value of a configuration in the place of the one that is there; `adds`: nothing has to be there. */
type ConfigChange = {readonly path: readonly string[]; readonly value: Json; readonly adds: boolean};

/** What a command gets instead of its configuration file. */
export type ConfigCopy = {
	readonly from: string;
	readonly to: string;
	readonly changes: readonly ConfigChange[];
};

/** `{a: {b: 1}}`, `{"a.b": 1}`, and `{"+a.b": 1}` for a key that is not there yet; a number picks an element of a list. */
export function listConfigChanges(
	overrides: JsonObject,
	fill: (text: string) => string = String,
): readonly ConfigChange[] {
	return Object.entries(overrides).flatMap(([key, value]) => listChanges(key, value, fill));
}

function listChanges(key: string, value: Json, fill: (text: string) => string): readonly ConfigChange[] {
	const adds = key.startsWith('+');
	const path = key.replace(/^\+/, '').split('.');
	// As where they come from: dictionaries are merged, everything else is replaced.
	if (!isJsonObject(value) || Object.keys(value).length === 0) return [{path, value: fillValue(value, fill), adds}];
	return listConfigChanges(value, fill).map((inner) => ({
		...inner,
		path: [...path, ...inner.path],
		adds: adds || inner.adds,
	}));
}

/** A text that is one placeholder becomes the number or the list that it stands for. */
function fillValue(value: Json, fill: (text: string) => string): Json {
	if (Array.isArray(value)) return value.map((item) => fillValue(item, fill));
	if (typeof value !== 'string' || !value.includes('${')) return value;
	const filled = fill(value);
	return /^\$\{[^{}]*\}$/.test(value) ? readScalar(filled) : filled;
}

function readScalar(text: string): Json {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/** The configuration with other values; a key that it does not have is refused, because nobody would read it. */
export const changeConfig = (config: Json, changes: readonly ConfigChange[], origin: string): Json =>
	changes.reduce((changed, change) => changeOne(changed, change, origin), config);

function changeOne(config: Json, {path, value, adds}: ConfigChange, origin: string): Json {
	if (!adds && lookUp(config, path) === undefined) throw refuseKey(config, path, origin);
	const result = changeAt(config, path, {kind: 'set', value});
	if (result.kind === 'done') return result.config;
	throw new UserError(`${origin}: ${path.join('.')} ${result.problem}.`, {
		tryThis: [`cat ${origin}   (shows its keys)`],
	});
}

const lookUp = (config: Json, path: readonly string[]): Json | undefined =>
	path.reduce<Json | undefined>((value, part) => {
		if (Array.isArray(value)) return value[Number(part)];
		return isJsonObject(value) && Object.hasOwn(value, part) ? value[part] : undefined;
	}, config);

function refuseKey(config: Json, path: readonly string[], origin: string): UserError {
	const key = path.join('.');
	const nearest = findNearest(key, listPaths(config, ''));
	return new UserError(`${origin} has no key ${key}, so nobody would read it.`, {
		tryThis: [
			nearest === undefined ? `cat ${origin}   (shows its keys)` : `${nearest}   (the nearest that it has)`,
			`--override +${key}=…   (adds it), --override experiment.${key}=…   (a key of the suite)`,
		],
	});
}

const MOST_ITEMS = 50;

function listPaths(config: Json, prefix: string): readonly string[] {
	const entries = Array.isArray(config)
		? config.slice(0, MOST_ITEMS).map((item, index) => [String(index), item] as const)
		: isJsonObject(config)
			? Object.entries(config)
			: [];
	return entries.flatMap(([key, value]) => [`${prefix}${key}`, ...listPaths(value, `${prefix}${key}.`)]);
}
