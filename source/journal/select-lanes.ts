import type {LaneId} from '../domain/experiment.ts';
import type {Phase} from '../domain/workload-protocol.ts';
import type {GpuSample, HostSample} from './event.ts';
import {selectRemaining} from './select-remaining.ts';
import {type ExperimentRecord, type LaneState, listLatencies, type RunState} from './state.ts';
import {getAt} from './vector.ts';

/** One lane as the screen shows it; times in ms, latencies in ms. */
export type LaneView = {
	readonly id: LaneId;
	readonly label: string;
	readonly telemetry: TelemetryView;
	readonly running: RunningView | null;
	/** `held` when what waits will not start any more. */
	readonly queue: {readonly next: readonly string[]; readonly count: number; readonly held: boolean};
	readonly total: number;
	readonly succeeded: number;
	readonly failed: number;
	readonly remainingMs: number | null;
	readonly latest: LatestView | null;
};

/** A lane without a GPU shows its host; `ageMs` tells how old the sample is. */
export type TelemetryView =
	| {readonly kind: 'gpu'; readonly sample: GpuSample; readonly ageMs: number}
	| {readonly kind: 'host'; readonly sample: HostSample; readonly ageMs: number}
	| {readonly kind: 'none'; readonly of: 'gpu' | 'host'};

export type RunningView = {
	readonly id: string;
	readonly model: string | null;
	readonly numaNode: number | null;
	readonly attempt: number;
	readonly stage: 'launching' | 'running' | 'ended';
	readonly phase: {readonly name: Phase; readonly forMs: number} | null;
	readonly progress: {readonly done: number; readonly total: number} | null;
	readonly elapsedMs: number;
};

type LatestView = {
	readonly id: string;
	readonly latencyMs: readonly number[];
	readonly last: number | null;
	/** Of `latencyMs`; null below 20 of them. */
	readonly p50: number | null;
};

const NEXT_SHOWN = 8;
/** As for results: a median of fewer says too little. */
const MIN_FOR_P50 = 20;

export function selectLanes(state: RunState, now: number): readonly LaneView[] {
	const {byLane} = selectRemaining(state, now);
	return [...state.lanes.values()].map((lane) => ({
		id: lane.lane.id,
		label: lane.lane.label,
		telemetry: selectTelemetry(state, lane.lane.gpuId, now),
		running: lane.running === null ? null : selectRunning(getAt(state.experiments, lane.running), now),
		queue: {next: selectNext(state, lane), count: lane.waiting, held: isHeld(state)},
		total: lane.queue.length,
		succeeded: lane.succeeded,
		failed: lane.failed,
		remainingMs: byLane.get(lane.lane.id) ?? null,
		latest: lane.latest && describeLatencies(lane.latest.id, listLatencies(lane.latest)),
	}));
}

const isHeld = ({draining, stopping, closed}: RunState): boolean =>
	draining !== null || stopping !== null || closed !== null;

function selectTelemetry({gpus, host}: RunState, gpuId: number | null, now: number): TelemetryView {
	const age = (at: number) => Math.max(0, now - at);
	if (gpuId === null)
		return host ? {kind: 'host', sample: host.sample, ageMs: age(host.at)} : {kind: 'none', of: 'host'};
	const gpu = gpus.get(gpuId);
	return gpu ? {kind: 'gpu', sample: gpu.sample, ageMs: age(gpu.at)} : {kind: 'none', of: 'gpu'};
}

function selectRunning(record: ExperimentRecord | undefined, now: number): RunningView | null {
	if (!record) return null;
	const {experiment, stage} = record;
	if (stage.kind === 'waiting' || stage.kind === 'committed') return null;
	const since = stage.kind === 'ended' ? (stage.startedAt ?? stage.endedAt) : stage.since;
	return {
		id: experiment.id,
		model: experiment.model,
		numaNode: experiment.numaNode,
		attempt: stage.attempt,
		stage: stage.kind,
		phase:
			stage.kind === 'running' && stage.phase
				? {name: stage.phase.name, forMs: Math.max(0, now - stage.phase.since)}
				: null,
		progress: stage.kind === 'running' ? stage.progress : null,
		elapsedMs: Math.max(0, (stage.kind === 'ended' ? stage.endedAt : now) - since),
	};
}

function selectNext({experiments}: RunState, lane: LaneState): readonly string[] {
	const next: string[] = [];
	for (let index = lane.next; index < lane.queue.length && next.length < NEXT_SHOWN; index++) {
		const record = getAt(experiments, lane.queue[index] ?? -1);
		if (record?.stage.kind === 'waiting') next.push(record.experiment.id);
	}
	return next;
}

function describeLatencies(id: string, latencyMs: readonly number[]): LatestView {
	const sorted = latencyMs.toSorted((a, b) => a - b);
	const upper = Math.floor(sorted.length / 2);
	const lower = sorted.length % 2 === 0 ? upper - 1 : upper;
	const p50 = sorted.length < MIN_FOR_P50 ? null : ((sorted[lower] ?? 0) + (sorted[upper] ?? 0)) / 2;
	return {id, latencyMs, last: latencyMs.at(-1) ?? null, p50};
}
