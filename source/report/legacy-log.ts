import {type ExperimentResult, listInvalid} from '../domain/experiment.ts';
import {type JsonObject, readNumber} from '../domain/json.ts';
import type {FactEvent, JournalEvent} from '../journal/event.ts';
import type {ExperimentRecord, RunState} from '../journal/state.ts';
import {iterate} from '../journal/vector.ts';
import {describeCampaignFact} from './campaign-lines.ts';
import {selectCells} from './cells.ts';
import {countCells} from './counts.ts';
import {buildExperimentSummary} from './experiment-summary.ts';
import type {Summary} from './summary.ts';

/**
 * Lines of experiment.log, worded as the tools around the replaced runner expect them; their runs are our cells, and a
 * start or an end is that of an experiment.
 */
export function formatLogLines(event: JournalEvent, state: RunState): readonly string[] {
	switch (event.type) {
		case 'launching':
			return [...(isFirstLaunch(event, state) ? describePlan(state) : []), `Starting run: ${event.id}`];
		case 'committed':
			return [describeResult(event.id, event.result), describeProgress(state)];
		case 'requeued':
			return [`Repeating run: ${event.id} (${event.reason})`];
		case 'noted':
			return [event.message];
		case 'phase-judged':
		case 'phase-approved':
		case 'phase-continued':
		case 'phase-kept':
		case 'phase-not-kept':
		case 'budget-reached':
		case 'budget-set':
			return [`Campaign: ${describeCampaignFact(event, state)[0]}`];
		case 'resumed':
			return [`Resumed: ${countRuns(state).unfinished} runs left`];
		case 'closed':
			return [...(isUntouched(state) ? describePlan(state) : []), ...describeClosing(state)];
		default:
			return [];
	}
}

/** A plan comes in many facts, none of which knows that it is the last. */
const describePlan = ({cells, opened}: RunState): readonly string[] => [
	`Generated ${cells.length} experiment runs`,
	`Using ${opened?.maxWorkers ?? 1} parallel workers`,
];

/** Counts first, so that the walk over a whole plan happens at the beginning only. */
const isFirstLaunch = ({id, attempt}: Extract<FactEvent, {type: 'launching'}>, {counts, experiments}: RunState) =>
	attempt === 1 &&
	counts.active === 1 &&
	counts.succeeded + counts.degraded + counts.invalid + counts.failed === 0 &&
	[...iterate(experiments)].every((record) => record.experiment.id === id || isFresh(record));

const isUntouched = ({experiments}: RunState): boolean => [...iterate(experiments)].every(isFresh);

const isFresh = ({stage}: ExperimentRecord): boolean => stage.kind === 'waiting' && stage.attempts === 0;

function describeResult(id: string, result: ExperimentResult): string {
	const {failure, durationS, untimed, exitCode, status} = result;
	if (status === 'invalid') return `Invalid run: ${id} (${listInvalid(result).join('; ')})`;
	if (!failure) return `Completed run: ${id} (duration: ${untimed ? 'not recorded' : `${durationS.toFixed(1)}s`})`;
	if (exitCode === null) return `Exception in run ${id}: ${failure.message}`;
	return `Failed run: ${id} (exit code: ${exitCode})`;
}

function describeProgress(state: RunState): string {
	const {succeeded, degraded, invalid, failed} = countRuns(state);
	const completed = succeeded + degraded;
	const unusable = invalid > 0 ? `, invalid: ${invalid}` : '';
	return `Progress: ${completed + invalid + failed}/${state.cells.length} (completed: ${completed}, failed: ${failed}${unusable})`;
}

/** Asked for with every result: where each cell is one experiment, the state has counted already. */
function countRuns(state: RunState): Pick<Summary, 'succeeded' | 'degraded' | 'invalid' | 'failed' | 'unfinished'> {
	const {cells, experiments, counts} = state;
	const isPlain = cells.length === experiments.length && cells.every(({duplicateOf}) => duplicateOf === null);
	return isPlain ? {...counts, unfinished: counts.waiting + counts.active} : countCells(selectCells(state));
}

function describeClosing(state: RunState): readonly string[] {
	const summary = buildExperimentSummary(state, state.at);
	const rule = '='.repeat(60);
	const unusable = summary.invalid_runs === 0 ? '' : `, ${summary.invalid_runs} invalid`;
	return [
		`Experiment completed: ${summary.successful_runs} successful, ${summary.failed_runs} failed${unusable}`,
		rule,
		'EXPERIMENT SUMMARY',
		rule,
		...['experiment_name', 'total_runs', 'successful_runs', 'failed_runs'].map((key) => `${key}: ${summary[key]}`),
		`success_rate: ${readRounded(summary, 'success_rate')}`,
		`wall_time_s: ${readRounded(summary, 'wall_s').toFixed(1)}`,
		rule,
	];
}

const readRounded = (summary: JsonObject, key: string): number => Math.round(10 * (readNumber(summary[key]) ?? 0)) / 10;
