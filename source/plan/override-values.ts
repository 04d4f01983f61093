import type {Json} from '../domain/json.ts';
import type {Override} from './override.ts';
import {
	type EncodedDict,
	type EncodedValue,
	isDict,
	isFloat,
	isInt,
	isList,
	isQuoted,
	isSweep,
} from './override-encoding.ts';
import {findColumn, type OverrideError} from './override-failure.ts';
import {toFloat} from './override-number.ts';
import {countSweep, listSweep} from './override-sweep.ts';
import {formatValue} from './override-text.ts';
import {createRandom, deriveSeed, shuffle} from './random.ts';

export {formatValue} from './override-text.ts';

/** A value as JSON, or why JSON cannot hold it exactly. */
type DecodedValue = {readonly value: Json} | {readonly error: string; readonly hint: string};

/** A value of an override as a suite can hold it: quotes dropped, numbers exact or refused. */
export function decodeValue(value: EncodedValue): DecodedValue {
	if (isList(value)) return decodeList(value);
	if (isDict(value)) return decodeDict(value);
	if (isInt(value)) return decodeInt(value.$int);
	if (isFloat(value)) return decodeFloat(toFloat(value), value.$float);
	if (isQuoted(value)) return {value: value.$quoted};
	if (isSweep(value))
		return {error: `${formatValue(value)} is a sweep, not one value`, hint: 'use -m to run a job for each value'};
	return {value};
}

/** How many values an override has: 1 where it is no sweep, Infinity for a range without an end. */
export const countValues = ({value}: Override): number => (isSweep(value) ? countSweep(value) : 1);

/**
 * The values that the jobs of an override take, in order; one where it is no sweep. Lazy, so a range without an end
 * is only as long as what is read of it, unless it is shuffled (which the parser refuses).
 * @param seed the run's recorded seed; each key gets an order of its own from it
 */
export function* sweepValues(override: Override, seed: number): Generator<EncodedValue, void> {
	const {value, keyElement} = override;
	if (!isSweep(value)) yield value;
	else if (value.shuffle) yield* shuffle([...listSweep(value)], createRandom(deriveSeed(seed, keyElement)));
	else yield* listSweep(value);
}

/** Hydra starts no job, or starts jobs for ever, where a sweep has no values or no end; here both are faults. */
export function checkSweep(override: Override): OverrideError | undefined {
	const count = countValues(override);
	const column = findColumn(override.in, /^[^=]*=[ \t]*/.exec(override.in)?.[0].length ?? 0);
	if (count === 0)
		return {
			error: 'the sweep has no values',
			column,
			hint: 'range(start,stop,step) leaves out stop itself: range(0,3) is 0,1,2',
		};
	if (Number.isFinite(count)) return undefined;
	return {
		error: 'the sweep never ends',
		column,
		hint: 'give the range a stop that can be reached: range(0,3) is 0,1,2',
	};
}

function decodeInt(digits: string): DecodedValue {
	const size = Number(digits);
	if (Number.isSafeInteger(size)) return {value: size};
	return {
		error: `the integer ${digits} is too large to be kept exactly`,
		hint: `quote it to keep it as a text: "${digits}"`,
	};
}

function decodeFloat(size: number, text: string): DecodedValue {
	if (Number.isFinite(size)) return {value: size};
	return {error: `${text} cannot be kept in a suite`, hint: `write a finite number, or quote it as a text: "${text}"`};
}

function decodeList(list: readonly EncodedValue[]): DecodedValue {
	const values: Json[] = [];
	for (const item of list) {
		const decoded = decodeValue(item);
		if ('error' in decoded) return decoded;
		values.push(decoded.value);
	}
	return {value: values};
}

function decodeDict({$dict}: EncodedDict): DecodedValue {
	const entries: [string, Json][] = [];
	for (const [key, item] of $dict) {
		const decoded = decodeValue(item);
		if ('error' in decoded) return decoded;
		entries.push([typeof key === 'string' ? key : formatValue(key).toLowerCase(), decoded.value]);
	}
	return {value: Object.fromEntries(entries)};
}
