import {type ExperimentResult, getDurationS, listInvalid} from '../domain/experiment.ts';
import {findGpu, type Topology} from '../domain/topology.ts';
import type {ExperimentRecord, RunState, Stage} from './state.ts';
import {getAt, iterate} from './vector.ts';

/** Where an experiment stands, in the word that every screen has for it. */
export type ResultStatus =
	| 'waiting'
	| 'postponed'
	| 'skipped'
	| 'launching'
	| 'running'
	| 'ended'
	| 'ok'
	| 'degraded'
	| 'invalid'
	| 'failed';

/** One experiment as a row: what is not measured, or not yet, is null. */
export type ResultRow = {
	/** In the planned order, from 0. */
	readonly position: number;
	readonly id: string;
	readonly status: ResultStatus;
	readonly gpuId: number | null;
	readonly lane: string;
	readonly numaNode: number | null;
	/** Whether its node is that of its GPU; null where the machine does not say. */
	readonly isLocal: boolean | null;
	readonly model: string | null;
	/** Of the campaign; null outside of one. */
	readonly phase: string | null;
	readonly block: number;
	/** The one that runs or ran last; 0 before the first. */
	readonly attempt: number;
	readonly samplesPerS: number | null;
	readonly p50Ms: number | null;
	readonly p90Ms: number | null;
	readonly p99Ms: number | null;
	/** Of the whole process; null before its result is committed. */
	readonly durationS: number | null;
	/** Epoch ms. */
	readonly endedAt: number | null;
	/** Why it failed, is invalid, is not what was declared or was put off, one line; empty for all others. */
	readonly reason: string;
	/** What a text that is searched for is looked up in, lower case. */
	readonly searched: string;
};

/** Rows by what they were made of: of a night's 10 000 records a fact replaces one. */
const made = new WeakMap<ExperimentRecord, ResultRow>();

/** A row for each experiment, in planned order. */
export function selectResults({experiments, opened}: Pick<RunState, 'experiments' | 'opened'>): readonly ResultRow[] {
	const rows: ResultRow[] = [];
	for (const record of iterate(experiments)) {
		const known = made.get(record);
		const row = known ?? buildRow(record, rows.length, opened?.topology);
		if (!known) made.set(record, row);
		rows.push(row);
	}
	return rows;
}

function buildRow({experiment, stage}: ExperimentRecord, position: number, topology: Topology | undefined): ResultRow {
	const {id, lane, gpuId, numaNode, model, block} = experiment;
	const result = stage.kind === 'committed' ? stage.result : null;
	const measured = result?.status === 'failed' ? null : result;
	const status = describeStatus(stage);
	const postponed = stage.kind === 'postponed' || stage.kind === 'skipped' ? stage.reason : '';
	const reason = result ? explain(result) : postponed;
	return {
		position,
		id,
		status,
		gpuId,
		lane,
		numaNode,
		isLocal: compareNodes(gpuId, numaNode, topology),
		model,
		phase: experiment.phase ?? null,
		block,
		attempt: 'attempts' in stage ? stage.attempts : stage.attempt,
		samplesPerS: measured?.throughputSamplesPerS ?? null,
		p50Ms: measured?.latencyMs.p50 ?? null,
		p90Ms: measured?.latencyMs.p90 ?? null,
		p99Ms: measured?.latencyMs.p99 ?? null,
		durationS: result ? getDurationS(result) : null,
		endedAt: stage.kind === 'committed' || stage.kind === 'ended' ? stage.endedAt : null,
		reason,
		searched: [id, status, lane, model ?? '', ...(experiment.phase === undefined ? [] : [experiment.phase]), reason]
			.join(' ')
			.toLowerCase(),
	};
}

const explain = (result: ExperimentResult): string =>
	result.failure?.message ??
	(result.tooMuch && `does not fit: ${result.tooMuch.message}`) ??
	[...listInvalid(result), ...result.degraded].join('; ');

function describeStatus(stage: Stage): ResultStatus {
	if (stage.kind !== 'committed') return stage.kind;
	return stage.result.status === 'succeeded' ? 'ok' : stage.result.status;
}

function compareNodes(gpuId: number | null, node: number | null, topology: Topology | undefined): boolean | null {
	const own = topology && gpuId !== null ? (findGpu(topology, gpuId)?.numaNode ?? null) : null;
	return own === null || node === null ? null : own === node;
}

/** What a running experiment does at this moment; null when it does not run. Times in ms. */
export type Activity = {
	readonly phase: string | null;
	readonly progress: {readonly done: number; readonly total: number} | null;
	readonly elapsedMs: number;
};

/** Apart from the rows, because it changes with the clock and only a few rows are on a screen. */
export function selectActivity({experiments}: RunState, {position}: ResultRow, now: number): Activity | null {
	const stage = getAt(experiments, position)?.stage;
	if (stage?.kind !== 'launching' && stage?.kind !== 'running') return null;
	const elapsedMs = Math.max(0, now - stage.since);
	if (stage.kind === 'launching') return {phase: null, progress: null, elapsedMs};
	return {phase: stage.phase?.title ?? stage.phase?.name ?? null, progress: stage.progress, elapsedMs};
}
