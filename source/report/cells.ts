import {type Cell, type ExperimentResult, isSuccess} from '../domain/experiment.ts';
import type {ExperimentRecord, RunState} from '../journal/state.ts';
import {iterate} from '../journal/vector.ts';
import {rememberList} from './remember.ts';

type CellStatus = 'waiting' | 'running' | 'postponed' | 'skipped' | 'succeeded' | 'degraded' | 'invalid' | 'failed';

/** A cell with the experiments that speak for it, its own or those of the cell that it repeats, in block order. */
export type CellRecord = {
	readonly cell: Cell;
	readonly records: readonly ExperimentRecord[];
	/** Of those of them that are over. */
	readonly results: readonly ExperimentResult[];
	readonly status: CellStatus;
	/** Warm-ups and controls of the cell, which count in no figure and do not decide how it stands. */
	readonly others: readonly ExperimentRecord[];
	/** Its experiments are another cell's, so they must not be counted again. */
	readonly shared: boolean;
};

/** Whether it may enter a figure; a warm-up or a control only serves those that do. */
export const isMeasured = ({experiment}: ExperimentRecord): boolean => experiment.role === undefined;

export function selectCells(state: RunState): readonly CellRecord[] {
	const byRunId = groupBy(iterate(state.experiments), ({experiment}) => experiment.runId);
	return state.cells.map((cell) => {
		const own = byRunId.get(cell.runId);
		if (own) return describeOwn(cell, own);
		return describeShared(cell, byRunId.get(cell.duplicateOf ?? cell.runId) ?? NONE);
	});
}

const describeOwn = rememberList((cell: Cell, all: readonly ExperimentRecord[]) => describe(cell, all, false));

const describeShared = rememberList((cell: Cell, all: readonly ExperimentRecord[]) =>
	describe(cell, all, cell.duplicateOf !== null),
);

function describe(cell: Cell, all: readonly ExperimentRecord[], shared: boolean): CellRecord {
	const records = all.every(isMeasured) ? all : all.filter(isMeasured);
	const others = records === all ? NONE : all.filter((record) => !isMeasured(record));
	return {cell, records, results: selectResults(records), others, status: judge(records), shared};
}

const NONE: readonly ExperimentRecord[] = [];

/** A cell is good only when all its blocks are; one failed or invalid block makes it that while others still wait. */
function judge(records: readonly ExperimentRecord[]): CellStatus {
	const kinds = records.map(({stage}) => (stage.kind === 'committed' ? stage.result.status : stage.kind));
	if (kinds.includes('failed')) return 'failed';
	if (kinds.includes('invalid')) return 'invalid';
	if (kinds.some((kind) => kind === 'launching' || kind === 'running' || kind === 'ended')) return 'running';
	if (kinds.length === 0 || kinds.includes('waiting')) return 'waiting';
	if (kinds.includes('postponed')) return 'postponed';
	if (kinds.includes('skipped')) return 'skipped';
	return kinds.includes('degraded') ? 'degraded' : 'succeeded';
}

export const getResult = ({stage}: ExperimentRecord): ExperimentResult | null =>
	stage.kind === 'committed' ? stage.result : null;

export const selectResults = (records: readonly ExperimentRecord[]): readonly ExperimentResult[] =>
	records.map(getResult).filter((result) => result !== null);

/** Whether a result says so; a suite may name a GPU that a run on the CPU never touches. */
export const ranOnGpu = ({results}: CellRecord): boolean => results.some(({device}) => device === 'cuda');

/** Throughput of a result that measured something, samples a second; null when it failed, is invalid or named none. */
export const getThroughput = (result: ExperimentResult | null): number | null =>
	result && isSuccess(result) && (result.throughputSamplesPerS ?? 0) > 0 ? result.throughputSamplesPerS : null;

/** Items by key, keys and items in the order in which they come. */
export function groupBy<T, K>(items: Iterable<T>, getKey: (item: T) => K): ReadonlyMap<K, readonly T[]> {
	const groups = new Map<K, T[]>();
	for (const item of items) {
		const key = getKey(item);
		const group = groups.get(key);
		if (group) group.push(item);
		else groups.set(key, [item]);
	}
	return groups;
}
