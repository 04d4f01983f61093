import type {JsonObject} from '../../domain/json.ts';
import {
	describeResult,
	type ForeignCell,
	type ForeignFile,
	type ForeignTree,
	type Found,
	nameFile,
} from './foreign-run.ts';

const LIMITS = ['tables alone: who ran what is not known', 'rows may be of several programs at once'];

/** Tables that stand alone: each numeric column's count, mean and ends, and how much of it was unreadable. */
export function readCsvTables(tree: ForeignTree): Found {
	const files = tree.files.filter(({path}) => /\.csv$/i.test(path));
	const read = files.map((file) => ({file, cell: readTable(file)}));
	const cells = read.flatMap(({cell}) => (cell ? [cell] : []));
	const problems = read.flatMap(({file, cell}) => (cell ? [] : [`${file.path}: it has no row of numbers; left out`]));
	if (cells.length === 0) return {runs: [], problems};
	const sources = cells.map(({source}) => source);
	return {runs: [{kind: 'csv', name: tree.name, limits: LIMITS, notes: [], cells, sources, config: {}}], problems};
}

function readTable({path, text}: ForeignFile): ForeignCell | null {
	const nuls = text.split('\0').length - 1;
	const [head, ...lines] = text
		.replaceAll('\0', '')
		.replace(/^\uFEFF/, '')
		.split(/\r\n|\n|\r/)
		.filter((line) => line.trim() !== '');
	const titles = splitRow(head ?? '');
	const rows = lines.map(splitRow);
	const whole = rows.filter((row) => row.length === titles.length);
	const columns = titles.flatMap((title, index) => {
		const column = describeColumn(whole.map((row) => row[index] ?? ''));
		return column === null ? [] : [[title || `column ${index + 1}`, column] as const];
	});
	if (columns.length === 0) return null;
	const torn = rows.length - whole.length;
	const lost = [
		...(nuls > 0 ? [`${nuls} NUL bytes were passed over`] : []),
		...(torn > 0 ? [`${torn} of ${rows.length} rows do not have ${titles.length} fields and were left out`] : []),
	];
	return {
		name: nameFile(path).replace(/\.csv$/i, ''),
		block: 1,
		model: null,
		gpuId: null,
		numaNode: null,
		params: {},
		axes: {},
		source: path,
		result: describeResult({
			status: 'invalid',
			reason: ['a table is no experiment, so it counts in no figure', ...lost].join('; '),
			metrics: {rows: whole.length, ...Object.fromEntries(columns)},
		}),
	};
}

/** RFC 4180 within one line; a field may begin behind a blank, as nvidia-smi writes them. */
function splitRow(line: string): readonly string[] {
	const fields: string[] = [];
	let isQuoted = false;
	let field = '';
	for (const character of line) {
		if (character === '"') isQuoted = !isQuoted;
		if (character === ',' && !isQuoted) {
			fields.push(unquote(field));
			field = '';
		} else field += character;
	}
	return [...fields, unquote(field)];
}

const unquote = (field: string): string =>
	field
		.trim()
		.replace(/^"(.*)"$/, '$1')
		.replaceAll('""', '"');

function describeColumn(fields: readonly string[]): JsonObject | null {
	const numbers = fields.flatMap((field) => {
		const found = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?:\s*[A-Za-z%/]+)?$/.exec(field)?.[1];
		return found === undefined ? [] : [Number(found)];
	});
	if (numbers.length === 0) return null;
	let [low, high, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
	for (const number of numbers) [low, high, sum] = [Math.min(low, number), Math.max(high, number), sum + number];
	return {n: numbers.length, mean: sum / numbers.length, min: low, max: high};
}
