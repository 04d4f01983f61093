import {OverrideFailure} from './override-failure.ts';
import {type KeyToken, readKeyToken} from './override-lexer.ts';

export type OverrideKind = 'CHANGE' | 'ADD' | 'FORCE_ADD' | 'DEL';

export type OverrideKey = {
	readonly type: OverrideKind;
	/** Dotted path or config group; `a[0].b` arrives as `a.0.b`. */
	readonly key: string;
	readonly package: string | null;
	/** Prefix, key and package in their normal form. */
	readonly keyElement: string;
	/** Offset of the value, or undefined where no `=` follows. */
	readonly valueStart: number | undefined;
};

type Cursor = {readonly text: string; index: number};

/** The part of an override up to and including its first `=`. */
export function parseKey(text: string): OverrideKey {
	const cursor: Cursor = {text, index: 0};
	const prefix = takePrefix(cursor);
	const key = takePath(cursor);
	const packageName = take(cursor, 'AT') ? takePackage(cursor) : null;
	const valueStart = takeEqual(cursor, prefix);
	const keyElement = prefix + key + (packageName === null ? '' : `@${packageName}`);
	return {type: kinds[prefix], key, package: packageName, keyElement, valueStart};
}

const kinds = {'': 'CHANGE', '+': 'ADD', '++': 'FORCE_ADD', '~': 'DEL'} as const;

type Prefix = keyof typeof kinds;

function takePrefix(cursor: Cursor): Prefix {
	if (take(cursor, 'TILDE')) return '~';
	if (!take(cursor, 'PLUS')) return '';
	return take(cursor, 'PLUS') ? '++' : '+';
}

function takePath(cursor: Cursor): string {
	const first = take(cursor, 'ID');
	if (first) return takeGroup(cursor, first.text);
	const path = take(cursor, 'SPECIAL') ?? take(cursor, 'PATH') ?? take(cursor, 'INDEXED_PATH');
	return path?.text.replace(/\[([^\]]*)\]/g, '.$1') ?? '';
}

function takeGroup(cursor: Cursor, first: string): string {
	let group = first;
	while (take(cursor, 'SLASH')) {
		const part = take(cursor, 'ID');
		if (!part) throw refuseGroup(cursor);
		group += `/${part.text}`;
	}
	return group;
}

const takePackage = (cursor: Cursor): string =>
	(take(cursor, 'ID') ?? take(cursor, 'SPECIAL') ?? take(cursor, 'PATH'))?.text ?? '';

function takeEqual(cursor: Cursor, prefix: Prefix): number | undefined {
	if (take(cursor, 'EQUAL')) return cursor.index;
	if (prefix === '~' && cursor.index === cursor.text.length) return undefined;
	throw refuseRest(cursor);
}

const peek = ({text, index}: Cursor): KeyToken | undefined => readKeyToken(text, index);

function take(cursor: Cursor, kind: KeyToken['kind']): KeyToken | undefined {
	const token = peek(cursor);
	if (token?.kind !== kind) return undefined;
	cursor.index = token.end;
	return token;
}

const refuseGroup = ({index}: Cursor) =>
	new OverrideFailure(
		'a config group is names joined by slashes, without dots, numbers or $',
		index,
		'write the group as group/subgroup=option, or a value as section.key=value',
	);

function refuseRest({text, index}: Cursor): OverrideFailure {
	const rest = text.slice(index);
	if (rest === '')
		return new OverrideFailure(
			"the '=' is missing",
			index,
			`write ${text}=VALUE; only a removal (~KEY) stands without a value`,
		);
	if (readKeyToken(text, index)?.kind === 'INDEXED_PATH') {
		return new OverrideFailure(
			'a package cannot hold an index or a star',
			index,
			'a package is a plain path: group@section.key=option',
		);
	}
	const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
	return new OverrideFailure(`'${character}' cannot stand here in a key`, index, adviseOnKey(text, index, character));
}

function adviseOnKey(text: string, index: number, character: string): string {
	if (character === '-' && index === 0)
		return 'options such as --multirun are not overrides; write an override as section.key=value';
	if (character === '[') return 'write a list index as a[0].b or a.0.b, every element as a.*.b';
	if (character === '+' || character === '~')
		return 'the prefixes are + (add), ++ (add or change) and ~ (remove), one of them, in front of the key';
	if (character === ':') return 'a package is written group@package=option';
	if (character === ' ' || character === '\t') return `leave out the white space: ${text.replace(/\s+/g, '')}`;
	if (/[.\d]/.test(character)) return 'a path is names and numbers without leading zeros, joined by single dots: a.0.b';
	return 'a key holds letters, digits, _, - and $, joined by dots; write it as section.key=value';
}
