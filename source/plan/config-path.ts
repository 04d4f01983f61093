import {isJsonObject, type Json, type JsonObject} from '../domain/json.ts';

/** Where a value is to go, or why it cannot; `problem` is a clause that follows the key's name. */
type PathResult = {readonly kind: 'done'; readonly config: Json} | {readonly kind: 'refused'; readonly problem: string};

export type Change =
	| {readonly kind: 'set'; readonly value: Json}
	/** Refused when something is there already; dictionaries are merged. */
	| {readonly kind: 'add'; readonly value: Json}
	/** With a value: only when it is the current one. */
	| {readonly kind: 'remove'; readonly expected?: Json};

/**
 * Applies one change at a dotted path without touching the rest, so that 100 000 jobs share what they have in common.
 * A number picks a list's element; `*`, or a name where a list stands, means every element.
 */
export function changeAt(config: Json | undefined, path: readonly string[], change: Change): PathResult {
	const [part, ...rest] = path;
	if (part === undefined) return changeHere(config, change);
	if (Array.isArray(config)) return changeList(config, part, rest, change);
	if (config !== undefined && config !== null && !isJsonObject(config)) {
		return {kind: 'refused', problem: `has no part ${part}, because it is ${JSON.stringify(config)}`};
	}
	return changeMember(config ?? {}, part, rest, change);
}

function changeHere(current: Json | undefined, change: Change): PathResult {
	if (change.kind === 'set') return {kind: 'done', config: merge(current, change.value)};
	if (change.kind === 'add') {
		if (current === undefined || isJsonObject(current)) return {kind: 'done', config: merge(current, change.value)};
		return {kind: 'refused', problem: `is there already (${JSON.stringify(current)})`};
	}
	return {kind: 'refused', problem: 'cannot be removed'};
}

/** Dictionaries are merged into dictionaries, everything else replaces, as in the system that people come from. */
function merge(current: Json | undefined, value: Json): Json {
	if (!isJsonObject(current) || !isJsonObject(value)) return value;
	const merged: {[key: string]: Json} = {...current};
	for (const [key, item] of Object.entries(value)) merged[key] = merge(current[key], item);
	return merged;
}

function changeMember(config: JsonObject, part: string, rest: readonly string[], change: Change): PathResult {
	const known = Object.hasOwn(config, part) ? config[part] : undefined;
	if (rest.length === 0 && change.kind === 'remove') return removeMember(config, part, change);
	const changed = changeAt(known, rest, change);
	if (changed.kind === 'refused') return changed;
	return {kind: 'done', config: {...config, [part]: changed.config}};
}

function removeMember(config: JsonObject, part: string, change: Extract<Change, {kind: 'remove'}>): PathResult {
	if (!Object.hasOwn(config, part)) return {kind: 'refused', problem: 'is not there'};
	const {[part]: removed, ...kept} = config;
	if (change.expected !== undefined && JSON.stringify(removed) !== JSON.stringify(change.expected)) {
		return {kind: 'refused', problem: `is ${JSON.stringify(removed)} and not ${JSON.stringify(change.expected)}`};
	}
	return {kind: 'done', config: kept};
}

function changeList(list: readonly Json[], part: string, rest: readonly string[], change: Change): PathResult {
	if (part === '*') return changeAll(list, rest, change);
	if (!/^(0|[1-9]\d*)$/.test(part)) return changeAll(list, [part, ...rest], change);
	const index = Number(part);
	if (index >= list.length) {
		return {kind: 'refused', problem: `has no element ${index}: the list has ${list.length} (0 to ${list.length - 1})`};
	}
	if (rest.length === 0 && change.kind === 'remove') return {kind: 'done', config: list.toSpliced(index, 1)};
	const changed = changeAt(list[index], rest, change);
	return changed.kind === 'refused' ? changed : {kind: 'done', config: list.with(index, changed.config)};
}

function changeAll(list: readonly Json[], rest: readonly string[], change: Change): PathResult {
	const changed: Json[] = [];
	for (const item of list) {
		const result = changeAt(item, rest, change);
		if (result.kind === 'refused') return result;
		changed.push(result.config);
	}
	return {kind: 'done', config: changed};
}
