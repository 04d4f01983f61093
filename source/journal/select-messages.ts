import {getDurationS, listInvalid} from '../domain/experiment.ts';
import {listPhaseMessages} from './phase-messages.ts';
import {MAX_ENDS, type Pause, type RunState, type Stage} from './state.ts';
import {getAt} from './vector.ts';

/** One line of what happened last; `at` in epoch ms, null when the fact that caused it has no place in time. */
export type Message = {
	readonly at: number | null;
	readonly level: 'info' | 'ok' | 'degraded' | 'warning' | 'invalid' | 'failed';
	readonly text: string;
	/** What to type or change next. */
	readonly advice: string | null;
};

/** Notices, notes, repetitions and ends in the order in which they happened, then what holds lanes; the last `limit` of them. */
export function selectMessages(state: RunState, limit = MAX_ENDS): readonly Message[] {
	const again = state.opened?.foreign ? undefined : AGAIN;
	const ends = selectEnds(state, limit).map((end) => describeEnd(end, again));
	const happened = [...selectNotes(state), ...selectRepeats(state, limit), ...ends, ...listPhaseMessages(state)].sort(
		(a, b) => (a.at ?? 0) - (b.at ?? 0),
	);
	return [...happened, ...selectHeld(state)].slice(-limit);
}

const say = (at: number | null, level: Message['level'], text: string, advice: string | null = null): Message => ({
	at,
	level,
	text,
	advice,
});

/** A run's notices are noted as facts too, for those who read facts only; here they are said once. */
function selectNotes({opened, notes}: RunState): readonly Message[] {
	const notices = [...new Set(opened?.notices)];
	return [
		...notices.map((text) => say(opened?.at ?? null, 'info', text)),
		...notes.filter(({message}) => !notices.includes(message)).map(({at, level, message}) => say(at, level, message)),
	];
}

/** An invalid result stands in no state any more once it is tried again. */
const selectRepeats = ({repeats}: RunState, limit: number): readonly Message[] =>
	[...repeats].slice(-limit).map(([id, {reason, at}]) => say(at, 'invalid', `${id} is tried once more: ${reason}`));

/** What keeps lanes from starting anything, as long as it does. */
const selectHeld = ({lanes, paused: all}: RunState): readonly Message[] => [
	...(all ? [sayPaused('every lane', all)] : []),
	...[...lanes.values()].flatMap(({lane, held, paused, quarantined}) => [
		...(quarantined
			? [say(quarantined.since, 'failed', `lane ${lane.id} starts nothing more: ${quarantined.reason}`)]
			: []),
		...(paused && !quarantined ? [sayPaused(`lane ${lane.id}`, paused)] : []),
		...(held && !quarantined ? [say(held.since, 'warning', `lane ${lane.id} waits: ${held.reason}`)] : []),
	]),
];

const sayPaused = (what: string, {by, reason, since}: Pause): Message =>
	say(
		since,
		'warning',
		`${what}: paused by ${by}${reason === '' ? '' : `: ${reason}`}`,
		'warpdeck continue lets it go on',
	);

/** Of an invalid result that is final: it was repeated, or nothing starts any more. */
const AGAIN = 'warpdeck resume, once what spoilt it is gone';

type End = {readonly id: string; readonly stage: Extract<Stage, {kind: 'committed'}>};

/** Of those that the state keeps the positions of, because every frame asks. */
function selectEnds({ends, experiments}: RunState, limit: number): readonly End[] {
	return ends.slice(-limit).flatMap((position) => {
		const record = getAt(experiments, position);
		return record?.stage.kind === 'committed' ? [{id: record.experiment.id, stage: record.stage}] : [];
	});
}

function describeEnd({id, stage: {endedAt, result}}: End, again: string | undefined): Message {
	const {status, failure, degraded, throughputSamplesPerS} = result;
	const durationS = getDurationS(result);
	if (status === 'failed') return say(endedAt, 'failed', `${id}: ${failure?.message ?? 'failed'}`, failure?.advice);
	if (status === 'invalid') return say(endedAt, 'invalid', `${id}: ${listInvalid(result).join('; ')}`, again);
	if (status === 'degraded') return say(endedAt, 'degraded', `${id}: ${degraded.join('; ')}`);
	const speed = throughputSamplesPerS ? [`${throughputSamplesPerS.toFixed(1)} samples/s`] : [];
	const took = durationS === null ? [] : [`in ${durationS.toFixed(1)} s`];
	return say(endedAt, 'ok', [`${id}:`, ...speed, ...took].join(' '));
}
