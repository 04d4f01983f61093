import {isJsonObject, type Json} from '../../domain/json.ts';
import {toSnakeCase} from '../snake-case.ts';
import type {Table, Value} from './figure.ts';

/** Rows of any shape as a table: an object inside becomes columns of its own, a list one text. */
export function flattenRows(rows: readonly object[]): Table {
	const flat = rows.map((row) => new Map(flatten('', toSnakeCase(row))));
	const keys = [...new Set(flat.flatMap((row) => [...row.keys()]))];
	return {
		columns: keys.map((key) => ({key, title: key.replaceAll('_', ' ')})),
		rows: flat.map((row) => keys.map((key) => row.get(key) ?? null)),
	};
}

/** A part that is null has no columns of its own. */
function flatten(key: string, value: Json): readonly (readonly [key: string, value: Value])[] {
	if (isJsonObject(value)) {
		return Object.entries(value).flatMap(([inner, one]) => flatten(key === '' ? inner : `${key}_${inner}`, one));
	}
	return [[key, Array.isArray(value) ? value.map(String).join(' ') : (value as Value)]];
}
