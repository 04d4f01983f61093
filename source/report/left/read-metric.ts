import type {Take} from '../../domain/command-output-keys.ts';
import {findInJson, isBare, nameBare, parseLooseJson} from './loose-json.ts';
import {createSeries, type FoundMetric} from './series.ts';
import {readColumn, type Table} from './tables.ts';

type Values = {readonly values: readonly unknown[]; readonly doubts: readonly string[]} | {readonly problem: string};

/** What stands at a place of a JSON file: one value, or the values of a list. */
export function listJsonValues(path: string, text: string, at: string): Values {
	const parsed = parseLooseJson(text);
	if ('problem' in parsed) return {problem: `${path}: ${parsed.problem}`};
	const found = findInJson(parsed.value, at);
	if (found === undefined) return {problem: `${path} has nothing at ${at}`};
	if (found === null) return {problem: `${path} has null at ${at}`};
	const values = Array.isArray(found) ? found : [found];
	// An infinity that JSON spells out, and a word that it does not have, are told in the program's own words.
	return {values: values.map((value) => (isBare(value) ? nameBare(value) : value)), doubts: []};
}

export function listTableValues(
	path: string,
	table: Pick<Table, 'titles' | 'rows'> & Partial<Table>,
	column: string,
	where?: {readonly [column: string]: string | number | boolean},
): Values {
	const found = readColumn(table, column, where);
	if ('problem' in found) return {problem: `${path}: ${found.problem}`};
	const torn = table.isTorn ? [`${path} was written in part: its last row is cut off`] : [];
	return {values: found.values, doubts: [...torn, ...(table.doubts ?? []).map((doubt) => `${path}: ${doubt}`)]};
}

/** The number that they come to. */
export function takeValue(values: Values, take: Take | undefined): FoundMetric {
	if ('problem' in values) return {kind: 'missing', reason: values.problem};
	const series = createSeries(take);
	for (const value of values.values) series.add(value);
	const found = series.finish();
	return found.kind === 'missing' ? found : {...found, doubts: [...found.doubts, ...values.doubts]};
}
