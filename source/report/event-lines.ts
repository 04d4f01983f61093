import type {ExperimentResult} from '../domain/experiment.ts';
import {isJsonObject} from '../domain/json.ts';
import type {Fact, JournalEvent} from '../journal/event.ts';
import type {RunState} from '../journal/state.ts';

type Opened = Extract<Fact, {type: 'opened'}>;

/** One line an event for a run without a screen; null for what would only be noise there. */
export function formatEventLine(event: JournalEvent, state: RunState): string | null {
	switch (event.type) {
		case 'opened':
			return describeOpening(event);
		case 'launching':
			return `start   ${event.id}${event.attempt > 1 ? ` (attempt ${event.attempt})` : ''}`;
		case 'committed':
			return `${describeResult(event.id, event.result)}   ${describeProgress(state)}`;
		case 'noted':
			return `${event.level === 'warning' ? 'warning' : 'note'}   ${event.message}`;
		case 'phase':
			return `        ${event.id}: ${event.name}`;
		case 'draining':
			return `drain   nothing more is started (${event.by}); what runs may end`;
		case 'stopping':
			return `stop    what runs is ended (${event.by})`;
		case 'telemetry-lost':
			return `warning telemetry: ${event.reason}`;
		case 'storage':
			return event.problem === null
				? 'note    the disk takes facts again'
				: `warning the disk refuses facts, nothing new starts: ${event.problem}`;
		case 'resumed':
			return `resume  ${state.counts.succeeded + state.counts.degraded} succeeded before, ${state.counts.waiting} to run`;
		case 'closed':
			return `end     ${event.reason}`;
		default:
			return null;
	}
}

function describeOpening({simulated, suite, topology, lanes, provenance}: Opened): string {
	const where = `${simulated ? 'SIMULATED ' : ''}${suite} on ${topology.hostname}: ${lanes.map(({label}) => label).join(', ')}`;
	const {python} = provenance;
	return isJsonObject(python) ? `${where}; python ${python.path} (${python.how})` : where;
}

function describeResult(id: string, result: ExperimentResult): string {
	const took = `${result.durationS.toFixed(1)} s`;
	if (result.failure)
		return `failed  ${id} after ${took}: ${result.failure.message}\n          ${result.failure.advice}`;
	const rate = result.throughputSamplesPerS;
	const speed =
		rate === null ? '' : `, ${rate < 100 ? rate.toPrecision(3) : Math.round(rate)} samples/s on ${result.device}`;
	const marks = result.degraded.map((reason) => `\n          degraded: ${reason}`).join('');
	return `${result.status === 'degraded' ? 'degraded' : 'ok     '} ${id} in ${took}${speed}${marks}`;
}

function describeProgress({counts}: RunState): string {
	const done = counts.succeeded + counts.degraded + counts.failed;
	return `[${done}/${done + counts.waiting + counts.active}]`;
}

/** Lines of experiment.log, worded as the tools around the replaced runner expect them. */
export function formatLogLines(event: JournalEvent, state: RunState): readonly string[] {
	switch (event.type) {
		case 'planned':
			return [
				`Generated ${state.cells.length} experiment runs`,
				`Using ${state.opened?.maxWorkers ?? 1} parallel workers`,
			];
		case 'launching':
			return [`Starting run: ${event.id}`];
		case 'committed':
			return [logResult(event.id, event.result), logProgress(state)];
		case 'noted':
			return [event.message];
		case 'resumed':
			return [`Resumed: ${state.counts.waiting} runs left`];
		case 'closed':
			return logClosing(state);
		default:
			return [];
	}
}

function logResult(id: string, {failure, durationS, exitCode}: ExperimentResult): string {
	if (!failure) return `Completed run: ${id} (duration: ${durationS.toFixed(1)}s)`;
	if (exitCode === null) return `Exception in run ${id}: ${failure.message}`;
	return `Failed run: ${id} (exit code: ${exitCode})`;
}

function logProgress({counts}: RunState): string {
	const completed = counts.succeeded + counts.degraded;
	const done = completed + counts.failed;
	return `Progress: ${done}/${done + counts.waiting + counts.active} (completed: ${completed}, failed: ${counts.failed})`;
}

function logClosing({counts, opened, at}: RunState): readonly string[] {
	const completed = counts.succeeded + counts.degraded;
	const total = completed + counts.failed + counts.waiting;
	const rule = '='.repeat(60);
	return [
		`Experiment completed: ${completed} successful, ${counts.failed} failed`,
		rule,
		'EXPERIMENT SUMMARY',
		rule,
		`experiment_name: ${opened?.suite ?? ''}`,
		`total_runs: ${total}`,
		`successful_runs: ${completed}`,
		`failed_runs: ${counts.failed}`,
		`success_rate: ${total === 0 ? 0 : Math.round((1000 * completed) / total) / 10}`,
		`wall_time_s: ${((at - (opened?.at ?? at)) / 1000).toFixed(1)}`,
		rule,
	];
}
