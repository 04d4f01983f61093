import type {Entry} from '../domain/command-keys.ts';
import {isJsonObject, type Json} from '../domain/json.ts';

type ChosenEntry = {readonly entry: number; readonly why: string};

/** The first entry that is for a configuration of this form; null where none is. */
export function chooseEntry(entries: readonly Entry[], config: Json): ChosenEntry | null {
	for (const [entry, {when}] of entries.entries()) {
		if (!when) return {entry, why: entry === 0 ? 'it is for every file' : 'no entry before it is for this file'};
		const {has, key, equals} = when;
		if (has !== undefined && lookUp(config, has) === undefined) continue;
		if (key !== undefined && lookUp(config, key) !== equals) continue;
		const reasons = [
			...(has === undefined ? [] : [`it has ${has}`]),
			...(key === undefined ? [] : [`its ${key} is ${JSON.stringify(equals)}`]),
		];
		return {entry, why: reasons.join(' and ')};
	}
	return null;
}

/** `conditions`, or a JSON pointer: `/task/type`, `/conditions/0/tag`. */
function lookUp(config: Json, key: string): Json | undefined {
	const parts = key.startsWith('/') ? key.slice(1).split('/').map(decodePart) : [key];
	return parts.reduce<Json | undefined>((value, part) => {
		if (Array.isArray(value)) return value[Number(part)];
		return isJsonObject(value) && Object.hasOwn(value, part) ? value[part] : undefined;
	}, config);
}

const decodePart = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

/** Devices that a configuration names, by where it does: tinyLab's `device`, others' `training.device`. */
export function listDevices(config: Json, path = ''): readonly (readonly [path: string, device: string])[] {
	if (Array.isArray(config))
		return config.slice(0, MOST).flatMap((item, index) => listDevices(item, `${path}/${index}`));
	if (!isJsonObject(config)) return [];
	return Object.entries(config).flatMap(([key, value]): readonly (readonly [string, string])[] =>
		key === 'device' && typeof value === 'string'
			? [[`${path}/${key}`, value]]
			: typeof value === 'object'
				? listDevices(value, `${path}/${key}`)
				: [],
	);
}

const MOST = 100;
