import type {Json} from '../../domain/json.ts';
import type {CellRecord} from '../cells.ts';
import type {Tolerance} from './tolerance.ts';

/** Two runs, cell by cell; A is what B is held against. */
export type Comparison = {
	readonly simulated: boolean;
	readonly foreign: boolean;
	/** Why they may not be compared unless somebody says so. */
	readonly objections: readonly Objection[];
	readonly differences: readonly Difference[];
	readonly metrics: readonly MetricComparison[];
	/** Cells of both plans, and of one alone. */
	readonly matched: number;
	readonly onlyA: readonly string[];
	readonly onlyB: readonly string[];
	/** Cells of both plans without a result that may be compared in either run, and why. */
	readonly silent: readonly {readonly runId: string; readonly a: string; readonly b: string}[];
	/** Numbers that workloads gave and that no tolerance names. */
	readonly others: readonly string[];
	/** Of the results that were compared, seconds; null where none says. */
	readonly shortestWindowS: number | null;
	/** Rows that are outside of their tolerance, or have a value on one side only. */
	readonly outside: number;
	readonly rows: number;
};

export type Objection = {
	/** foreign: the two were not measured by the same program; the others say what differs. */
	readonly kind:
		| 'same-run'
		| 'simulated'
		| 'foreign'
		| 'suite'
		| 'settings'
		| 'hardware'
		| 'device'
		| 'binding'
		| 'data';
	/** A sentence. */
	readonly says: string;
};

export type Difference = {
	readonly group: 'configuration' | 'versions' | 'driver' | 'hardware' | 'kernel' | 'data';
	readonly key: string;
	readonly a: Json;
	readonly b: Json;
};

export type MetricComparison = {
	readonly metric: string;
	readonly title: string;
	readonly tolerance: Tolerance;
	readonly rows: readonly ComparedRow[];
};

export type Side = {
	/** Of a share the geometric mean over blocks, else the arithmetic one; null without a value. */
	readonly mean: number | null;
	/** Blocks with a value, of so many that were planned. */
	readonly n: number;
	readonly planned: number;
};

export type ComparedRow = {
	readonly runId: string;
	readonly a: Side;
	readonly b: Side;
	/** B - A: percent of A where the tolerance is a share, else in the metric's unit; null where a side has no value. */
	readonly difference: number | null;
	/** 95 % by Welch's t on blocks; null for a single run. */
	readonly interval: {readonly low: number; readonly high: number} | null;
	/** Two-sided, of no difference, and adjusted for all rows of all metrics (Holm). */
	readonly p: number | null;
	readonly pHolm: number | null;
	/** lost: a value on one side only; far: outside of twice the tolerance. */
	readonly verdict: 'within' | 'outside' | 'far' | 'lost';
	/** The whole interval lies on the same side of the tolerance; false without one. */
	readonly sure: boolean;
};

export type CellPair = {
	readonly a: CellRecord;
	readonly b: CellRecord;
	/** Parameters in which they differ and that change what is done. */
	readonly settings: readonly string[];
};
