import type {RunState} from './state.ts';
import {iterate} from './vector.ts';

/** What has become of a run while nobody looked; times in epoch ms. */
export type Since = {
	readonly from: number;
	/** Nobody has looked before, so that it is the whole run. */
	readonly isWhole: boolean;
	readonly to: number;
	readonly succeeded: number;
	readonly degraded: number;
	/** Of every failure its experiment and why, the newest first, at most MAX_FAILURES of them. */
	readonly failures: readonly {readonly id: string; readonly at: number; readonly message: string}[];
	readonly failed: number;
	/** Experiments whose GPU was slowed down, with the reasons. */
	readonly throttled: readonly {readonly id: string; readonly reasons: string}[];
	readonly postponed: number;
	/** Lanes that start nothing more, and why. */
	readonly lost: readonly string[];
	readonly warnings: readonly string[];
	readonly running: number;
	readonly waiting: number;
	readonly closed: string | null;
};

const MAX_FAILURES = 10;
/** Of a measured window that a policy held the clocks down, ms: less is nothing that one must know. */
const THROTTLED_MS = 100;

/** null when nothing has happened since. */
export function selectSince(state: RunState, from: number, to: number): Since | null {
	const ended = [...iterate(state.experiments)].flatMap(({experiment: {id}, stage}) =>
		stage.kind === 'committed' && stage.endedAt > from ? [{id, at: stage.endedAt, result: stage.result}] : [],
	);
	const failures = ended
		.filter(({result}) => result.failure !== null)
		.map(({id, at, result}) => ({id, at, message: result.failure?.message ?? ''}))
		.toSorted((a, b) => b.at - a.at);
	const since = {
		from,
		isWhole: from <= (state.opened?.at ?? 0),
		to,
		succeeded: ended.filter(({result}) => result.status === 'succeeded').length,
		degraded: ended.filter(({result}) => result.status === 'degraded').length,
		failed: failures.length,
		failures: failures.slice(0, MAX_FAILURES),
		throttled: ended.flatMap(({id, result}) => {
			const reasons = Object.entries(result.telemetry?.throttledMs ?? {}).filter(([, ms]) => ms >= THROTTLED_MS);
			return reasons.length === 0 ? [] : [{id, reasons: reasons.map(([reason]) => reason).join(', ')}];
		}),
		postponed: countPostponed(state, from),
		lost: [...state.lanes.values()].flatMap(({lane, quarantined}) =>
			quarantined && quarantined.since > from ? [`${lane.label}: ${quarantined.reason}`] : [],
		),
		warnings: state.notes.filter(({level, at}) => level === 'warning' && at > from).map(({message}) => message),
		running: state.counts.active,
		waiting: state.counts.waiting,
		closed: state.closed && state.closed.at > from ? state.closed.reason : null,
	};
	const isQuiet = ended.length + since.postponed + since.lost.length + since.warnings.length === 0;
	return isQuiet && since.closed === null ? null : since;
}

const countPostponed = ({experiments}: RunState, from: number): number =>
	[...iterate(experiments)].filter(({stage}) => stage.kind === 'postponed' && stage.at > from).length;
