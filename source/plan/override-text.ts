import {
	type EncodedQuoted,
	type EncodedValue,
	isChoice,
	isDict,
	isFloat,
	isInt,
	isList,
	isQuoted,
} from './override-encoding.ts';

const marks = {single: "'", double: '"'} as const;

/** The text inside a quoted token: only a run of backslashes in front of the same quote, or of the end, is an escape. */
export function unquote(token: string): EncodedQuoted {
	const mark = token.startsWith("'") ? "'" : '"';
	const inside = token.slice(1).replace(runsBefore(mark), (_, run: string) => halve(run, mark));
	return {$quoted: inside.slice(0, -1), quote: mark === "'" ? 'single' : 'double'};
}

/** The shortest token that reads back as the same text. */
export function quote({$quoted, quote: kind}: EncodedQuoted): string {
	const mark = marks[kind];
	const closed = `${$quoted}${mark}`.replace(runsBefore(mark), (_, run: string) => `${run}${run}${mark}`);
	return `${mark}${closed.slice(0, -1).replaceAll(mark, `\\${mark}`)}${mark}`;
}

/** As Hydra prints it in job lists: it reads back as the same value, but for the text that a function made (`str(1)`). */
export function formatValue(value: EncodedValue): string {
	if (value === null) return 'null';
	if (typeof value === 'boolean') return value ? 'True' : 'False';
	if (typeof value === 'string') return escapeSpecials(value);
	if (isList(value)) return `[${value.map(formatValue).join(',')}]`;
	if (isDict(value)) return `{${value.$dict.map((pair) => pair.map(formatValue).join(':')).join(',')}}`;
	if (isInt(value)) return value.$int;
	if (isFloat(value)) return value.$float;
	if (isQuoted(value)) return quote(value);
	return isChoice(value) ? formatChoice(value.list, value.simple) : formatRange([value.start, value.stop, value.step]);
}

/** The override in a form that a POSIX shell and zsh pass on unchanged. */
export const quoteForShell = (text: string): string =>
	/^[\w./=,+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The text that a run of escapes stands for: every second character. */
export const readEscapes = (token: string): string => [...token].filter((_, index) => index % 2 === 1).join('');

const runsBefore = (mark: string) => new RegExp(`(\\\\+)${mark}`, 'g');

/** An odd run ends in an escaped quote; an even one stands before the closing quote, which stays. */
const halve = (run: string, mark: string) => '\\'.repeat(Math.floor(run.length / 2)) + mark;

const escapeSpecials = (text: string) => text.replace(/[\\()[\]{}:=, \t]/g, (special) => `\\${special}`);

const formatChoice = (list: readonly EncodedValue[], simple: boolean) =>
	simple ? list.map(formatValue).join(',') : `choice(${list.map(formatValue).join(',')})`;

const formatRange = (bounds: readonly EncodedValue[]) => `range(${bounds.map(formatValue).join(',')})`;
