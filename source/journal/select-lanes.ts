import type {Experiment, LaneId} from '../domain/experiment.ts';
import type {Phase} from '../domain/phases.ts';
import {findGpu} from '../domain/topology.ts';
import type {GpuSample, HostSample, Lane} from './event.ts';
import {selectPlacement} from './select-placement.ts';
import {type Estimate, selectRemaining} from './select-remaining.ts';
import {
	type ExperimentRecord,
	type LaneState,
	type LatestLatencies,
	listLatencies,
	type Pause,
	type Running,
	type RunState,
} from './state.ts';
import {kindOf, meanMs} from './tally.ts';
import {getAt} from './vector.ts';

/** One lane as the screen shows it; times in ms, latencies in ms. */
export type LaneView = {
	readonly id: LaneId;
	/** Short: `GPU 0`. */
	readonly label: string;
	/** null on a lane without a GPU. */
	readonly gpu: {readonly index: number; readonly name: string} | null;
	readonly telemetry: TelemetryView;
	readonly running: RunningView | null;
	/** `held` when what waits will not start any more. */
	readonly queue: {readonly next: readonly string[]; readonly count: number; readonly held: boolean};
	readonly total: number;
	readonly succeeded: number;
	readonly invalid: number;
	readonly failed: number;
	/** null while nobody knows how long an experiment takes. */
	readonly remaining: Estimate | null;
	readonly postponed: number;
	readonly skipped: number;
	/** Why nothing starts here for now, in one line; null when nothing holds it. */
	readonly held: string | null;
	/** Somebody or a rule of the suite holds it or the whole run, so that somebody must continue it. */
	readonly paused: boolean;
	/** Why nothing starts here any more in this run, in one line. */
	readonly quarantined: string | null;
	readonly latest: LatestView | null;
};

/** A lane without a GPU shows its host; `ageMs` tells how old the sample is. */
export type TelemetryView =
	| ({readonly kind: 'gpu'; readonly sample: GpuSample} & Age)
	| ({readonly kind: 'host'; readonly sample: HostSample} & Age)
	| {readonly kind: 'none'; readonly of: 'gpu' | 'host'};

/** A stale sample is shown with its age, and nothing is concluded from it. */
type Age = {readonly ageMs: number; readonly isStale: boolean};

export type RunningView = {
	readonly id: string;
	readonly model: string | null;
	readonly numaNode: number | null;
	readonly placement: 'local' | 'remote' | null;
	readonly attempt: number;
	readonly stage: 'launching' | 'running' | 'ended';
	readonly phase: PhaseView | null;
	readonly progress: {readonly done: number; readonly total: number} | null;
	readonly elapsedMs: number;
	/** Since when its processes are stopped, ms; null while they run. */
	readonly suspendedMs: number | null;
	/** Since the workload last told a phase, a progress or latencies; null while it has told none, or has ended. */
	readonly silentMs: number | null;
};

type PhaseView = {
	readonly name: Phase;
	/** What the program itself calls it; absent where it has no name of its own. */
	readonly title?: string;
	readonly forMs: number;
	/** Mean of this phase over this run's successes of the same model, else of the same lane; null before them. */
	readonly usuallyMs: number | null;
};

type LatestView = {
	readonly id: string;
	readonly latencyMs: readonly number[];
	readonly last: number | null;
	/** Of `latencyMs`; null below 20 of them. */
	readonly p50: number | null;
};

const NEXT_SHOWN = 8;
const STALE_MS = 5000;
/** As for results: a median of fewer says too little. */
const MIN_FOR_P50 = 20;

export function selectLanes(state: RunState, now: number): readonly LaneView[] {
	const {byLane} = selectRemaining(state, now);
	return [...state.lanes.values()].map((lane) => ({
		id: lane.lane.id,
		...nameLane(state, lane.lane),
		telemetry: selectTelemetry(state, lane.lane.gpuId, now),
		running: lane.running === null ? null : selectRunning(state, lane, getAt(state.experiments, lane.running), now),
		queue: {next: selectNext(state, lane), count: lane.waiting, held: isHeld(state)},
		total: lane.queue.length,
		succeeded: lane.succeeded,
		invalid: lane.invalid,
		failed: lane.failed,
		remaining: byLane.get(lane.lane.id) ?? null,
		postponed: lane.postponed,
		skipped: lane.skipped,
		held: selectHold(state, lane),
		paused: lane.paused !== null || state.paused !== null,
		quarantined: lane.quarantined?.reason ?? null,
		latest: lane.latest && describeLatencies(lane.latest),
	}));
}

