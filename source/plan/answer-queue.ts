import type {Fact} from '../journal/event.ts';
import type {ExperimentRecord, RunState} from '../journal/state.ts';
import {
	type Answer,
	accept,
	describeStanding,
	type FoundExperiments,
	findAll,
	listRecords,
	nameAll,
	refuse,
} from './answer-words.ts';
import type {RequestOf} from './control-request.ts';

const ASKED = 'somebody asked';

export function answerSkip(state: RunState, {ids, reason = ASKED}: RequestOf<'skip'>, by: string): Answer {
	const found = findAll(state, ids);
	if (found.kind === 'refused') return found;
	const {records} = found;
	const over = records.find(({stage}) => stage.kind === 'ended' || stage.kind === 'committed');
	if (over) return refuse(`${describeStanding(over)}, so there is nothing to skip.`, 'warpdeck summary');
	const open = records.filter(({stage}) => stage.kind !== 'skipped');
	const running = open.filter(({stage}) => stage.kind === 'launching' || stage.kind === 'running');
	const ends = running.length > 0 ? `; ${nameAll(running)} is ended now` : '';
	return accept(
		open.map(({experiment: {id}}): Fact => ({type: 'skipped', id, reason, by})),
		open.length === 0
			? `${nameAll(records)}: skipped already.`
			: `${nameAll(open)} will not be tried before somebody asks: warpdeck retry${ends}.`,
	);
}

export function answerPostpone(state: RunState, {ids, reason = ASKED}: RequestOf<'postpone'>, by: string): Answer {
	const found = findAll(state, ids);
	if (found.kind === 'refused') return found;
	const {records} = found;
	const other = records.find(({stage}) => stage.kind !== 'waiting');
	if (other) {
		return refuse(
			`${describeStanding(other)}, and only what waits can be postponed.`,
			`warpdeck skip ${other.experiment.id}`,
		);
	}
	return accept(
		records.map(({experiment: {id}}): Fact => ({type: 'postponed', id, reason, by})),
		`${nameAll(records)}: left to a resume of this run.`,
	);
}

export function answerRetry(state: RunState, {what, reason = ASKED}: RequestOf<'retry'>, by: string): Answer {
	const found = chooseRetries(state, what);
	if (found.kind === 'refused') return found;
	const {records} = found;
	const when = state.draining === null ? '' : ', once the run is resumed, because nothing starts any more';
	return accept(
		records.map(({experiment: {id}}): Fact => ({type: 'requeued', id, reason, by})),
		`${nameAll(records)} will be tried again${when}.`,
	);
}

function chooseRetries(state: RunState, what: RequestOf<'retry'>['what']): FoundExperiments {
	if (typeof what === 'object' && 'ids' in what) return chooseNamed(state, what.ids);
	const kind = typeof what === 'object' ? what.failure : null;
	const all = listRecords(state);
	const chosen = all.filter((record) => (kind === null ? standsAs(record, String(what)) : failedBy(record) === kind));
	if (chosen.length > 0) return {kind: 'experiments', records: chosen};
	const kinds = [...new Set(all.map(failedBy).filter((one) => one !== null))];
	const words = kind === null ? String(what) : `failed by ${kind}`;
	return refuse(
		`No experiment of this run is ${words}.`,
		kinds.length > 0 ? `failures here: ${kinds.join(', ')}` : 'warpdeck retry ID   (runs one again, a success too)',
	);
}

function chooseNamed(state: RunState, ids: readonly string[]): FoundExperiments {
	const found = findAll(state, ids);
	if (found.kind === 'refused') return found;
	const open = found.records.find(({stage}) => !['committed', 'postponed', 'skipped'].includes(stage.kind));
	return open ? refuse(`${describeStanding(open)}, so it is tried anyway.`, 'warpdeck status') : found;
}

const standsAs = (record: ExperimentRecord, what: string): boolean =>
	what === 'failed' ? failedBy(record) !== null : record.stage.kind === what;

/** The kind of its failure; null where it did not fail. */
const failedBy = ({stage}: ExperimentRecord): string | null =>
	stage.kind === 'committed' && !['succeeded', 'degraded'].includes(stage.result.status)
		? (stage.result.failure?.kind ?? stage.result.status)
		: null;
