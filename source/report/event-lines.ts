import {type ExperimentResult, getDurationS, listInvalid} from '../domain/experiment.ts';
import {isJsonObject} from '../domain/json.ts';
import type {Fact, JournalEvent} from '../journal/event.ts';
import {selectResumeReasons} from '../journal/select-since.ts';
import type {RunState} from '../journal/state.ts';
import {describeCampaignFact} from './campaign-lines.ts';
import {getThroughput} from './cells.ts';
import {countNoun} from './figures.ts';
import {describeForeign} from './foreign/mark.ts';

type Opened = Extract<Fact, {type: 'opened'}>;

/** One line an event for a run without a screen; null for what would only be noise there. */
export function formatEventLine(event: JournalEvent, state: RunState): string | null {
	switch (event.type) {
		case 'opened':
			return describeOpening(event);
		case 'launching':
			return `start   ${event.id}${event.attempt > 1 ? ` (attempt ${event.attempt})` : ''}`;
		case 'adopted':
			return `adopt   ${event.id} runs on as process ${event.pid}`;
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
		case 'lane-paused':
			return event.by === undefined
				? `wait    lane ${event.lane}: ${event.reason}`
				: `pause   lane ${event.lane} (${event.by}${event.now ? ', at once' : ''}): ${event.reason}`;
		case 'lane-continued':
			return `go on   lane ${event.lane}${event.by === undefined ? '' : ` (${event.by})`}`;
		case 'run-paused':
			return `pause   every lane (${event.by}${event.now ? ', at once' : ''}): ${event.reason}`;
		case 'run-continued':
			return `go on   every lane (${event.by})`;
		case 'workers-set':
			return `set     at most ${countNoun(event.maxWorkers, 'experiment')} at once (${event.by})`;
		case 'deadline-set':
			return event.deadline === null
				? `set     no deadline (${event.by})`
				: `set     nothing starts after ${event.said} (${event.by})`;
		case 'phase-judged':
		case 'phase-approved':
		case 'phase-continued':
		case 'phase-kept':
		case 'phase-not-kept':
			return `phase   ${describeCampaignFact(event, state).join('\n          ')}`;
		case 'budget-reached':
		case 'budget-set':
			return `budget  ${describeCampaignFact(event, state).join('\n          ')}`;
		case 'control-taken':
			return `control ${event.by} has it now${event.from === null ? '' : `, ${event.from} had it`}`;
		case 'suspended':
			return `stop    ${event.id} stands still (${event.by})`;
		case 'woken':
			return `go on   ${event.id} (${event.by})`;
		case 'planned':
			return event.by === undefined
				? null
				: `add     ${countNoun(event.experiments.length, 'experiment')} (${event.by})`;
		case 'lane-quarantined':
			return `warning lane ${event.lane} starts nothing more: ${event.reason}`;
		case 'moved':
			return `move    ${event.id} to lane ${event.lane}${typeof event.before === 'string' ? `, before ${event.before}` : ''}${describeBy(event)}`;
		case 'postponed':
			return `later   ${event.id}: ${event.reason}${describeBy(event)}`;
		case 'skipped':
			return `skip    ${event.id} (${event.by}): ${event.reason}`;
		case 'requeued':
			return `again   ${event.id} (${event.by}): ${event.reason}`;
		case 'telemetry-lost':
			return `warning telemetry: ${event.reason}`;
		case 'telemetry-source':
			return `note    GPUs are watched by ${event.source} every ${event.everyMs} ms${event.reason ? `: ${event.reason}` : ''}`;
		case 'storage':
			return event.problem === null
				? 'note    the disk takes facts again'
				: `warning the disk refuses facts, nothing new starts: ${event.problem}`;
		case 'resumed':
			return `resume  ${countNoun(state.counts.succeeded + state.counts.degraded, 'experiment')} succeeded before, ${state.counts.waiting} to run${describeReasons(state)}`;
		case 'closed':
			return `end     ${event.reason}`;
		default:
			return null;
	}
}

/** Each why, so that nobody wonders what is run once more. */
function describeReasons(state: RunState): string {
	const reasons = selectResumeReasons(state).map(([reason, count]) => `${count} ${reason}`);
	return reasons.length === 0 ? '' : `: ${reasons.join(', ')}`;
}

const describeBy = ({by}: {readonly by?: string}): string => (by === undefined ? '' : ` (${by})`);

function describeOpening({simulated, foreign, suite, topology, lanes, provenance}: Opened): string {
	if (foreign) return `${describeForeign(foreign)}: ${suite}`;
	const where = `${simulated ? 'SIMULATED ' : ''}${suite} on ${topology.hostname}: ${lanes.map(({label}) => label).join(', ')}`;
	const {python} = provenance;
	return isJsonObject(python) ? `${where}; python ${python.path} (${python.how})` : where;
}

function describeResult(id: string, result: ExperimentResult): string {
	const durationS = getDurationS(result);
	const took = (word: string) => (durationS === null ? '' : ` ${word} ${durationS.toFixed(1)} s`);
	if (result.failure)
		return `failed  ${id}${took('after')}: ${result.failure.message}\n          ${result.failure.advice}`;
	if (result.tooMuch) return `no fit  ${id}${took('after')}: ${result.tooMuch.message}`;
	const marks = [
		...listInvalid(result).map((reason) => `\n          invalid: ${reason}`),
		...result.degraded.map((reason) => `\n          degraded: ${reason}`),
	];
	const word = result.status === 'succeeded' ? 'ok     ' : result.status.padEnd(7);
	return `${word} ${id}${took('in')}${describeSpeed(result)}${marks.join('')}`;
}

function describeSpeed(result: ExperimentResult): string {
	const rate = getThroughput(result);
	if (rate === null) return '';
	const figure = rate < 100 ? rate.toPrecision(3) : Math.round(rate);
	return `, ${figure} samples/s${result.device === null ? '' : ` on ${result.device}`}`;
}

function describeProgress({counts}: RunState): string {
	const done = counts.succeeded + counts.degraded + counts.invalid + counts.failed;
	return `[${done}/${done + counts.waiting + counts.active + counts.postponed + counts.skipped} experiments]`;
}
