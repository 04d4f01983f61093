import {type Experiment, type ExperimentResult, getDurationS, type Outcome} from '../domain/experiment.ts';
import type {Phase} from '../domain/phases.ts';
import {findGpu, type Gpu} from '../domain/topology.ts';
import {isNamed, owesResult, type Workload} from '../domain/workload.ts';
import {findPosition} from './positions.ts';
import {type ExperimentRecord, type LaneState, listLatencies, type RunState, type Stage} from './state.ts';
import {getAt} from './vector.ts';

/** One experiment as its own screen shows it, from the state alone; times in epoch ms, durations and latencies in ms. */
export type ExperimentView = {
	readonly experiment: Experiment;
	readonly status: 'waiting' | 'postponed' | 'skipped' | 'launching' | 'running' | 'ended' | ExperimentResult['status'];
	/** 0 before the first. */
	readonly attempt: number;
	readonly startedAt: number | null;
	readonly endedAt: number | null;
	/** Of the latest attempt; null before the first. */
	readonly elapsedMs: number | null;
	readonly phase: {readonly name: Phase; readonly title?: string; readonly forMs: number} | null;
	readonly progress: {readonly done: number; readonly total: number} | null;
	readonly outcome: Outcome | null;
	readonly result: ExperimentResult | null;
	/** The one that it runs on, as the machine lists it. */
	readonly gpu: Gpu | null;
	/** By the node that the machine gives for the GPU, whatever a suite calls it; null where it uses no GPU or is bound to no node. */
	readonly locality: 'local' | 'remote' | 'unknown' | null;
	/** Only while it waits; `blocked` says why nothing starts on its lane for now. */
	readonly queue: {readonly ahead: number; readonly held: boolean; readonly blocked: string | null} | null;
	/** Why it is not tried in this run, or not any more, and who said so. */
	readonly postponed: string | null;
	/** Why it waits for another attempt; null where it does not. */
	readonly requeued: string | null;
	/** Of the latest batches, where the state has them still. */
	readonly latencyMs: readonly number[];
	/** The workload is one of ours, which confirms every setting. */
	readonly isBundled: boolean;
	/** Of its metrics, where the suite says them. */
	readonly units: {readonly [metric: string]: string};
};

/** Null when the run has no experiment of that name. */
export function selectExperiment(state: RunState, id: string, now: number): ExperimentView | null {
	const position = findPosition(state.positions, id);
	const record = position === undefined ? undefined : getAt(state.experiments, position);
	if (position === undefined || !record) return null;
	const {experiment, stage} = record;
	const lane = state.lanes.get(experiment.lane);
	const gpu = findExperimentGpu(state, experiment);
	return {
		experiment,
		...describeStage(stage, now),
		gpu,
		locality: judgeLocality(experiment, gpu),
		queue: stage.kind === 'waiting' && lane ? describeQueue(state, lane, position) : null,
		latencyMs: lane?.latest?.id === id ? listLatencies(lane.latest) : [],
		...describeWorkload(findWorkload(state, experiment)),
	};
}

type StageView = Pick<
	ExperimentView,
	| 'status'
	| 'attempt'
	| 'postponed'
	| 'requeued'
	| 'startedAt'
	| 'endedAt'
	| 'elapsedMs'
	| 'phase'
	| 'progress'
	| 'outcome'
	| 'result'
>;

const NOTHING: StageView = {
	status: 'waiting',
	attempt: 0,
	postponed: null,
	requeued: null,
	startedAt: null,
	endedAt: null,
	elapsedMs: null,
	phase: null,
	progress: null,
	outcome: null,
	result: null,
};

function describeStage(stage: Stage, now: number): StageView {
	switch (stage.kind) {
		case 'waiting':
			return {...NOTHING, attempt: stage.attempts, requeued: stage.requeued ? describeBy(stage.requeued) : null};
		case 'postponed':
		case 'skipped':
			return {...NOTHING, status: stage.kind, attempt: stage.attempts, postponed: describeBy(stage)};
		case 'launching':
			return {...NOTHING, status: 'launching', attempt: stage.attempt, elapsedMs: Math.max(0, now - stage.since)};
		case 'running': {
			const {attempt, since, phase, progress} = stage;
			return {
				...NOTHING,
				status: 'running',
				attempt,
				startedAt: since,
				elapsedMs: Math.max(0, now - since),
				phase: phase && {
					name: phase.name,
					...(phase.title === undefined ? {} : {title: phase.title}),
					forMs: Math.max(0, now - phase.since),
				},
				progress,
			};
		}
		case 'ended':
		case 'committed': {
			const {attempt, startedAt, endedAt, outcome} = stage;
			const result = stage.kind === 'committed' ? stage.result : null;
			const durationS = result ? getDurationS(result) : Math.max(0, endedAt - (startedAt ?? endedAt)) / 1000;
			const elapsedMs = durationS === null ? null : durationS * 1000;
			return {...NOTHING, status: result?.status ?? 'ended', attempt, startedAt, endedAt, elapsedMs, outcome, result};
		}
		default:
			return stage satisfies never;
	}
}

/** A reason with the person or rule behind it; a guard's stands alone. */
const describeBy = ({reason, by}: {readonly reason: string; readonly by?: string}): string =>
	by === undefined ? reason : `${reason} (${by})`;

const findExperimentGpu = ({opened}: RunState, {gpuId, device}: Experiment): Gpu | null =>
	opened && gpuId !== null && device === 'cuda' ? (findGpu(opened.topology, gpuId) ?? null) : null;

function judgeLocality({gpuId, numaNode, device}: Experiment, gpu: Gpu | null): ExperimentView['locality'] {
	if (gpuId === null || numaNode === null || device !== 'cuda') return null;
	if (gpu === null || gpu.numaNode === null) return 'unknown';
	return gpu.numaNode === numaNode ? 'local' : 'remote';
}

function describeQueue({experiments, draining, stopping, closed}: RunState, lane: LaneState, position: number) {
	const before = lane.queue.slice(lane.next, Math.max(lane.next, lane.queue.indexOf(position)));
	const ahead = before.filter((one) => isWaiting(getAt(experiments, one))).length;
	const held = draining !== null || stopping !== null || closed !== null;
	return {ahead, held, blocked: lane.quarantined?.reason ?? lane.held?.reason ?? null};
}

const isWaiting = (record: ExperimentRecord | undefined): boolean => record?.stage.kind === 'waiting';

const findWorkload = ({opened}: RunState, {job}: Experiment): Workload | undefined =>
	opened?.workloads[opened.jobs[job]?.workload ?? -1];

function describeWorkload(workload: Workload | undefined): Pick<ExperimentView, 'isBundled' | 'units'> {
	if (workload === undefined) return {isBundled: false, units: {}};
	if (workload === 'vit_pipeline' || isNamed(workload)) return {isBundled: owesResult(workload), units: {}};
	const units = Object.entries(workload.metrics ?? {}).flatMap(([name, rule]) =>
		typeof rule === 'string' || rule.unit === undefined ? [] : [[name, rule.unit] as const],
	);
	return {isBundled: false, units: Object.fromEntries(units)};
}
