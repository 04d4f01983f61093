import {type EncodedValue, isSweep, makeChoice} from './override-encoding.ts';
import {OverrideFailure} from './override-failure.ts';
import {callFunction} from './override-functions.ts';
import {readValueToken, suggestQuoting, type ValueToken} from './override-lexer.ts';
import {isSameValue} from './override-order.ts';
import {parseDictKey, parsePrimitive} from './override-primitive.ts';
import type {Argument} from './override-signature.ts';

/** A place in an override's text; `random` gives the order of `shuffle([…])`, which is drawn while parsing. */
export type Cursor = {readonly text: string; index: number; depth: number; readonly random: () => number};

/** Far beyond any real suite, and far below what the stack holds. */
const deepest = 200;

export const createCursor = (text: string, index: number, random: () => number): Cursor => ({
	text,
	index,
	depth: 0,
	random,
});

/** Everything from the cursor to the end: one element, or several with commas between them. */
export function parseValue(cursor: Cursor): EncodedValue {
	const start = cursor.index;
	const first = parseElement(cursor);
	if (!take(cursor, 'COMMA')) {
		if (peek(cursor).kind !== 'END') throw refuseRest(cursor, first);
		return first;
	}
	refuseNestedSweep(first, start);
	const list = [first, ...parseList(cursor, parseMember)];
	if (peek(cursor).kind !== 'END') throw refuseRest(cursor, list.at(-1) ?? first);
	return makeChoice(list, true);
}

/** A list, a dict, a function call, a quoted text or a primitive. */
export function parseElement(cursor: Cursor): EncodedValue {
	if (cursor.depth === deepest) throw refuseDepth(cursor);
	cursor.depth++;
	const element = parseOneElement(cursor);
	cursor.depth--;
	return element;
}

