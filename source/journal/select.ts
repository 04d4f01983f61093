import type {Lane, TelemetrySource} from './event.ts';
import {type Estimate, selectRemaining} from './select-remaining.ts';
import type {Opened, RunState} from './state.ts';
import {getAt} from './vector.ts';

export {type Alert, selectAlerts} from './select-alerts.ts';
export {type LaneView, type RunningView, selectLanes, type TelemetryView} from './select-lanes.ts';
export {type Matrix, type MatrixCell, type MatrixRow, type MatrixState, selectMatrix} from './select-matrix.ts';
export {type Message, selectMessages} from './select-messages.ts';
export {type Estimate, selectRemaining} from './select-remaining.ts';

/** What stands above everything else; counts are of experiments, times in ms, `endsAt` in epoch ms. */
export type HeaderView = {
	readonly suite: string;
	readonly host: string;
	/** What the numbers are measured on, in words. */
	readonly device: string;
	readonly simulated: boolean;
	readonly course: Course;
	readonly total: number;
	readonly done: number;
	readonly active: number;
	readonly waiting: number;
	readonly succeeded: number;
	readonly degraded: number;
	readonly invalid: number;
	readonly failed: number;
	/** Not tried in this run. */
	readonly postponed: number;
	/** Not tried any more. */
	readonly skipped: number;
	/** Of what is done; degraded ones count as successes. null before the first end. */
	readonly successRatePercent: number | null;
	readonly elapsedMs: number | null;
	/** null while nobody knows how long an experiment takes, and once the run is stopped or closed. */
	readonly remaining: Estimate | null;
	readonly endsAt: number | null;
	readonly cpuPercent: number | null;
	readonly memoryUsedMiB: number | null;
	readonly memoryTotalMiB: number | null;
	readonly swapUsedMiB: number | null;
	readonly diskFreeMiB: number | null;
	/** Where GPU samples come from; null before the first and without GPUs. */
	readonly telemetrySource: TelemetrySource | null;
};

export type Course =
	| {readonly kind: 'opening'}
	| {readonly kind: 'running'}
	/** What runs may end, or is suspended; somebody must continue it. */
	| {readonly kind: 'paused'; readonly by: string; readonly reason: string}
	| {readonly kind: 'draining'; readonly by: string}
	| {readonly kind: 'stopping'; readonly by: string}
	| {readonly kind: 'closed'; readonly reason: 'finished' | 'drained' | 'stopped'};

export function selectHeader(state: RunState, now: number): HeaderView {
	const {opened, counts} = state;
	const remaining = opened ? selectRemaining(state, now).total : null;
	return {
		suite: opened?.suite ?? '',
		host: opened?.topology.hostname ?? '',
		device: opened ? describeDevice(opened, state) : '',
		simulated: selectSimulated(state),
		course: selectCourse(state),
		total: state.experiments.length,
		active: counts.active,
		waiting: counts.waiting,
		succeeded: counts.succeeded,
		degraded: counts.degraded,
		invalid: counts.invalid,
		failed: counts.failed,
		postponed: counts.postponed,
		skipped: counts.skipped,
		...rate(state),
		elapsedMs: opened && !opened.foreign ? Math.max(0, (state.closed?.at ?? now) - opened.at) : null,
		remaining,
		endsAt: remaining === null ? null : now + remaining.ms,
		...selectHost(state),
		telemetrySource: state.telemetrySource,
	};
}

/** One simulated number watermarks the whole run. */
export const selectSimulated = ({simulated}: RunState): boolean => simulated;

export function selectCourse(state: RunState): Course {
	if (state.closed) return {kind: 'closed', reason: state.closed.reason};
	if (state.stopping !== null) return {kind: 'stopping', by: state.stopping};
	if (state.draining !== null) return {kind: 'draining', by: state.draining};
	if (state.paused !== null) return {kind: 'paused', by: state.paused.by, reason: state.paused.reason};
	return {kind: state.opened ? 'running' : 'opening'};
}

function rate({counts}: RunState): Pick<HeaderView, 'done' | 'successRatePercent'> {
	const good = counts.succeeded + counts.degraded;
	const done = good + counts.invalid + counts.failed;
	return {done, successRatePercent: done === 0 ? null : (good / done) * 100};
}

function selectHost({
	host,
}: RunState): Pick<HeaderView, 'cpuPercent' | 'memoryUsedMiB' | 'memoryTotalMiB' | 'swapUsedMiB' | 'diskFreeMiB'> {
	return {
		cpuPercent: host?.sample.cpuPercent ?? null,
		memoryUsedMiB: host?.sample.memoryUsedMiB ?? null,
		memoryTotalMiB: host?.sample.memoryTotalMiB ?? null,
		swapUsedMiB: host?.sample.swapUsedMiB ?? null,
		diskFreeMiB: host?.sample.diskFreeMiB ?? null,
	};
}

function describeDevice({lanes, topology, foreign}: Opened, state: RunState): string {
	if (foreign) return 'a machine that nobody described';
	const names = lanes.filter(onGpu).map(({gpuId}) => topology.gpus.find(({index}) => index === gpuId)?.name ?? 'GPU');
	const gpus = [...new Set(names)].map((name) => `${names.filter((other) => other === name).length} x ${name}`);
	if (lanes.every(onGpu) && gpus.length > 0) return gpus.join(', ');
	const reference = getAt(state.experiments, 0)?.experiment.device === 'cpu-reference' ? 'CPU reference' : 'CPU';
	return [...gpus, `${reference}: ${topology.cpuModel}`].join(', ');
}

const onGpu = (lane: Lane): boolean => lane.gpuId !== null;
