import {type EncodedSweep, type EncodedValue, isSweep} from './override-encoding.ts';
import {catchFailure, type OverrideError, OverrideFailure} from './override-failure.ts';
import {type OverrideKey, type OverrideKind, parseKey} from './override-key.ts';
import {compareTexts} from './override-order.ts';
import {createCursor, parseValue} from './override-parser.ts';
import {resolveRange} from './override-range.ts';
import {listSweep} from './override-sweep.ts';
import {formatValue} from './override-text.ts';
import {isZip, parseZip, type ZipOverride} from './override-zip.ts';
import {createRandom, deriveSeed} from './random.ts';

export type {EncodedValue} from './override-encoding.ts';
export type {OverrideError} from './override-failure.ts';
export type {ZipOverride} from './override-zip.ts';

export type ValueType = 'ELEMENT' | 'SIMPLE_CHOICE_SWEEP' | 'CHOICE_SWEEP' | 'RANGE_SWEEP';

export type Override = {
	/** The override as one word of the command line. */
	readonly in: string;
	readonly type: OverrideKind;
	/** Dotted path or config group, empty where none is written; `*` stands for every element of a list. */
	readonly key: string;
	/** What follows `@`. */
	readonly package: string | null;
	/** null for a removal without a value. */
	readonly valueType: ValueType | null;
	readonly value: EncodedValue;
	/** Prefix, key and package: `+a`, `db@source`. */
	readonly keyElement: string;
	/** The value as Hydra prints it; absent for sweeps. */
	readonly canonical?: string;
	/** The first 64 values of a sweep, in order; absent where the order is drawn from the seed. */
	readonly sweep?: readonly string[];
	/** The same of a shuffled sweep, in the order of the alphabet. */
	readonly sweepSorted?: readonly string[];
};

const longestSweepShown = 64;

/**
 * One override in Hydra's grammar (that of 1.3.5, with the decimal ranges of 1.4), or what is wrong with it.
 * @param seed gives the order of `shuffle([…])`; the order of a shuffled sweep is drawn by `sweepValues`
 */
export const parseOverride = (text: string, seed = 0): Override | ZipOverride | OverrideError =>
	catchFailure(text, () => parse(text, seed));

/** Whether a word of the command line has several values, which only `-m` takes. */
export function isSweepWord(text: string): boolean {
	const override = parseOverride(text);
	if ('error' in override) return false;
	return override.type === 'ZIP' || (override.valueType !== null && override.valueType !== 'ELEMENT');
}

function parse(text: string, seed: number): Override | ZipOverride {
	if (isZip(text)) return parseZip(text, createRandom(seed));
	const {valueStart, ...key} = parseKey(text);
	if (valueStart === undefined) return {in: text, ...key, valueType: null, value: null};
	const random = createRandom(deriveSeed(seed, key.keyElement));
	const value = valueStart === text.length ? '' : parseValue(createCursor(text, valueStart, random));
	if (!isSweep(value)) return {in: text, ...key, valueType: 'ELEMENT', value, canonical: formatValue(value)};
	return describeSweep(text, key, value, valueStart);
}

function describeSweep(
	text: string,
	key: Omit<OverrideKey, 'valueStart'>,
	value: EncodedSweep,
	index: number,
): Override {
	const fault = findFault(value);
	if (fault)
		throw new OverrideFailure(
			fault,
			index,
			'write range(start,stop,step) with finite numbers and a step that is not 0',
		);
	const shown = [...listSweep(value).take(longestSweepShown)].map(formatValue);
	const listed = value.shuffle ? {sweepSorted: shown.sort(compareTexts)} : {sweep: shown};
	return {in: text, ...key, valueType: nameType(value), value, ...listed};
}

function findFault(sweep: EncodedSweep): string | undefined {
	if (sweep.$sweep === 'choice') return undefined;
	const range = resolveRange(sweep);
	if (range.kind === 'invalid') return range.reason;
	return sweep.shuffle && !Number.isFinite(range.count) ? 'a range without an end cannot be shuffled' : undefined;
}

function nameType(sweep: EncodedSweep): ValueType {
	if (sweep.$sweep === 'range') return 'RANGE_SWEEP';
	return sweep.simple ? 'SIMPLE_CHOICE_SWEEP' : 'CHOICE_SWEEP';
}
