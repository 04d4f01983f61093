import type {EncodedValue} from './override-encoding.ts';
import {OverrideFailure} from './override-failure.ts';
import {readValueToken, type ValueToken} from './override-lexer.ts';
import {encodeFloat, encodeInt, longestInteger} from './override-number.ts';
import {readEscapes, unquote} from './override-text.ts';

type Parsed = {readonly value: EncodedValue; readonly end: number};

type Kinds = ReadonlySet<ValueToken['kind']>;

const dictKeyKinds: Kinds = new Set(['ID', 'NULL', 'INT', 'FLOAT', 'BOOL', 'PUNCTUATION', 'ESCAPE', 'SPACE']);

const primitiveKinds: Kinds = new Set([...dictKeyKinds, 'INTERPOLATION', 'COLON']);

/** A quoted text, or the longest run of unquoted tokens; undefined where neither starts. */
export function parsePrimitive(text: string, index: number): Parsed | undefined {
	const first = readValueToken(text, index);
	if (first.kind === 'QUOTED') return {value: unquote(first.text), end: first.end};
	return parseRun(text, index, primitiveKinds);
}

/** As a primitive, but without quotes, colons and interpolations. */
export const parseDictKey = (text: string, index: number): Parsed | undefined => parseRun(text, index, dictKeyKinds);

function parseRun(text: string, index: number, kinds: Kinds): Parsed | undefined {
	const tokens: ValueToken[] = [];
	let end = index;
	for (let token = readValueToken(text, end); kinds.has(token.kind); token = readValueToken(text, end)) {
		tokens.push(token);
		end = token.end;
	}
	return tokens.length === 0 ? undefined : {value: encodeRun(trimSpace(tokens)), end};
}

/** Escaped white space is a token of another kind, so it stays. */
function trimSpace(tokens: readonly ValueToken[]): readonly ValueToken[] {
	const from = tokens[0]?.kind === 'SPACE' ? 1 : 0;
	const to = tokens.at(-1)?.kind === 'SPACE' ? -1 : tokens.length;
	return tokens.slice(from, to);
}

/** One token alone has the type that it looks like; several are a text. */
function encodeRun(tokens: readonly ValueToken[]): EncodedValue {
	const [only] = tokens;
	if (only && tokens.length === 1) return encodeToken(only);
	return tokens.map(readText).join('');
}

function encodeToken(token: ValueToken): EncodedValue {
	if (token.kind === 'INT') return encodeInteger(token);
	if (token.kind === 'FLOAT') return encodeFloat(token.text);
	if (token.kind === 'NULL') return null;
	if (token.kind === 'BOOL') return token.text.toLowerCase() === 'true';
	return readText(token);
}

const readText = ({kind, text}: ValueToken): string => (kind === 'ESCAPE' ? readEscapes(text) : text);

function encodeInteger({text, start}: ValueToken): EncodedValue {
	const size = text.replace(/[+_-]/g, '').length;
	if (size <= longestInteger) return encodeInt(text);
	throw new OverrideFailure(
		`the integer has ${size} digits, more than the ${longestInteger} that can be read`,
		start,
		'quote it to keep it as a text, or write it as a float (1e300)',
	);
}
