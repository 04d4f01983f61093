import type {ExperimentRecord, RunState} from './state.ts';
import {iterate} from './vector.ts';

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
	const notices = (state.opened?.notices ?? []).map((text) => say(state.opened?.at ?? null, 'info', text));
	const notes = state.notes.map(({at, level, message}) => say(at, level, message));
	const happened = [...notices, ...notes, ...selectEnds(state)].sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
	const lost = state.telemetryLost === null ? [] : [say(null, 'warning', `no GPU telemetry: ${state.telemetryLost}`)];
	return [...happened, ...selectAnomalies(state), ...lost].slice(-limit);
}

const say = (at: number | null, level: Message['level'], text: string, advice: string | null = null): Message => ({
	at,
	level,
	text,
	advice,
});

const selectEnds = ({experiments}: RunState): readonly Message[] =>
	[...iterate(experiments)].flatMap((record) => describeEnd(record) ?? []);

function describeEnd({experiment, stage}: ExperimentRecord): Message | null {
	if (stage.kind !== 'committed') return null;
	const {status, failure, degraded, durationS, throughputSamplesPerS} = stage.result;
	if (status === 'failed')
		return say(stage.endedAt, 'failed', `${experiment.id}: ${failure?.message ?? 'failed'}`, failure?.advice);
	if (status === 'degraded') return say(stage.endedAt, 'degraded', `${experiment.id}: ${degraded.join('; ')}`);
	const speed = throughputSamplesPerS === null ? [] : [`${throughputSamplesPerS.toFixed(1)} samples/s`];
	return say(stage.endedAt, 'ok', [`${experiment.id}:`, ...speed, `in ${durationS.toFixed(1)} s`].join(' '));
}

function selectAnomalies({anomalies, anomalyCount}: RunState): readonly Message[] {
	const shown = anomalies.slice(-3).map((text) => say(null, 'warning', `journal: ${text}`));
	const hidden = anomalyCount - shown.length;
	return hidden > 0 ? [say(null, 'warning', `journal: ${hidden} more anomalies`), ...shown] : shown;
}
