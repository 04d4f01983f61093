export type Table = {
	readonly titles: readonly string[];
	readonly rows: readonly (readonly unknown[])[];
	/** What of it was left out, in words. */
	readonly doubts: readonly string[];
	/** Its end is missing. */
	readonly isTorn: boolean;
};

/** RFC 4180 with commas, semicolons or tabs, whichever the first line has most of. */
export function parseCsv(text: string): Table {
	const nuls = text.includes('\0');
	const clean = (nuls ? text.replaceAll('\0', '') : text).replace(/^\uFEFF/, '');
	const {records, isOpen} = splitRecords(clean, findDelimiter(clean.slice(0, firstBreak(clean))));
	const filled = records.filter((record) => record.length > 1 || record[0] !== '');
	const titles = (filled[0] ?? []).map((title) => title.trim());
	const rows = filled.slice(1);
	const whole = rows.filter((row) => row.length === titles.length);
	const last = rows.at(-1);
	const isCut = last !== undefined && last.length < titles.length && !/[\r\n]$/.test(clean);
	const odd = rows.length - whole.length;
	return {
		titles,
		rows: whole,
		isTorn: isOpen || isCut,
		doubts: [
			...(nuls ? ['it has NUL bytes, which were passed over'] : []),
			...(odd > 0 ? [`${odd} of ${rows.length} rows do not have ${titles.length} fields and were left out`] : []),
		],
	};
}

const firstBreak = (text: string): number => {
	const at = text.search(/[\r\n]/);
	return at < 0 ? text.length : at;
};

function findDelimiter(line: string): string {
	const bare = line.replaceAll(/"[^"]*"/g, '');
	const count = (letter: string) => bare.split(letter).length;
	return [',', ';', '\t'].reduce((best, letter) => (count(letter) > count(best) ? letter : best));
}

/** Fields are cut out of the text and not put together letter by letter, because a table may be large. */
function splitRecords(text: string, delimiter: string) {
	const records: string[][] = [];
	let record: string[] = [];
	let isOpen = false;
	let at = 0;
	while (at < text.length) {
		const field =
			text[skipBlanks(text, at)] === '"' ? readQuoted(text, skipBlanks(text, at)) : readPlain(text, at, delimiter);
		isOpen = field.isOpen;
		record.push(field.text);
		at = field.quoted ? findFieldEnd(text, field.end, delimiter) : field.end;
		const letter = text[at];
		if (letter === delimiter) {
			at++;
			// A line that ends with its delimiter has one more field, and it is empty.
			if (at === text.length) record.push('');
			continue;
		}
		records.push(record);
		record = [];
		at += letter === '\r' && text[at + 1] === '\n' ? 2 : 1;
	}
	if (record.length > 0) records.push(record);
	return {records, isOpen};
}

const skipBlanks = (text: string, from: number): number => {
	let at = from;
	while (text[at] === ' ') at++;
	return at;
};

function findFieldEnd(text: string, from: number, delimiter: string): number {
	let at = from;
	while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') at++;
	return at;
}

function readPlain(text: string, from: number, delimiter: string) {
	const end = findFieldEnd(text, from, delimiter);
	return {text: text.slice(from, end).trim(), end, quoted: false, isOpen: false};
}

function readQuoted(text: string, from: number) {
	let at = from + 1;
	for (;;) {
		const quote = text.indexOf('"', at);
		if (quote < 0) return {text: text.slice(from + 1), end: text.length, quoted: true, isOpen: true};
		if (text[quote + 1] !== '"') {
			return {text: text.slice(from + 1, quote).replaceAll('""', '"'), end: quote + 1, quoted: true, isOpen: false};
		}
		at = quote + 2;
	}
}

type Where = {readonly [column: string]: string | number | boolean};
type Column = {readonly values: readonly unknown[]} | {readonly problem: string};

/** Values of one column, of the rows that have what `where` asks for. */
export function readColumn({titles, rows}: Pick<Table, 'titles' | 'rows'>, column: string, where: Where = {}): Column {
	const missing = [column, ...Object.keys(where)].find((name) => !titles.includes(name));
	if (missing !== undefined) {
		const names = titles.slice(0, 12).join(', ');
		return {problem: `it has no column ${missing}; its columns are ${names === '' ? 'none' : names}`};
	}
	const tests = Object.entries(where).map(([name, value]) => ({index: titles.indexOf(name), value}));
	const index = titles.indexOf(column);
	const chosen = rows.filter((row) => tests.every((test) => isEqual(row[test.index], test.value)));
	if (chosen.length === 0 && tests.length > 0) return {problem: `no row has ${JSON.stringify(where)}`};
	return {values: chosen.map((row) => row[index])};
}

function isEqual(cell: unknown, wanted: string | number | boolean): boolean {
	if (typeof wanted === 'number') return cell !== '' && cell !== null && Number(cell) === wanted;
	return (
		String(cell).trim() === String(wanted) ||
		(wanted === true && cell === 'True') ||
		(wanted === false && cell === 'False')
	);
}