function nameLane({opened}: RunState, {gpuId, label}: Lane): Pick<LaneView, 'label' | 'gpu'> {
	if (gpuId === null) return {label, gpu: null};
	const name = opened ? findGpu(opened.topology, gpuId)?.name : undefined;
	return {label: `GPU ${gpuId}`, gpu: {index: gpuId, name: name ?? ''}};
}

const isHeld = ({draining, stopping, closed}: RunState): boolean =>
	draining !== null || stopping !== null || closed !== null;

function selectTelemetry({gpus, host}: RunState, gpuId: number | null, now: number): TelemetryView {
	const age = (at: number): Age => {
		const ageMs = Math.max(0, now - at);
		return {ageMs, isStale: ageMs > STALE_MS};
	};
	if (gpuId === null) return host ? {kind: 'host', sample: host.sample, ...age(host.at)} : {kind: 'none', of: 'host'};
	const gpu = gpus.get(gpuId);
	return gpu ? {kind: 'gpu', sample: gpu.sample, ...age(gpu.at)} : {kind: 'none', of: 'gpu'};
}

function selectRunning(
	state: RunState,
	lane: LaneState,
	record: ExperimentRecord | undefined,
	now: number,
): RunningView | null {
	if (!record) return null;
	const {experiment, stage} = record;
	if (stage.kind !== 'launching' && stage.kind !== 'running' && stage.kind !== 'ended') return null;
	const since = stage.kind === 'ended' ? (stage.startedAt ?? stage.endedAt) : stage.since;
	return {
		id: experiment.id,
		model: experiment.model,
		numaNode: experiment.numaNode,
		placement: selectPlacement(state, experiment),
		attempt: stage.attempt,
		stage: stage.kind,
		phase: stage.kind === 'running' ? selectPhase(state, lane, experiment, stage, now) : null,
		progress: stage.kind === 'running' ? stage.progress : null,
		elapsedMs: Math.max(0, (stage.kind === 'ended' ? stage.endedAt : now) - since),
		suspendedMs: stage.kind === 'running' && stage.suspended ? Math.max(0, now - stage.suspended.since) : null,
		silentMs: stage.kind === 'running' && stage.lastSaidAt !== null ? Math.max(0, now - stage.lastSaidAt) : null,
	};
}

function selectPhase(
	{tallies}: RunState,
	{tally}: LaneState,
	experiment: Experiment,
	{phase}: Running,
	now: number,
): PhaseView | null {
	if (!phase) return null;
	const forMs = Math.max(0, now - phase.since);
	// How long a phase usually takes says nothing of one of several stages in it.
	if (phase.title !== undefined) return {name: phase.name, title: phase.title, forMs, usuallyMs: null};
	// The first of a warm worker's loads PyTorch and the others find it there: neither is usual for the other.
	if (phase.name === 'load' && experiment.isolation === 'block') return {name: phase.name, forMs, usuallyMs: null};
	const kind = kindOf(experiment);
	const usuallyMs = meanMs(tallies.get(kind)?.phases[phase.name]) ?? meanMs(tally.phases[phase.name]);
	return {name: phase.name, forMs, usuallyMs};
}

/** Who holds a lane comes before what holds it, because only they let it go. */
function selectHold({paused: all}: RunState, {held, paused}: LaneState): string | null {
	const pause = all ?? paused;
	return pause ? describePause(pause) : (held?.reason ?? null);
}

const describePause = ({by, reason}: Pick<Pause, 'by' | 'reason'>): string =>
	`paused by ${by}${reason === '' ? '' : `: ${reason}`}`;

function selectNext({experiments}: RunState, lane: LaneState): readonly string[] {
	const next: string[] = [];
	for (let index = lane.next; index < lane.queue.length && next.length < NEXT_SHOWN; index++) {
		const record = getAt(experiments, lane.queue[index] ?? -1);
		if (record?.stage.kind === 'waiting') next.push(record.experiment.id);
	}
	return next;
}

/** Sorted once for each list, because sixteen lanes of 2000 latencies are asked for with every frame. */
const described = new WeakMap<LatestLatencies, LatestView>();

function describeLatencies(latest: LatestLatencies): LatestView {
	const known = described.get(latest);
	if (known) return known;
	const latencyMs = listLatencies(latest);
	const view = {id: latest.id, latencyMs, last: latencyMs.at(-1) ?? null, p50: findMedian(latencyMs)};
	described.set(latest, view);
	return view;
}

function findMedian(values: readonly number[]): number | null {
	if (values.length < MIN_FOR_P50) return null;
	const sorted = values.toSorted((a, b) => a - b);
	const upper = Math.floor(sorted.length / 2);
	const lower = sorted.length % 2 === 0 ? upper - 1 : upper;
	return ((sorted[lower] ?? 0) + (sorted[upper] ?? 0)) / 2;
}
