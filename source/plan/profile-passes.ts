import type {Experiment, Profiler} from '../domain/experiment.ts';
import type {JsonObject} from '../domain/json.ts';
import type {CapturePlan, NcuTool, NsysTool, ProfilerTools, Unusable} from '../domain/profiler.ts';
import type {Suite} from '../domain/suite.ts';
import {isNamed, type Workload} from '../domain/workload.ts';
import type {Job} from './compose.ts';
import {chooseNcu} from './ncu-options.ts';
import {listNsysOptions} from './nsys-options.ts';
import {flatten} from './run-id.ts';

/** A pass for each of these, under the profiler that their suite asks for; none where it cannot be used here. */
export function listProfiles(timed: readonly Experiment[], job: Job, tools: ProfilerTools = {}): readonly Experiment[] {
	const {profiler, workload} = job.suite.experiment;
	if (profiler === 'none' || findUnusable(profiler, tools)) return [];
	return timed
		.filter(({device, params}) => profiler === 'nsys' || launchesKernels({workload, device, params}))
		.map((experiment) => toProfile(experiment, profiler, job.suite, tools));
}

type Worked = Pick<Experiment, 'device' | 'params'> & {readonly workload: Workload};

/** Whether there is something for ncu: a pipeline of depth 0 and the bundled copies only move data. */
export function launchesKernels({workload, device, params}: Worked): boolean {
	if (device !== 'cuda') return false;
	if (workload === 'vit_pipeline') return params.depth !== 0 || params.preprocessing_mode === 'gpu';
	return !isNamed(workload) || workload.name !== 'transfer';
}

export function findUnusable(profiler: Profiler, tools: ProfilerTools): Unusable | null {
	const tool = tools[profiler];
	return tool?.kind === 'unusable' ? tool : null;
}

function toProfile(
	{isolation, ...timed}: Experiment,
	profiler: Profiler,
	suite: Suite,
	tools: ProfilerTools,
): Experiment {
	const id = `${timed.runId}.${profiler}`;
	const isWarm = isolation === 'block' && profiler === 'nsys' && timed.device === 'cuda' && canRepeat(tools.nsys);
	const folder = profiler === 'nsys' ? flatten(suite.output.nsys_reports_dir) : 'ncu_reports';
	const capture: CapturePlan = {options: listOptions(profiler, isWarm, suite, tools), report: `${folder}/${id}`};
	return {
		...timed,
		id,
		block: 1,
		role: 'profile',
		profiler,
		capture,
		params: shorten(timed.params, profiler),
		...(isWarm ? {isolation: 'block'} : {}),
	};
}

/** Of a version that nobody asked, the best is believed. */
const canRepeat = (tool: NsysTool | Unusable | undefined): boolean => tool?.kind !== 'usable' || tool.canRepeat;

function listOptions(profiler: Profiler, isWarm: boolean, {experiment}: Suite, tools: ProfilerTools) {
	if (profiler === 'nsys') return listNsysOptions(usable(tools.nsys), isWarm);
	return chooseNcu(experiment.ncu, usable(tools.ncu)).options;
}

export const usable = <Tool extends NsysTool | NcuTool>(tool: Tool | Unusable | undefined): Tool | null =>
	tool?.kind === 'usable' ? tool : null;

/** Seconds of the window under nsys: enough for hundreds of batches, and a report that can be opened. */
const NSYS_WINDOW_S = 0.2;
/** Batches under ncu, which ran eight of them for two minutes on an H200; each batch has the same kernels. */
const NCU_BATCHES = 2;

/** Stages alone are not looked at, and a window of seconds would only make a longer report. */
function shorten(params: JsonObject, profiler: Profiler): JsonObject {
	const window = profiler === 'nsys' ? NSYS_WINDOW_S : 0;
	const samples = Number(params.num_samples);
	const most = profiler === 'nsys' ? samples : NCU_BATCHES * Number(params.batch_size ?? 1);
	return {
		...params,
		...(params.num_samples === undefined ? {} : {num_samples: Math.min(samples, most)}),
		...(params.min_window_s === undefined ? {} : {min_window_s: Math.min(Number(params.min_window_s), window)}),
		...(params.measure_floors === undefined ? {} : {measure_floors: false}),
	};
}
