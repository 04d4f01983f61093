import {isJsonObject, type Json} from '../domain/json.ts';

/** The keys of everything inside as files have them: `lowPercent` becomes `low_percent`. */
export function toSnakeCase(value: unknown): Json {
	const json = value as Json;
	if (Array.isArray(json)) return json.map(toSnakeCase);
	if (!isJsonObject(json)) return json;
	return Object.fromEntries(Object.entries(json).map(([key, inner]) => [snake(key), toSnakeCase(inner)]));
}

const snake = (key: string): string => key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
