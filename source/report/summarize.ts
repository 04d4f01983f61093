import {listInvalid} from '../domain/experiment.ts';
import {findPosition} from '../journal/positions.ts';
import {selectSimulated} from '../journal/select.ts';
import type {RunState} from '../journal/state.ts';
import {getAt, iterate} from '../journal/vector.ts';
import {summarizeCampaign} from './campaign/campaign-summary.ts';
import {type CellRecord, getResult, groupBy, isMeasured, selectCells} from './cells.ts';
import {judgeControls, matchControls} from './controls.ts';
import {countCells} from './counts.ts';
import {countInvalidBeside, listFailure, listFailureBeside, UNEXPLAINED} from './failure-rows.ts';
import {groupCells} from './groups.ts';
import {averageMetrics} from './left/metric-rows.ts';
import {collectNotes} from './notes.ts';
import {comparePairs, computePenalties} from './penalty.ts';
import {listPasses} from './profile/passes.ts';
import {listSearches} from './searches.ts';
import {NO_STUDY, studyRun} from './study-run.ts';
import type {Repeats, Summary} from './summary.ts';
import {averageThroughput} from './throughput.ts';

/**
 * What the run means so far. `now` is epoch ms and counts only while the run is not closed. Reads facts alone; whether
 * an unclosed run still has a runner is not in them, so its state is 'running' and the caller may know better.
 */
export function summarize(state: RunState, now: number): Summary {
	const cells = selectCells(state);
	const all = [...iterate(state.experiments)];
	const records = all.every(isMeasured) ? all : all.filter(isMeasured);
	const compared = state.opened ? comparePairs(records, state.opened.topology) : [];
	const matched = all === records ? NO_CONTROLS : matchControls(all);
	const controls = judgeControls(matched);
	const {study, causeOf} = state.opened && !state.opened.foreign ? studyRun(records, state.opened) : NO_STUDY;
	const startedAt = state.opened?.at ?? now;
	const endedAt = state.closed?.at ?? null;
	const campaign = summarizeCampaign(state, now);
	return {
		suite: state.opened?.suite ?? 'unknown suite',
		simulated: selectSimulated(state),
		...(state.opened?.foreign ? {foreign: state.opened.foreign} : {}),
		...(campaign ? {campaign} : {}),
		startedAt,
		endedAt,
		elapsedS: Math.max(0, (endedAt ?? now) - startedAt) / 1000,
		state: state.closed?.reason ?? 'running',
		total: cells.length,
		distinct: cells.filter(({cell}) => cell.duplicateOf === null).length,
		executions: all.length,
		...countCells(cells),
		groups: groupCells(cells, state.opened),
		reasons: countReasons(cells),
		failures: [...cells.flatMap(listFailure), ...(all === records ? [] : all.flatMap(listFailureBeside))],
		// A phase lists its own, because a resume does not take up all of them.
		postponements: countSetAside(campaign ? cells.filter(isOutside) : cells, 'postponed'),
		skips: countSetAside(cells, 'skipped'),
		degradations: countDegradations(cells),
		invalidations: [
			...countTouched(cells, ({results}) => results.flatMap(listInvalid)),
			...(all === records ? [] : countInvalidBeside(all)),
		],
		repeats: countRepeats(state),
		// The mean of what a search tried means nothing.
		throughput: averageThroughput(records.filter(({experiment}) => experiment.search === undefined)),
		metrics: state.opened
			? averageMetrics(
					records.filter(({experiment}) => experiment.search === undefined),
					state.opened,
				)
			: [],
		penalties: state.opened?.foreign
			? {kind: 'none', reason: 'Foreign results do not say where memory lay, and no penalty is computed from them.'}
			: state.opened
				? computePenalties(compared, records, state.opened, {matched, judged: controls, causeOf})
				: {kind: 'none', reason: 'The journal does not say on which machine the run was.'},
		controls,
		study,
		profiles: all === records ? [] : listPasses(all),
		searches: listSearches(records),
		notes: collectNotes(state, records, compared),
		anomalyCount: state.anomalyCount,
	};
}

const NO_CONTROLS: ReturnType<typeof matchControls> = new Map();

/** Whatever of them is not over, or was put off, is unfinished. */
function countRepeats({repeats, positions, experiments}: RunState): Repeats {
	const count = {count: repeats.size, succeeded: 0, invalid: 0, failed: 0, unfinished: 0};
	for (const id of repeats.keys()) {
		const record = getAt(experiments, findPosition(positions, id) ?? -1);
		const result = record ? getResult(record) : null;
		if (result === null) count.unfinished++;
		else if (result.status === 'invalid' || result.status === 'failed') count[result.status]++;
		else count.succeeded++;
	}
	return count;
}

/** A repeated cell counts too, so that the reasons add up to the failures. */
function countReasons(cells: readonly CellRecord[]): Summary['reasons'] {
	const marks = cells.flatMap(({cell, results, status}) => {
		if (status !== 'failed') return [];
		const failed = results.find((result) => result.status === 'failed');
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

/** Reasons by the number of cells that they touch, the most frequent first. */
function countDegradations(cells: readonly CellRecord[]): Summary['degradations'] {
	return countTouched(cells, ({results}) => results.flatMap(({degraded}) => degraded));
}

const countSetAside = (cells: readonly CellRecord[], kind: 'postponed' | 'skipped'): Summary['postponements'] =>
	countTouched(cells, ({records, results}) =>
		results.length === records.length
			? []
			: records.flatMap(({stage}) => (stage.kind === kind ? [describeBy(stage)] : [])),
	);

const isOutside = ({records}: CellRecord): boolean => records.every(({experiment}) => experiment.phase === undefined);

const describeBy = ({reason, by}: {readonly reason: string; readonly by?: string}): string =>
	by === undefined ? reason : `${reason} (${by})`;

function countTouched(
	cells: readonly CellRecord[],
	list: (cell: CellRecord) => readonly string[],
): Summary['degradations'] {
	const marks: {readonly reason: string; readonly runId: string}[] = [];
	for (const one of cells) {
		const reasons = one.shared ? [] : list(one);
		// Most of ten thousand cells have none.
		if (reasons.length === 0) continue;
		for (const reason of new Set(reasons)) marks.push({reason, runId: one.cell.runId});
	}
	return [...groupBy(marks, ({reason}) => reason)]
		.map(([reason, members]) => ({reason, count: members.length, firstRunId: members[0]?.runId ?? ''}))
		.toSorted((a, b) => b.count - a.count);
}
