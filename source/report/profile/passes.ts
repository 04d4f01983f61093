import type {Experiment, Profiler} from '../../domain/experiment.ts';
import type {ProfileFigures} from '../../domain/profile-figures.ts';
import type {ExperimentRecord, RunState} from '../../journal/state.ts';
import {iterate} from '../../journal/vector.ts';
import {getResult, getThroughput, groupBy, isMeasured, selectResults} from '../cells.ts';
import {interpolateQuantile} from '../statistics.ts';
import {findLink, type PcieLink} from './pcie-link.ts';

/** A profiling pass of a cell, and what stands beside it to be compared with. */
export type ProfilePass = {
	readonly id: string;
	readonly runId: string;
	readonly profiler: Profiler;
	readonly gpuId: number | null;
	readonly numaNode: number | null;
	readonly model: string | null;
	/** Where it stands: the status of its result, or what it waits for. */
	readonly status: string;
	/** null before its result, and where it has none or its report could not be read. */
	readonly figures: ProfileFigures | null;
	readonly link: PcieLink | null;
	readonly cost: ProfilerCost | null;
};

/** What the profiler costs: its own throughput against that of the timed passes of the same cell. */
export type ProfilerCost = {
	readonly profiledSamplesPerS: number;
	/** Median of the timed passes. */
	readonly timedSamplesPerS: number;
	readonly timed: number;
	/** 1 - profiled / timed; above zero the profiler slows the program down. */
	readonly lossPercent: number;
};

/** In planned order, those that have not run yet too. */
export function listPasses(records: readonly ExperimentRecord[]): readonly ProfilePass[] {
	const passes = records.filter(({experiment}) => experiment.role === 'profile');
	if (passes.length === 0) return [];
	const timed = groupBy(records.filter(isMeasured), ({experiment}) => experiment.runId);
	return passes.map((pass) => describePass(pass, timed.get(pass.experiment.runId) ?? []));
}

/** Of the one cell. */
export const findPasses = ({experiments}: Pick<RunState, 'experiments'>, runId: string): readonly ProfilePass[] =>
	listPasses([...iterate(experiments)].filter(({experiment}) => experiment.runId === runId));

function describePass(record: ExperimentRecord, timed: readonly ExperimentRecord[]): ProfilePass {
	const {experiment, stage} = record;
	const {id, runId, gpuId, numaNode, model} = experiment;
	const result = getResult(record);
	const figures = result?.profile ?? null;
	return {
		id,
		runId,
		profiler: readProfiler(experiment, figures),
		gpuId,
		numaNode,
		model,
		status: result?.status ?? stage.kind,
		figures,
		link: result && findLink(result, selectResults(timed)),
		cost: figures && computeCost(figures.throughputSamplesPerS, timed),
	};
}

const readProfiler = ({profiler}: Experiment, figures: ProfileFigures | null): Profiler =>
	profiler ?? figures?.kind ?? 'nsys';

function computeCost(profiled: number | null, timed: readonly ExperimentRecord[]): ProfilerCost | null {
	const rates = timed
		.map((record) => getThroughput(getResult(record)))
		.filter((rate) => rate !== null)
		.toSorted((a, b) => a - b);
	const median = interpolateQuantile(rates, 0.5);
	if (profiled === null || median === null) return null;
	return {
		profiledSamplesPerS: profiled,
		timedSamplesPerS: median,
		timed: rates.length,
		lossPercent: 100 * (1 - profiled / median),
	};
}