function parseOneElement(cursor: Cursor): EncodedValue {
	if (take(cursor, 'BRACKET_OPEN')) return parseListContainer(cursor);
	if (take(cursor, 'BRACE_OPEN')) return parseDictContainer(cursor);
	const {kind, end} = peek(cursor);
	if (kind === 'ID' && /^[ \t]*\(/.test(cursor.text.slice(end))) return parseFunction(cursor);
	const primitive = parsePrimitive(cursor.text, cursor.index);
	if (!primitive) throw refuseMissingElement(cursor);
	cursor.index = primitive.end;
	return primitive.value;
}

function parseListContainer(cursor: Cursor): EncodedValue {
	if (take(cursor, 'BRACKET_CLOSE')) return [];
	const list = parseList(cursor, parseMember);
	if (!take(cursor, 'BRACKET_CLOSE')) throw refuseOpen(cursor, ']', 'list');
	return list;
}

function parseDictContainer(cursor: Cursor): EncodedValue {
	if (take(cursor, 'BRACE_CLOSE')) return {$dict: []};
	const pairs = parseList(cursor, parsePair);
	if (!take(cursor, 'BRACE_CLOSE')) throw refuseOpen(cursor, '}', 'dict');
	return {$dict: pairs.reduce(putPair, [])};
}

function parseList<Item>(cursor: Cursor, parseItem: (cursor: Cursor) => Item): Item[] {
	const items = [parseItem(cursor)];
	while (take(cursor, 'COMMA')) items.push(parseItem(cursor));
	return items;
}

function parseMember(cursor: Cursor): EncodedValue {
	const start = cursor.index;
	const element = parseElement(cursor);
	refuseNestedSweep(element, start);
	return element;
}

type Pair = readonly [EncodedValue, EncodedValue];

function parsePair(cursor: Cursor): Pair {
	const key = parseDictKey(cursor.text, cursor.index);
	if (key) cursor.index = key.end;
	if (!key || !take(cursor, 'COLON')) {
		throw new OverrideFailure(
			'a dict takes key:value pairs with unquoted keys',
			cursor.index,
			'write {name:value,other:value}',
		);
	}
	return [key.value, parseMember(cursor)];
}

/** A key that comes again keeps its first spelling and place and takes the last value, as in Python. */
function putPair(pairs: readonly Pair[], [key, value]: Pair): readonly Pair[] {
	const known = pairs.findIndex(([earlier]) => isSameValue(earlier, key));
	return known < 0 ? [...pairs, [key, value]] : pairs.with(known, [pairs[known]?.[0] ?? null, value]);
}

function parseFunction(cursor: Cursor): EncodedValue {
	const name = take(cursor, 'ID');
	take(cursor, 'PAREN_OPEN');
	const calls = take(cursor, 'PAREN_CLOSE') ? [] : parseArguments(cursor);
	return callFunction({name: name?.text ?? '', start: name?.start ?? 0, arguments: calls, random: cursor.random});
}

function parseArguments(cursor: Cursor): readonly Argument[] {
	const parsed = parseList(cursor, parseArgument);
	if (!take(cursor, 'PAREN_CLOSE')) throw refuseOpen(cursor, ')', 'call');
	return parsed;
}

function parseArgument(cursor: Cursor): Argument {
	const start = cursor.index;
	const name = /^[A-Za-z_][\w-]*(?=[ \t]*=)/.exec(cursor.text.slice(start))?.[0];
	if (name === undefined || peek(cursor).kind !== 'ID') return {name: undefined, start, value: parseElement(cursor)};
	take(cursor, 'ID');
	take(cursor, 'EQUAL');
	return {name, start, value: parseElement(cursor)};
}

const peek = ({text, index}: Cursor): ValueToken => readValueToken(text, index);

/** Moves past the next token if it is of this kind. */
export function take(cursor: Cursor, kind: ValueToken['kind']): ValueToken | undefined {
	const token = peek(cursor);
	if (token.kind !== kind) return undefined;
	cursor.index = token.end;
	return token;
}

/** Hydra parses a sweep inside a value and fails when it runs; here the fault is told before anything starts. */
function refuseNestedSweep(element: EncodedValue, index: number): void {
	if (!isSweep(element)) return;
	throw new OverrideFailure(
		'a sweep cannot stand inside a list, a dict or another sweep',
		index,
		'write the sweep as the whole value (key=choice(a,b)), or list its values without a function (key=a,b)',
	);
}

function refuseMissingElement({text, index}: Cursor): OverrideFailure {
	const {kind, text: found} = readValueToken(text, index);
	if (kind === 'PAREN_OPEN') return refuseParenthesis(text, index);
	if (kind === 'EQUAL') return refuseEqual(text, index);
	const before = found === '' ? 'at the end' : `before '${found.trim()}'`;
	return new OverrideFailure(
		`a value is missing ${before}`,
		index,
		"remove the extra comma or bracket, or write '' for an empty text",
	);
}

function refuseRest({text, index}: Cursor, before: EncodedValue): OverrideFailure {
	const {kind, text: found} = readValueToken(text, index);
	if (kind === 'PAREN_OPEN') return refuseParenthesis(text, index);
	if (kind === 'EQUAL') return refuseEqual(text, index);
	if (kind === 'SPACE' && text.slice(index).trim() === '') {
		return new OverrideFailure(
			'white space cannot follow a bracket or a quote',
			index,
			`leave it out: ${text.trimEnd()}`,
		);
	}
	if (typeof before === 'string' && kind === 'BRACKET_OPEN') {
		return new OverrideFailure(
			"'[' cannot stand inside a plain text",
			index,
			`an index belongs to the key (a[0].b=1); else ${suggestQuoting(text)}`,
		);
	}
	return new OverrideFailure(`the value has ended before '${found}'`, index, suggestQuoting(text));
}

const refuseDepth = ({index}: Cursor) =>
	new OverrideFailure(`more than ${deepest} levels of brackets`, index, 'write deep structures in the suite file');

const refuseParenthesis = (text: string, index: number) =>
	new OverrideFailure(
		"'(' only follows the name of a function",
		index,
		`write \\( and \\) for parentheses in a text, or ${suggestQuoting(text)}`,
	);

const refuseEqual = (text: string, index: number) =>
	new OverrideFailure("a second '=' cannot stand in a value", index, `write \\= instead, or ${suggestQuoting(text)}`);

function refuseOpen(cursor: Cursor, closing: string, name: string): OverrideFailure {
	const {kind, text: found} = peek(cursor);
	if (kind === 'EQUAL') return refuseEqual(cursor.text, cursor.index);
	if (kind === 'END')
		return new OverrideFailure(`the ${name} is not closed`, cursor.index, `add the missing ${closing}`);
	return new OverrideFailure(
		`'${found.trim() || found}' cannot stand here in a ${name}`,
		cursor.index,
		`put a comma before it, close the ${name} with ${closing}, or quote the text`,
	);
}
