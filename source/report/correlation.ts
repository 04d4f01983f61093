import {rank} from './ranks.ts';
import {type Refusal, refuse, refuseFew} from './refusal.ts';
import {isConstant, isKnown, type SamplePair} from './samples.ts';
import {computeMean} from './statistics.ts';
import {computeTwoSidedP} from './student.ts';

/** With four pairs even the most extreme order has p = 0.083. */
const LEAST_SPEARMAN = 5;
/** 40 320 orders are counted one by one. */
const MOST_EXACT = 8;
const LEAST_PEARSON = 4;
/** Equal up to the rounding of their sums. */
const NEAR = 1e-12;

type Correlation = {
	readonly kind: 'pearson' | 'spearman';
	readonly r: number;
	/** Two-sided. */
	readonly p: number;
	/** exact: the share of all orders that correlate as much; t: by Student's t. */
	readonly method: 'exact' | 't';
	readonly n: number;
	readonly planned: number;
};

/** K. Pearson, "Notes on regression and inheritance", Proceedings of the Royal Society 58 (1895); p by t, n - 2. */
export function correlatePearson(pairs: readonly SamplePair[]): Correlation | Refusal {
	const columns = splitComplete(pairs, 'a correlation', LEAST_PEARSON);
	if ('kind' in columns) return columns;
	const {x, y} = columns;
	const r = correlate(x, y);
	return {kind: 'pearson', r, p: testByT(r, x.length), method: 't', n: x.length, planned: pairs.length};
}

/**
 * C. Spearman, "The proof and measurement of association between two things", American Journal of Psychology 15 (1904),
 * 72-101: Pearson's of the ranks. p is exact for up to 8 pairs, else by t as M. G. Kendall, "Rank correlation methods"
 * (1970), and never below that of the most extreme of all orders.
 */
export function correlateSpearman(pairs: readonly SamplePair[]): Correlation | Refusal {
	const columns = splitComplete(pairs, 'a rank correlation', LEAST_SPEARMAN);
	if ('kind' in columns) return columns;
	const [x, y] = [rank(columns.x), rank(columns.y)];
	const r = correlate(x, y);
	const n = x.length;
	const isExact = n <= MOST_EXACT;
	const p = isExact ? countOrders(x, y) : Math.max(testByT(r, n), 2 / factorial(n));
	return {kind: 'spearman', r, p, method: isExact ? 'exact' : 't', n, planned: pairs.length};
}

type Columns = {readonly x: readonly number[]; readonly y: readonly number[]};

function splitComplete(pairs: readonly SamplePair[], what: string, least: number): Columns | Refusal {
	const complete = pairs.filter((pair): pair is readonly [number, number] => pair.every(isKnown));
	const few = refuseFew(what, complete.length, least);
	if (few) return few;
	const [x, y] = [complete.map(([one]) => one), complete.map(([, other]) => other)];
	if (isConstant(x) || isConstant(y)) return refuse('one of the two never changes', complete.length);
	return {x, y};
}

function correlate(x: readonly number[], y: readonly number[]): number {
	const [ofX, ofY] = [centre(x), centre(y)];
	return Math.max(-1, Math.min(1, multiply(ofX, ofY) / Math.sqrt(multiply(ofX, ofX) * multiply(ofY, ofY))));
}

const testByT = (r: number, n: number): number =>
	computeTwoSidedP(r * Math.sqrt((n - 2) / Math.max(0, 1 - r * r)), n - 2);

/** Share of the orders of y that correlate with x at least as much as this one, either way. */
function countOrders(x: readonly number[], y: readonly number[]): number {
	const [ofX, ofY] = [centre(x), centre(y)];
	const limit = Math.abs(multiply(ofX, ofY)) * (1 - NEAR);
	let [extreme, all] = [0, 0];
	const walk = (from: number, sum: number): void => {
		if (from === ofY.length) {
			all++;
			if (Math.abs(sum) >= limit) extreme++;
		}
		for (let index = from; index < ofY.length; index++) {
			swap(ofY, from, index);
			walk(from + 1, sum + Number(ofX[from]) * Number(ofY[from]));
			swap(ofY, from, index);
		}
	};
	walk(0, 0);
	return extreme / all;
}

function centre(values: readonly number[]): number[] {
	const mean = computeMean(values) ?? 0;
	return values.map((value) => value - mean);
}

const multiply = (a: readonly number[], b: readonly number[]): number =>
	a.reduce((sum, value, index) => sum + value * Number(b[index]), 0);

function swap(values: number[], a: number, b: number): void {
	[values[a], values[b]] = [Number(values[b]), Number(values[a])];
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
