import {type CellRecord, groupBy} from '../cells.ts';
import {adjustHolm} from '../holm.ts';
import {computeGeometricMean, computeMean} from '../statistics.ts';
import {compareMeans} from '../welch.ts';
import type {CellPair, ComparedRow, MetricComparison, Side} from './comparison.ts';
import {type Metric, selectComparable} from './metrics.ts';
import {getLimit, placeWithin, type Tolerance} from './tolerance.ts';

/** Every metric that any of the cells has, with a row for each cell that has it; all rows are one family. */
export function judgeMetrics(pairs: readonly CellPair[], metrics: readonly Metric[]): readonly MetricComparison[] {
	const compared = metrics
		.map((metric) => ({metric, rows: pairs.flatMap((pair) => compareCell(pair, metric))}))
		.filter(({rows}) => rows.length > 0);
	const all = compared.flatMap(({rows}) => rows);
	const adjusted = adjustHolm(
		all.map(({p}) => p),
		all.length,
	);
	const pOf = new Map(all.map((row, index) => [row, adjusted[index] ?? null]));
	return compared.map(({metric: {name, title, tolerance}, rows}) => ({
		metric: name,
		title,
		tolerance,
		rows: rows.map((row) => ({...row, pHolm: pOf.get(row) ?? null})),
	}));
}

function compareCell({a, b}: CellPair, metric: Metric): readonly ComparedRow[] {
	const [ofA, ofB] = [readBlocks(a, metric), readBlocks(b, metric)];
	if (ofA.length === 0 && ofB.length === 0) return [];
	const isShare = metric.tolerance.kind === 'share' && [...ofA, ...ofB].every((value) => value > 0);
	const sides = {a: describeSide(a, ofA, isShare), b: describeSide(b, ofB, isShare)};
	const blank = {runId: a.cell.runId, ...sides, difference: null, interval: null, p: null, pHolm: null, sure: false};
	if (ofA.length === 0 || ofB.length === 0) return [{...blank, verdict: 'lost'}];
	return [{...blank, ...(isShare ? compareShares(ofA, ofB) : compareAmounts(ofA, ofB, metric.tolerance))}].map((row) =>
		place(row, metric.tolerance),
	);
}

type Found = Pick<ComparedRow, 'difference' | 'interval' | 'p'>;

/** By the logs, so that B over A is as far from 1 as A over B. */
function compareShares(a: readonly number[], b: readonly number[]): Found {
	const toPercent = (log: number): number => 100 * Math.expm1(log);
	const [logsA, logsB] = [a, b].map((values) => values.map(Math.log));
	const found = compareMeans(logsA ?? [], logsB ?? []);
	const difference = toPercent((computeMean(logsB ?? []) ?? 0) - (computeMean(logsA ?? []) ?? 0));
	if (found.kind === 'refused') return {difference, interval: null, p: null};
	return {difference, interval: {low: toPercent(found.low), high: toPercent(found.high)}, p: found.p};
}

/** Numbers that may be 0 or below have no logs; a share of them is one of A's mean. */
function compareAmounts(a: readonly number[], b: readonly number[], {kind}: Tolerance): Found {
	const mean = computeMean(a) ?? 0;
	const unit = kind === 'share' ? Math.abs(mean) / 100 : 1;
	const plain = (computeMean(b) ?? 0) - mean;
	const difference = plain === 0 ? 0 : plain / unit;
	const found = compareMeans(a, b);
	if (found.kind === 'refused' || unit === 0) return {difference, interval: null, p: null};
	return {difference, interval: {low: found.low / unit, high: found.high / unit}, p: found.p};
}

function place(row: Omit<ComparedRow, 'verdict'>, tolerance: Tolerance): ComparedRow {
	const verdict = placeWithin(row.difference ?? 0, tolerance);
	const limit = getLimit(tolerance);
	const {low, high} = row.interval ?? {low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY};
	const sure = verdict === 'within' ? low >= -limit && high <= limit : low > limit || high < -limit;
	return {...row, verdict, sure};
}

/** One value a block: what a process samples inside of it is not independent. */
function readBlocks(cell: CellRecord, {read}: Metric): readonly number[] {
	const byBlock = groupBy(selectComparable(cell), ([block]) => block);
	return [...byBlock.values()].flatMap((members) => {
		const values = members.map(([, result]) => read(result)).filter((value) => value !== null);
		return computeMean(values) ?? [];
	});
}

const describeSide = ({records}: CellRecord, values: readonly number[], isShare: boolean): Side => ({
	mean: isShare ? computeGeometricMean(values) : computeMean(values),
	n: values.length,
	planned: new Set(records.map(({experiment}) => experiment.block).filter((block) => block >= 1)).size,
});
