import {OverrideFailure} from './override-failure.ts';
import {quote, quoteForShell} from './override-text.ts';

type Token<Kind extends string = string> = {
	readonly kind: Kind | 'END';
	readonly text: string;
	readonly start: number;
	readonly end: number;
};

export type KeyToken = Token<KeyTokenKind>;
export type ValueToken = Token<ValueTokenKind>;

type KeyTokenKind = 'EQUAL' | 'TILDE' | 'PLUS' | 'AT' | 'COLON' | 'SLASH' | 'ID' | 'SPECIAL' | 'PATH' | 'INDEXED_PATH';

type ValueTokenKind =
	| 'PAREN_OPEN'
	| 'COMMA'
	| 'PAREN_CLOSE'
	| 'BRACKET_OPEN'
	| 'BRACKET_CLOSE'
	| 'BRACE_OPEN'
	| 'BRACE_CLOSE'
	| 'COLON'
	| 'EQUAL'
	| 'FLOAT'
	| 'INT'
	| 'BOOL'
	| 'NULL'
	| 'PUNCTUATION'
	| 'ID'
	| 'ESCAPE'
	| 'SPACE'
	| 'QUOTED'
	| 'INTERPOLATION';

type Rule<Kind> = readonly [Kind, RegExp];

const cardinal = '(?:0|[1-9](?:_?[0-9])*)';
const digits = '[0-9](?:_?[0-9])*';
const exponent = `[eE][+-]?${digits}`;
const component = `(?:[A-Za-z_$][\\w$-]*|${cardinal})`;

const keyRules: readonly Rule<KeyTokenKind>[] = [
	['EQUAL', /=[ \t]*/y],
	['TILDE', /~/y],
	['PLUS', /\+/y],
	['AT', /@/y],
	['COLON', /:/y],
	['SLASH', /\//y],
	['ID', /[A-Za-z_][\w-]*/y],
	['SPECIAL', /[A-Za-z_$][\w$-]*/y],
	['PATH', new RegExp(`${component}(?:\\.${component})+`, 'y')],
	// Ours beyond Hydra: a[0].b and a.*.b, which are errors there.
	['INDEXED_PATH', new RegExp(`${component}(?:\\.(?:${component}|\\*)|\\[(?:${cardinal}|\\*)\\])+`, 'y')],
];

const valueRules: readonly Rule<ValueTokenKind>[] = [
	['PAREN_OPEN', /[ \t]*\([ \t]*/y],
	['COMMA', /[ \t]*,[ \t]*/y],
	['PAREN_CLOSE', /[ \t]*\)/y],
	['BRACKET_OPEN', /\[[ \t]*/y],
	['BRACKET_CLOSE', /[ \t]*\]/y],
	['BRACE_OPEN', /\{[ \t]*/y],
	['BRACE_CLOSE', /[ \t]*\}/y],
	['COLON', /[ \t]*:[ \t]*/y],
	['EQUAL', /[ \t]*=[ \t]*/y],
	[
		'FLOAT',
		new RegExp(
			`[+-]?(?:${cardinal}\\.(?:${digits})?(?:${exponent})?|\\.${digits}(?:${exponent})?|${cardinal}${exponent}|[Ii][Nn][Ff]|[Nn][Aa][Nn])`,
			'y',
		),
	],
	['INT', new RegExp(`[+-]?${cardinal}`, 'y')],
	['BOOL', /true|false/iy],
	['NULL', /null/iy],
	['PUNCTUATION', /[/\-\\+.$%*@?|]/y],
	['ID', /[A-Za-z_][\w-]*/y],
	['ESCAPE', /(?:\\[\\()[\]{}:=, \t])+/y],
	['SPACE', /[ \t]+/y],
	['QUOTED', /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|'[^'\\]*(?:\\[\s\S][^'\\]*)*'/y],
	['INTERPOLATION', /\$\{[^}]+\}/y],
];

/** The token of a key at `index`, or undefined where none can start. */
export const readKeyToken = (text: string, index: number): KeyToken | undefined => readToken(keyRules, text, index);

/** The token of a value at `index`. */
export function readValueToken(text: string, index: number): ValueToken {
	const token = readToken(valueRules, text, index);
	if (!token) throw refuseCharacter(text, index);
	return token;
}

/** How to write the value so that it is one plain text, inside the override and inside a shell. */
export function suggestQuoting(text: string): string {
	const equal = text.indexOf('=') + 1;
	const quoted = text.slice(0, equal) + quote({$quoted: text.slice(equal).trim(), quote: 'double'});
	return `quote the value: ${quoted} (typed in a shell: ${quoteForShell(quoted)})`;
}

/** The longest match wins, and the earlier rule among equally long ones. */
function readToken<Kind extends string>(rules: readonly Rule<Kind>[], text: string, index: number) {
	if (index >= text.length) return {kind: 'END', text: '', start: index, end: index} satisfies Token<Kind>;
	let longest: Token<Kind> | undefined;
	for (const [kind, pattern] of rules) {
		pattern.lastIndex = index;
		const match = pattern.exec(text)?.[0] ?? '';
		if (match.length > (longest?.text.length ?? 0))
			longest = {kind, text: match, start: index, end: index + match.length};
	}
	return longest;
}

function refuseCharacter(text: string, index: number): OverrideFailure {
	const character = String.fromCodePoint(text.codePointAt(index) ?? 0);
	const hint = suggestQuoting(text);
	if (character === "'" || character === '"')
		return new OverrideFailure(`the quote ${character} is never closed`, index, hint);
	const shown = character === '\n' ? 'a line break' : `'${character}'`;
	return new OverrideFailure(`${shown} cannot stand in a value without quotes`, index, hint);
}
