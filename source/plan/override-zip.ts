import {type EncodedValue, isChoice, isList, isRange} from './override-encoding.ts';
import {OverrideFailure} from './override-failure.ts';
import {parseKey} from './override-key.ts';
import {readValueToken} from './override-lexer.ts';
import {type Cursor, createCursor, parseElement, take} from './override-parser.ts';
import {resolveRange, valueAt} from './override-range.ts';

/** Ours beyond Hydra: `zip(a=[1,2],b=[x,y])` gives the jobs a=1 b=x and a=2 b=y instead of all four. */
export type ZipOverride = {
	readonly in: string;
	readonly type: 'ZIP';
	/** Each key with its values in job order; all lists have the same length, at least 1. */
	readonly pairs: readonly (readonly [string, readonly EncodedValue[]])[];
};

export const isZip = (text: string): boolean => /^zip[ \t]*\(/.test(text);

const usage = 'write zip(first.key=[1,2],second.key=[x,y])';

const longestZip = 1_000_000;

export function parseZip(text: string, random: () => number): ZipOverride {
	const cursor = createCursor(text, readValueToken(text, 3).end, random);
	const pairs: Pair[] = [parsePair(cursor)];
	while (take(cursor, 'COMMA')) pairs.push(parsePair(cursor));
	const {start} = readValueToken(text, cursor.index);
	if (!take(cursor, 'PAREN_CLOSE')) throw new OverrideFailure('the call of zip is not closed', start, usage);
	if (cursor.index < text.length) throw new OverrideFailure('nothing can follow zip(…)', cursor.index, usage);
	checkPairs(pairs);
	return {in: text, type: 'ZIP', pairs};
}

type Pair = readonly [string, readonly EncodedValue[]];

function parsePair(cursor: Cursor): Pair {
	const start = cursor.index;
	const equal = cursor.text.indexOf('=', start);
	if (equal < 0) throw new OverrideFailure('zip takes key=[values] pairs', start, usage);
	const {type, key, package: packageName} = parseKeyAt(cursor.text.slice(start, equal + 1), start);
	if (type !== 'CHANGE' || key === '' || packageName !== null) {
		throw new OverrideFailure('zip takes plain keys of values that exist, without +, ~ or @', start, usage);
	}
	cursor.index = equal + 1 + (/^[ \t]*/.exec(cursor.text.slice(equal + 1))?.[0].length ?? 0);
	const valueStart = cursor.index;
	return [key, listValues(parseElement(cursor), valueStart)];
}

function parseKeyAt(text: string, offset: number) {
	try {
		return parseKey(text);
	} catch (failure) {
		if (!(failure instanceof OverrideFailure)) throw failure;
		throw new OverrideFailure(failure.message, failure.index + offset, failure.hint);
	}
}

function listValues(value: EncodedValue, start: number): readonly EncodedValue[] {
	const values = isRange(value) ? [...listRange(value, start)] : isChoice(value) ? value.list : value;
	const shuffled = (isRange(value) || isChoice(value)) && value.shuffle;
	if (shuffled)
		throw new OverrideFailure(
			'a shuffled sweep has no fixed partner in zip',
			start,
			'write shuffle([…]) around a list instead',
		);
	if (!isList(values)) throw new OverrideFailure('each key of zip takes a list', start, usage);
	return values;
}

function listRange(sweep: Parameters<typeof resolveRange>[0], start: number): readonly EncodedValue[] {
	const range = resolveRange(sweep);
	if (range.kind === 'invalid') throw new OverrideFailure(range.reason, start, usage);
	if (range.count > longestZip)
		throw new OverrideFailure('the range is too long for zip', start, `at most ${longestZip} values`);
	return Array.from({length: range.count}, (_, index) => valueAt(range, index));
}

function checkPairs(pairs: readonly Pair[]): void {
	const refuse = (message: string) => new OverrideFailure(message, 0, usage);
	const keys = pairs.map(([key]) => key);
	const twice = keys.find((key, index) => keys.indexOf(key) < index);
	if (twice !== undefined) throw refuse(`zip has the key ${twice} twice`);
	const lengths = pairs.map(([, values]) => values.length);
	if (new Set(lengths).size > 1) {
		throw refuse(
			`zip pairs lists of one length, but ${pairs.map(([key, values]) => `${key} has ${values.length}`).join(' and ')}`,
		);
	}
	if (lengths[0] === 0) throw refuse('zip has no values: its lists are empty');
}
