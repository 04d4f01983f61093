import {type Node, type ParseError, parseTree, printParseErrorCode} from 'jsonc-parser';
import type {Json} from '../domain/json.ts';
import type {JsonNode} from '../domain/json-tree.ts';

type JsoncFault = {readonly kind: 'faulty' /** With line and column. */; readonly why: string};

type JsoncRead = {readonly kind: 'read'; readonly root: JsonNode; readonly value: Json} | JsoncFault;

/** JSON as people write it: with comments, commas behind the last element and a byte order mark. */
export function readJsonc(text: string): JsoncRead {
	try {
		return read(text);
	} catch (error) {
		if (error instanceof Misread) return describeFault(text, error.message, error.offset);
		if (error instanceof RangeError) return {kind: 'faulty', why: 'it is nested too deeply'};
		throw error;
	}
}

class Misread extends Error {
	override readonly name = 'Misread';
	readonly offset: number;

	constructor(message: string, offset: number) {
		super(message);
		this.offset = offset;
	}
}

function read(text: string): JsoncRead {
	const errors: ParseError[] = [];
	const mark = text.startsWith('\uFEFF') ? 1 : 0;
	const tree = parseTree(text.slice(mark), errors, {allowTrailingComma: true, disallowComments: false});
	const [first] = errors;
	if (first) throw new Misread(REASONS[printParseErrorCode(first.error)] ?? 'it is not JSON', first.offset + mark);
	if (!tree) throw new Misread('it is empty', 0);
	const root = toNode(tree, mark);
	return {kind: 'read', root, value: root.value};
}

const REASONS: {readonly [code: string]: string} = {
	InvalidSymbol: 'this is no value: texts stand in double quotes, and NaN is not JSON',
	InvalidNumberFormat: 'this is not how a number is written',
	PropertyNameExpected: 'a key in double quotes is missing',
	ValueExpected: 'a value is missing',
	ColonExpected: 'a colon is missing behind the key',
	CommaExpected: 'a comma is missing',
	CloseBraceExpected: 'a } is missing',
	CloseBracketExpected: 'a ] is missing',
	EndOfFileExpected: 'nothing may stand behind the value',
	InvalidCommentToken: 'this is not how a comment begins',
	UnexpectedEndOfComment: 'this comment is never closed',
	UnexpectedEndOfString: 'this text is never closed',
	UnexpectedEndOfNumber: 'this number has no end',
	InvalidUnicode: 'this is not how a character is written',
	InvalidEscapeCharacter: 'this escape is not known',
	InvalidCharacter: 'this character may not stand in a text',
};

function describeFault(text: string, why: string, offset: number): JsoncFault {
	const before = text.slice(0, offset).split(/\r\n|\n|\r/);
	return {kind: 'faulty', why: `${why} (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`};
}

function toNode(node: Node, mark: number): JsonNode {
	const place = {start: node.offset + mark, end: node.offset + node.length + mark};
	const children = node.children ?? [];
	if (node.type === 'array') {
		const items = children.map((child) => toNode(child, mark));
		return {...place, value: items.map(({value}) => value), items};
	}
	if (node.type !== 'object') return {...place, value: checkNumber(node, mark)};
	const members = children.map((child) => toMember(child, mark));
	// As own keys, whatever their name is.
	const value = Object.fromEntries(members.map((member) => [member.key, member.node.value]));
	refuseRepeated(children, mark);
	return {...place, value, members};
}

function toMember({children = [], offset}: Node, mark: number) {
	const [name, value] = children;
	if (!name || !value) throw new Misread('a value is missing', offset + mark);
	return {key: String(name.value), node: toNode(value, mark)};
}

/** Of two values for one key every program would silently drop one. */
function refuseRepeated(properties: readonly Node[], mark: number): void {
	const seen = new Set<unknown>();
	for (const {children, offset} of properties) {
		const key: unknown = children?.[0]?.value;
		if (seen.has(key)) throw new Misread(`the key ${JSON.stringify(key)} stands here a second time`, offset + mark);
		seen.add(key);
	}
}

function checkNumber({value, offset}: Node, mark: number): Json {
	if (typeof value === 'number' && !Number.isFinite(value))
		throw new Misread('this number is too large', offset + mark);
	return value as Json;
}
