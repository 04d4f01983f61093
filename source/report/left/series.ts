import type {Take} from '../../domain/command-output-keys.ts';
import type {Json} from '../../domain/json.ts';
import {clipText, toOneLine} from '../text.ts';

/** A metric as it was found, with what makes it doubtful; or why there is none. */
export type FoundMetric =
	| {readonly kind: 'found'; readonly value: Json; readonly doubts: readonly string[]}
	| {readonly kind: 'missing'; readonly reason: string};

type Series = {
	/** A text is read as a number; what is none is kept as the reason. Empty cells are passed over. */
	readonly add: (value: unknown) => void;
	readonly finish: () => FoundMetric;
};

const MOST_KEPT = 10_000;
const LONGEST_NUMBER = 400;
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const NOT_FINITE = /^[+-]?(?:nan|inf(?:inity)?)$/i;

type Read = {readonly number: number} | {readonly problem: string} | null;

/** null where there is nothing. */
export function readValue(value: unknown): Read {
	if (value === null || value === undefined || value === '') return null;
	if (typeof value === 'bigint') return {number: Number(value)};
	if (typeof value === 'number') return Number.isFinite(value) ? {number: value} : {problem: `${value}`};
	if (typeof value === 'string') return readText(value.trim());
	return {problem: `${typeof value === 'object' ? 'a list or an object' : value}`};
}

function readText(text: string): Read {
	if (text === '') return null;
	if (text.length > LONGEST_NUMBER || !DECIMAL.test(text)) return {problem: quote(text)};
	const number = Number(text);
	return Number.isFinite(number) ? {number} : {problem: `${quote(text)}, larger than any number here`};
}

const quote = (text: string): string => (NOT_FINITE.test(text) ? text : JSON.stringify(clipText(toOneLine(text), 40)));

/** Values one after the other; only a list and a median keep them. */
export function createSeries(take: Take = 'last'): Series {
	const kept: (number | null)[] = [];
	const keeps = take === 'all' || take === 'median';
	let [n, bad, sum, min, max] = [0, 0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
	let first: Read = null;
	let last: Read = null;
	let problem = '';

	const add = (value: unknown): void => {
		const read = readValue(value);
		if (read === null) return;
		n++;
		first ??= read;
		last = read;
		if (keeps && kept.length < MOST_KEPT) kept.push('number' in read ? read.number : null);
		if ('problem' in read) {
			bad++;
			if (problem === '') ({problem} = read);
			return;
		}
		sum += read.number;
		min = Math.min(min, read.number);
		max = Math.max(max, read.number);
	};

	const aggregate = (value: () => Json): FoundMetric => {
		if (bad === 0) return settle(value());
		return {kind: 'found', value: null, doubts: [n === 1 ? `is ${problem}` : `${bad} of ${n} values: ${problem}`]};
	};

	const finish = (): FoundMetric => {
		if (n === 0) return {kind: 'missing', reason: 'no value'};
		switch (take) {
			case 'first':
				return single(first);
			case 'last':
				return single(last);
			case 'count':
				return settle(n);
			case 'min':
				return aggregate(() => min);
			case 'max':
				return aggregate(() => max);
			case 'sum':
				return aggregate(() => sum);
			case 'mean':
				return aggregate(() => sum / n);
			case 'median':
				return n > MOST_KEPT ? tooMany(n) : aggregate(() => findMedian(kept.filter((one) => one !== null)));
			case 'all':
				return listAll(kept, n, bad > 0 ? `${bad} of ${n} values: ${problem}` : null);
			default:
				return take satisfies never;
		}
	};
	return {add, finish};
}

const single = (read: Read): FoundMetric =>
	read !== null && 'number' in read
		? {kind: 'found', value: read.number, doubts: []}
		: {kind: 'found', value: null, doubts: [`is ${read?.problem}`]};

/** Sums of numbers that there are may be larger than any. */
const settle = (value: Json): FoundMetric =>
	typeof value === 'number' && !Number.isFinite(value)
		? {kind: 'found', value: null, doubts: ['is larger than any number here']}
		: {kind: 'found', value, doubts: []};

const tooMany = (n: number): FoundMetric => ({
	kind: 'found',
	value: null,
	doubts: [`has ${n} values, of which ${MOST_KEPT} at most make a median`],
});

const listAll = (kept: readonly (number | null)[], n: number, problem: string | null): FoundMetric => ({
	kind: 'found',
	value: kept,
	doubts: [
		...(problem === null ? [] : [problem]),
		...(n > kept.length ? [`has ${n} values, of which the first ${kept.length} are kept`] : []),
	],
});

function findMedian(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = sorted.length >> 1;
	const upper = sorted[middle] ?? 0;
	return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
