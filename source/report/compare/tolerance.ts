import {UserError} from '../../domain/errors.ts';

/** How far B may be from A. */
export type Tolerance =
	| {readonly kind: 'share'; readonly percent: number}
	/** In the unit of the metric. */
	| {readonly kind: 'absolute'; readonly amount: number};

/** Beyond it two runs of the same are called different, and beyond twice of it something must be set up otherwise. */
const USUAL: Tolerance = {kind: 'share', percent: 5};
const FAR = 2;

/** What workloads of this field call the difference of two logits, and how well probabilities are calibrated. */
const ABSOLUTE: readonly (readonly [names: RegExp, amount: number])[] = [
	[/^(delta_?)?(ld|logit_diff(erence)?)$/i, 0.05],
	[/^((expected_)?calibration(_error)?|ece)$/i, 0.01],
];

/** The tolerance of a workload's own number where its name has one; null for a number that nobody asked about. */
export function findAbsolute(path: string): Tolerance | null {
	const name = path.split('.').at(-1) ?? '';
	const found = ABSOLUTE.find(([names]) => names.test(name));
	return found ? {kind: 'absolute', amount: found[1]} : null;
}

export const chooseTolerance = (metric: string, given: ReadonlyMap<string, Tolerance>): Tolerance =>
	given.get(metric) ?? findAbsolute(metric) ?? USUAL;

export function placeWithin(difference: number, tolerance: Tolerance): 'within' | 'outside' | 'far' {
	const limit = getLimit(tolerance);
	if (Math.abs(difference) <= limit) return 'within';
	return Math.abs(difference) <= FAR * limit ? 'outside' : 'far';
}

export const getLimit = (tolerance: Tolerance): number =>
	tolerance.kind === 'share' ? tolerance.percent : tolerance.amount;

/** `5 %`, or `0.05` of the metric's own unit. */
export const formatTolerance = (tolerance: Tolerance): string =>
	tolerance.kind === 'share' ? `${tolerance.percent} %` : `${tolerance.amount}`;

const EXAMPLES: readonly [string, string] = [
	'--tolerance throughput=8%      # a share of A',
	'--tolerance logit_diff=0.05    # in the unit of the number',
];

/** Reads `METRIC=8%` and `METRIC=0.05`; the later of two wins. */
export function readTolerances(words: readonly string[]): ReadonlyMap<string, Tolerance> {
	return new Map(words.map(readTolerance));
}

function readTolerance(word: string): readonly [string, Tolerance] {
	const [, name = '', number = '', percent] = /^([^=]+)=(\d*\.?\d+(?:e-?\d+)?)\s*(%)?$/i.exec(word.trim()) ?? [];
	const value = Number(number);
	if (name === '' || number === '' || !Number.isFinite(value))
		throw new UserError(`--tolerance ${word} is no METRIC=NUMBER.`, {tryThis: EXAMPLES});
	return [name, percent ? {kind: 'share', percent: value} : {kind: 'absolute', amount: value}];
}
