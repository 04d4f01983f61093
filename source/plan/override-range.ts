import type {EncodedFloat, EncodedInt, EncodedNumber, RangeSweep} from './override-encoding.ts';
import {isFloat, isInt} from './override-encoding.ts';
import {printFloat, toFloat, toNumeric} from './override-number.ts';

/** What a range runs through: `start + step * index`, each times 10 ** exponent, so decimal steps do not drift. */
type RangeSteps = {
	readonly kind: 'steps';
	readonly start: bigint;
	readonly step: bigint;
	readonly exponent: number;
	/** False as soon as one bound is a float: then every value is a float. */
	readonly whole: boolean;
	/** Infinity for a range that never ends. */
	readonly count: number;
};

/** A range that starts at infinity and so never moves. */
type RangeConstant = {readonly kind: 'constant'; readonly value: EncodedFloat; readonly count: number};

type RangeFault = {readonly kind: 'invalid'; readonly reason: string};

export function resolveRange({start, stop, step}: RangeSweep): RangeSteps | RangeConstant | RangeFault {
	const bounds = [start, stop, step];
	const reason = findFault(bounds, step);
	if (reason !== undefined) return {kind: 'invalid', reason};
	const ascending = toNumeric(step) > 0;
	const [from, to] = [toNumeric(start), toNumeric(stop)];
	const runs = ascending ? from < to : from > to;
	if (isFloat(start) && isInfinite(start))
		return {kind: 'constant', value: start, count: runs ? Number.POSITIVE_INFINITY : 0};
	const endless = isInfinite(stop);
	const steps = alignBounds(start, endless ? start : stop, step);
	const count = endless ? Number.POSITIVE_INFINITY : countSteps(steps);
	const {first, stride, exponent} = steps;
	return {kind: 'steps', start: first, step: stride, exponent, whole: !bounds.some(isFloat), count: runs ? count : 0};
}

/** The element at an index from 0, whatever the range's count is. */
export function valueAt(range: RangeSteps | RangeConstant, index: number): EncodedInt | EncodedFloat {
	if (range.kind === 'constant') return range.value;
	const value = range.start + range.step * BigInt(index);
	return range.whole ? {$int: `${value}`} : {$float: printFloat(Number(`${value}e${range.exponent}`))};
}

/** The same values from the last to the first. */
export function reverseRange(sweep: RangeSweep, range: RangeSteps): RangeSweep {
	const last = range.start + range.step * (BigInt(range.count) - 1n);
	const encode = (value: bigint, exponent: number): EncodedNumber =>
		range.whole ? {$int: `${value}`} : {$float: printFloat(Number(`${value}e${exponent}`))};
	// Half a step before the first value is a stop that no rounding can reach; whole numbers take a full step.
	const stop = range.whole
		? encode(range.start - range.step, 0)
		: encode(range.start * 10n - range.step * 5n, range.exponent - 1);
	return {...sweep, start: encode(last, range.exponent), stop, step: encode(-range.step, range.exponent)};
}

type Aligned = {readonly first: bigint; readonly end: bigint; readonly stride: bigint; readonly exponent: number};

type Decimal = {readonly coefficient: bigint; readonly exponent: number};

function findFault(bounds: readonly EncodedNumber[], step: EncodedNumber): string | undefined {
	const mixed = bounds.some(isFloat) && bounds.some((bound) => typeof bound === 'boolean');
	if (bounds.some((bound) => isFloat(bound) && bound.$float === 'nan')) return 'nan is no bound of a range';
	if (mixed) return 'a range of floats takes no true or false';
	if (isInfinite(step)) return 'the step of a range must be finite';
	const size = toNumeric(step);
	return size < 0 || size > 0 ? undefined : 'the step of a range must not be 0';
}

const isInfinite = (bound: EncodedNumber): boolean => isFloat(bound) && !Number.isFinite(toFloat(bound));

function alignBounds(start: EncodedNumber, stop: EncodedNumber, step: EncodedNumber): Aligned {
	const decimals = [start, stop, step].map(toDecimal);
	const exponent = Math.min(...decimals.map((decimal) => decimal.exponent));
	const [first = 0n, end = 0n, stride = 0n] = decimals.map(
		(decimal) => decimal.coefficient * 10n ** BigInt(decimal.exponent - exponent),
	);
	return {first, end, stride, exponent};
}

const countSteps = ({first, end, stride}: Aligned): number =>
	Number((end - first + stride - (stride > 0n ? 1n : -1n)) / stride);

/** A float counts as the decimal number that is printed, not as its binary value: that is what people typed. */
function toDecimal(value: EncodedNumber): Decimal {
	if (typeof value === 'boolean' || isInt(value)) return {coefficient: BigInt(toNumeric(value)), exponent: 0};
	const [mantissa = '', power = '0'] = value.$float.split('e');
	const fraction = mantissa.split('.')[1] ?? '';
	return {coefficient: BigInt(mantissa.replace('.', '')), exponent: Number(power) - fraction.length};
}
