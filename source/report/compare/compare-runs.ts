import {selectSimulated} from '../../journal/select.ts';
import type {RunState} from '../../journal/state.ts';
import {selectCells} from '../cells.ts';
import type {CellPair, Comparison} from './comparison.ts';
import {listDifferences} from './differences.ts';
import {judgeMetrics} from './judge-rows.ts';
import {matchCells} from './match-cells.ts';
import {listMetrics, selectComparable} from './metrics.ts';
import {isForeign, listObjections} from './objections.ts';
import type {Tolerance} from './tolerance.ts';

/** B held against A, whatever there is to object; whoever shows it decides what to do about objections. */
export function compareRuns(a: RunState, b: RunState, given: ReadonlyMap<string, Tolerance> = new Map()): Comparison {
	const {pairs, onlyA, onlyB} = matchCells(selectCells(a), selectCells(b));
	const {metrics, others} = listMetrics(pairs, given);
	const compared = judgeMetrics(pairs, metrics);
	const rows = compared.flatMap((metric) => metric.rows);
	return {
		simulated: selectSimulated(a) || selectSimulated(b),
		foreign: [a.opened, b.opened].some((opened) => opened !== null && isForeign(opened)),
		objections: listObjections(a, b, pairs),
		differences: a.opened && b.opened ? listDifferences(a.opened, b.opened, pairs) : [],
		metrics: compared,
		matched: pairs.length,
		onlyA,
		onlyB,
		silent: pairs
			.filter((pair) => selectComparable(pair.a).length + selectComparable(pair.b).length === 0)
			.map((pair) => ({runId: pair.a.cell.runId, a: pair.a.status, b: pair.b.status})),
		others,
		shortestWindowS: findShortest(pairs),
		outside: rows.filter(({verdict}) => verdict !== 'within').length,
		rows: rows.length,
	};
}

function findShortest(pairs: readonly CellPair[]): number | null {
	const windows = pairs
		.flatMap(({a, b}) => [...selectComparable(a), ...selectComparable(b)])
		.flatMap(([, {windowS}]) => windowS ?? []);
	return windows.length === 0 ? null : windows.reduce((least, windowS) => Math.min(least, windowS));
}
