import type {ExperimentRecord, RunState, Stage} from './state.ts';
import {getAt, type Vector} from './vector.ts';

/** One line of what happened last; `at` in epoch ms, null when the fact that caused it has no place in time. */
export type Message = {
	readonly at: number | null;
	readonly level: 'info' | 'ok' | 'degraded' | 'warning' | 'failed';
	readonly text: string;
	/** What to type or change next. */
	readonly advice: string | null;
};

/** Notices, notes and ends in the order in which they happened, then anomalies; the last `limit` of them. */
export function selectMessages(state: RunState, limit = 100): readonly Message[] {
	const ends = selectNewest(state.experiments, limit).map(describeEnd);
	const happened = [...selectNotes(state), ...ends].sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
	const lost = state.telemetryLost === null ? [] : [say(null, 'warning', `no GPU telemetry: ${state.telemetryLost}`)];
	return [...happened, ...selectAnomalies(state), ...lost].slice(-limit);
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

type End = {readonly id: string; readonly stage: Extract<Stage, {kind: 'committed'}>};

/**
 * The last ends, the earliest of them first. One walk from the back, where they mostly are, because every frame asks
 * and a night's results are too many to sort.
 */
function selectNewest(experiments: Vector<ExperimentRecord>, limit: number): readonly End[] {
	let found: End[] = [];
	let tooOld = Number.NEGATIVE_INFINITY;
	for (let position = experiments.length - 1; position >= 0; position--) {
		const record = getAt(experiments, position);
		if (record?.stage.kind !== 'committed' || record.stage.endedAt <= tooOld) continue;
		found.push({id: record.experiment.id, stage: record.stage});
		if (found.length < 2 * limit) continue;
		found = keepNewest(found, limit);
		tooOld = found.at(-1)?.stage.endedAt ?? tooOld;
	}
	return keepNewest(found, limit).toReversed();
}

const keepNewest = (ends: readonly End[], limit: number): End[] =>
	ends.toSorted((a, b) => b.stage.endedAt - a.stage.endedAt).slice(0, limit);

function describeEnd({id, stage: {endedAt, result}}: End): Message {
	const {status, failure, degraded, durationS, throughputSamplesPerS} = result;
	if (status === 'failed') return say(endedAt, 'failed', `${id}: ${failure?.message ?? 'failed'}`, failure?.advice);
	if (status === 'degraded') return say(endedAt, 'degraded', `${id}: ${degraded.join('; ')}`);
	const speed = throughputSamplesPerS ? [`${throughputSamplesPerS.toFixed(1)} samples/s`] : [];
	return say(endedAt, 'ok', [`${id}:`, ...speed, `in ${durationS.toFixed(1)} s`].join(' '));
}

function selectAnomalies({anomalies, anomalyCount}: RunState): readonly Message[] {
	const shown = anomalies.slice(-3).map((text) => say(null, 'warning', `journal: ${text}`));
	const hidden = anomalyCount - shown.length;
	return hidden > 0 ? [say(null, 'warning', `journal: ${hidden} more anomalies`), ...shown] : shown;
}
