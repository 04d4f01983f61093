import {type ExperimentResult, listInvalid} from '../domain/experiment.ts';
import type {ExperimentRecord} from '../journal/state.ts';
import {type CellRecord, getResult, groupBy} from './cells.ts';
import type {FailureRow, Summary} from './summary.ts';

/** What an old journal says of a failure that it does not explain. */
export const UNEXPLAINED = 'exit' as const;

const NONE: readonly FailureRow[] = [];

const ROLES = {
	'warm-up': 'Only a warm-up',
	control: 'Only an A/A control',
	profile: 'Only a profiling pass',
} as const;

/** A repeated cell fails with the one that it repeats, and is not listed a second time. */
export function listFailure({cell, results, status, shared}: CellRecord): readonly FailureRow[] {
	if (status !== 'failed') return NONE;
	const failed = results.find((result) => result.status === 'failed');
	return shared || !failed ? [] : [describeFailure(cell.runId, failed)];
}

/** Warm-ups, controls and profiling passes fail nothing but themselves. */
export function listFailureBeside(record: ExperimentRecord): readonly FailureRow[] {
	const {role, id} = record.experiment;
	const result = getResult(record);
	if (!role || result?.status !== 'failed') return [];
	const row = describeFailure(id, result);
	return [{...row, role, message: `${ROLES[role]}: ${row.message}`}];
}

function describeFailure(runId: string, {failure, stderrLog}: ExperimentResult): FailureRow {
	const {kind, message, advice} = failure ?? {
		kind: UNEXPLAINED,
		message: 'failed, and the journal does not say why',
		advice: 'Read its stderr log.',
	};
	return {runId, kind, message, advice, stderrLog};
}

/** A spoilt control makes no cell invalid, but the comparison that it stands beside lacks it. */
export function countInvalidBeside(records: readonly ExperimentRecord[]): Summary['invalidations'] {
	const marks = records.flatMap((record) => {
		const {role, id} = record.experiment;
		const result = getResult(record);
		return role && result ? listInvalid(result).map((reason) => ({role, reason, id})) : [];
	});
	return [...groupBy(marks, ({role, reason}) => `${role} ${reason}`).values()].flatMap(([first, ...others]) => {
		if (!first) return [];
		const {role, reason, id} = first;
		return [{role, reason: `${ROLES[role]}: ${reason}`, count: 1 + others.length, firstRunId: id}];
	});
}
