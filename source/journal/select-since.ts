import {isSuccess} from '../domain/experiment.ts';
import {listPhaseMessages} from './phase-messages.ts';
import type {RunState} from './state.ts';
import {iterate} from './vector.ts';

/** What happened to a run since a moment, for somebody who comes back to it; from its facts alone. */
export type SinceView = {
	/** Epoch ms. */
	readonly since: number;
	readonly succeeded: number;
	readonly degraded: number;
	/** The latest last. */
	readonly failed: readonly SinceRow[];
	readonly postponed: readonly SinceRow[];
	readonly skipped: readonly SinceRow[];
	/** Results whose GPU held its clocks down while they were measured. */
	readonly throttled: readonly SinceRow[];
	/** Lanes that were given up, and lanes that somebody, a rule or a guard holds. */
	readonly lost: readonly SinceRow[];
	readonly held: readonly SinceRow[];
	readonly warnings: readonly SinceRow[];
	readonly closed: 'finished' | 'drained' | 'stopped' | null;
	/** Nothing of all that. */
	readonly isQuiet: boolean;
};

/** `what` is an experiment or a lane; empty for a warning of the run. */
type SinceRow = {readonly what: string; readonly why: string; readonly at: number};

/** It walks all experiments: ask once when somebody comes, not with every frame. */
export function selectSince(state: RunState, since: number): SinceView {
	const experiments = readExperiments(state, since);
	const lanes = [...state.lanes.values()];
	const late = (rows: readonly SinceRow[]) => rows.filter(({at}) => at > since).toSorted((a, b) => a.at - b.at);
	const view = {
		...experiments,
		lost: late(
			lanes.flatMap(({lane, quarantined}) =>
				quarantined ? [row(lane.id, quarantined.reason, quarantined.since)] : [],
			),
		),
		held: late([
			...(state.paused ? [row('every lane', describeHold(state.paused), state.paused.since)] : []),
			...lanes.flatMap(({lane, paused}) => (paused ? [row(lane.id, describeHold(paused), paused.since)] : [])),
			...lanes.flatMap(({lane, held}) => (held ? [row(lane.id, held.reason, held.since)] : [])),
		]),
		warnings: late([
			...state.notes.flatMap(({level, message, at}) => (level === 'warning' ? [row('', message, at)] : [])),
			...listPhaseMessages(state).flatMap(({level, text, at}) =>
				level === 'ok' ? [] : [row('', text, at ?? state.at)],
			),
		]),
		closed: state.closed && state.closed.at > since ? state.closed.reason : null,
	};
	const {succeeded, degraded, closed, ...rows} = view;
	const isQuiet =
		succeeded + degraded === 0 && closed === null && Object.values(rows).every(({length}) => length === 0);
	return {since, ...view, isQuiet};
}

const row = (what: string, why: string, at: number): SinceRow => ({what, why, at});

const describeHold = ({by, reason}: {readonly by: string; readonly reason: string}): string =>
	`paused by ${by}${reason === '' ? '' : `: ${reason}`}`;

type Experiments = Pick<SinceView, 'succeeded' | 'degraded' | 'failed' | 'postponed' | 'skipped' | 'throttled'>;

function readExperiments({experiments}: RunState, since: number): Experiments {
	const found = {
		failed: [] as SinceRow[],
		postponed: [] as SinceRow[],
		skipped: [] as SinceRow[],
		throttled: [] as SinceRow[],
	};
	let succeeded = 0;
	let degraded = 0;
	for (const {experiment, stage} of iterate(experiments)) {
		if ((stage.kind === 'postponed' || stage.kind === 'skipped') && stage.at > since) {
			found[stage.kind].push(row(experiment.id, stage.reason, stage.at));
		}
		if (stage.kind !== 'committed' || stage.endedAt <= since) continue;
		const {result, endedAt} = stage;
		if (!isSuccess(result)) found.failed.push(row(experiment.id, result.failure?.message ?? result.status, endedAt));
		else if (result.status === 'degraded') degraded++;
		else succeeded++;
		const slowed = Object.entries(result.telemetry?.throttledMs ?? {}).filter(([, ms]) => ms > 0);
		const why = slowed.map(([reason, ms]) => `${reason} for ${(ms / 1000).toFixed(1)} s`).join(', ');
		if (slowed.length > 0) found.throttled.push(row(experiment.id, why, endedAt));
	}
	for (const rows of Object.values(found)) rows.sort((a, b) => a.at - b.at);
	return {succeeded, degraded, ...found};
}

/** Why a resumed run runs again what it does: each reason with the number of experiments, the most frequent first. */
export function selectResumeReasons({
	experiments,
}: Pick<RunState, 'experiments'>): readonly (readonly [string, number])[] {
	const counts = new Map<string, number>();
	for (const {stage} of iterate(experiments)) {
		if (stage.kind !== 'waiting') continue;
		const reason = stage.requeued?.reason ?? 'not tried yet';
		counts.set(reason, (counts.get(reason) ?? 0) + 1);
	}
	return [...counts].toSorted(([, a], [, b]) => b - a);
}
