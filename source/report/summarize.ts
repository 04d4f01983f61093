import {selectSimulated} from '../journal/select.ts';
import type {ExperimentRecord, RunState} from '../journal/state.ts';
import {iterate} from '../journal/vector.ts';
import {type CellRecord, groupBy, selectCells, selectResults} from './cells.ts';
import {countCells} from './counts.ts';
import {groupCells} from './groups.ts';
import {collectNotes} from './notes.ts';
import {type Compared, comparePairs, computePenalties} from './penalty.ts';
import type {FailureRow, Penalties, Summary} from './summary.ts';
import {averageThroughput} from './throughput.ts';

/**
 * What the run means so far. `now` is epoch ms and counts only while the run is not closed. Reads facts alone; whether
 * an unclosed run still has a runner is not in them, so its state is 'running' and the caller may know better.
 */
export function summarize(state: RunState, now: number): Summary {
	const cells = selectCells(state);
	const records = [...iterate(state.experiments)];
	const compared = state.opened ? comparePairs(records, state.opened.topology) : [];
	const startedAt = state.opened?.at ?? now;
	const endedAt = state.closed?.at ?? null;
	return {
		suite: state.opened?.suite ?? 'unknown suite',
		simulated: selectSimulated(state),
		startedAt,
		endedAt,
		elapsedS: Math.max(0, (endedAt ?? now) - startedAt) / 1000,
		state: state.closed?.reason ?? 'running',
		total: cells.length,
		distinct: cells.filter(({cell}) => cell.duplicateOf === null).length,
		executions: records.length,
		...countCells(cells),
		groups: groupCells(cells, state.opened),
		reasons: countReasons(cells),
		failures: cells.flatMap(listFailure),
		postponements: countSetAside(cells, 'postponed'),
		skips: countSetAside(cells, 'skipped'),
		degradations: countDegradations(cells),
		throughput: averageThroughput(records),
		penalties: findPenalties(state, records, compared),
		notes: collectNotes(state, records, compared),
		anomalyCount: state.anomalyCount,
	};
}

const findPenalties = (
	{opened}: RunState,
	records: readonly ExperimentRecord[],
	compared: readonly Compared[],
): Penalties =>
	opened
		? computePenalties(compared, records, opened)
		: {kind: 'none', reason: 'The journal does not say on which machine the run was.'};

/** A repeated cell counts too, so that the reasons add up to the failures. */
function countReasons(cells: readonly CellRecord[]): Summary['reasons'] {
	const marks = cells.flatMap(({cell, records, status}) => {
		if (status !== 'failed') return [];
		const failed = selectResults(records).find((result) => result.status === 'failed');
		return [{kind: failed?.failure?.kind ?? UNEXPLAINED, runId: cell.runId}];
	});
	return [...groupBy(marks, ({kind}) => kind)]
		.map(([kind, members]) => ({
			kind,
			count: members.length,
			plannedPercent: (members.length / cells.length) * 100,
			firstRunId: members[0]?.runId ?? '',
		}))
		.toSorted((a, b) => b.count - a.count);
}

/** What an old journal says of a failure that it does not explain. */
const UNEXPLAINED = 'exit' as const;

/** A repeated cell fails with the one that it repeats, and is not listed a second time. */
function listFailure({cell, records, shared}: CellRecord): readonly FailureRow[] {
	const failed = selectResults(records).find(({status}) => status === 'failed');
	if (shared || !failed) return [];
	const {kind, message, advice} = failed.failure ?? {
		kind: UNEXPLAINED,
		message: 'failed, and the journal does not say why',
		advice: 'Read its stderr log.',
	};
	return [{runId: cell.runId, kind, message, advice, stderrLog: failed.stderrLog}];
}

/** Reasons by the number of cells that they touch, the most frequent first. */
function countDegradations(cells: readonly CellRecord[]): Summary['degradations'] {
	return countTouched(cells, (records) => selectResults(records).flatMap(({degraded}) => degraded));
}

const countSetAside = (cells: readonly CellRecord[], kind: 'postponed' | 'skipped'): Summary['postponements'] =>
	countTouched(cells, (records) => records.flatMap(({stage}) => (stage.kind === kind ? [describeBy(stage)] : [])));

const describeBy = ({reason, by}: {readonly reason: string; readonly by?: string}): string =>
	by === undefined ? reason : `${reason} (${by})`;

function countTouched(
	cells: readonly CellRecord[],
	list: (records: readonly ExperimentRecord[]) => readonly string[],
): Summary['degradations'] {
	const marks = cells
		.filter(({shared}) => !shared)
		.flatMap(({cell, records}) => [...new Set(list(records))].map((reason) => ({reason, runId: cell.runId})));
	return [...groupBy(marks, ({reason}) => reason)]
		.map(([reason, members]) => ({reason, count: members.length, firstRunId: members[0]?.runId ?? ''}))
		.toSorted((a, b) => b.count - a.count);
}
