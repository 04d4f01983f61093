import type {Cell, Experiment, ExperimentResult, Profiler} from '../../source/domain/experiment.ts';
import type {NcuFigures, NsysFigures} from '../../source/domain/profile-figures.ts';
import type {Fact} from '../../source/journal/event.ts';
import type {RunState} from '../../source/journal/state.ts';
import {cell, clocked, experiment, failed, opened, planned, play, ran} from './story.ts';

export const passId = (runId: string, profiler: Profiler): string => `${runId}.${profiler}`;

/** A plan with a pass of this profiler for each of these cells behind it. */
export const withPasses = (
	plan: ReturnType<typeof planned>,
	cells: readonly Cell[],
	profiler: Profiler,
): ReturnType<typeof planned> => ({
	...plan,
	experiments: [...plan.experiments, ...cells.map((one) => toPass(one, profiler))],
});

const toPass = (one: Cell, profiler: Profiler): Experiment => ({
	...experiment(one),
	id: passId(one.runId, profiler),
	role: 'profile',
	profiler,
});

const GELU =
	'void at::native::vectorized_elementwise_kernel<8, at::native::GeluCUDAKernelImpl(at::TensorIteratorBase &)::[lambda(c10::Half) (instance 1)], std::array<char *, 2>>(int, T2, T3)';

/** As on an H200: H2D at 53.55 of the 63.0 GB/s that its link carries. */
export const nsysFigures = (runId: string, changes: Partial<NsysFigures> = {}): NsysFigures => ({
	kind: 'nsys',
	report: `nsys_reports/${passId(runId, 'nsys')}.nsys-rep`,
	batches: 20,
	stagesMs: {h2d: 0.1116, compute: 0.668, d2h: 0.0203},
	h2dGBPerS: 53.55,
	d2hGBPerS: 49.41,
	overlapPercent: 12.5,
	idlePercent: 24.4,
	topKernels: [
		{name: 'nvjet_sm90_hsh_48x64_64x15_4x1_v_bz_bias_TNN', count: 80, meanUs: 6.72, sharePercent: 51.6},
		{name: GELU, count: 40, meanUs: 2.75, sharePercent: 10.6},
		{name: 'softmax_warp_forward', count: 40, meanUs: 1.9, sharePercent: 7.3},
	],
	throughputSamplesPerS: 812.5,
	warnings: [],
	...changes,
});

export const ncuFigures = (runId: string, changes: Partial<NcuFigures> = {}): NcuFigures => ({
	kind: 'ncu',
	report: `ncu_reports/${passId(runId, 'ncu')}.csv`,
	kernels: 420,
	l2HitPercent: 34.1,
	l1HitPercent: 8.6,
	dramThroughputPercent: 19,
	smThroughputPercent: 8.9,
	dramBytesPerS: 912e9,
	clockControl: 'none',
	cacheControl: 'all',
	topKernels: [
		{name: 'nvjet_sm90_hsh_48x64_64x15_4x1_v_bz_bias_TNN', count: 80, meanUs: 6.72, sharePercent: 51.6},
		{name: GELU, count: 40, meanUs: 2.75, sharePercent: 10.6},
	],
	throughputSamplesPerS: 20,
	warnings: ['ncu emptied the caches before every kernel: in the program itself more may hit.'],
	...changes,
});

export const LINKED = clocked(1950, {pcieGeneration: 5, pcieWidth: 16});

/** The four facts of a pass that ended well. */
export const profiled = (
	runId: string,
	figures: NsysFigures | NcuFigures,
	changes: Partial<ExperimentResult> = {},
): readonly Fact[] =>
	ran(passId(runId, figures.kind), {
		profiled: figures.kind,
		profile: figures,
		throughputSamplesPerS: figures.throughputSamplesPerS,
		telemetry: LINKED,
		...changes,
	});

export const LOCAL = cell({model: 'vit32x6x512'});
export const REMOTE = cell({model: 'vit32x6x512', numaNode: 2});
const COPIES = cell({model: 'vit0x0x0'});
const LATER = cell({model: 'vit16x8x768'});

/**
 * Four cells timed twice each, then profiled: two with both profilers, one whose pass failed and whose link nobody
 * knows, one whose pass has not run yet.
 */
export const profiledNight = (...more: readonly Fact[]): RunState => {
	const cells = [LOCAL, REMOTE, COPIES, LATER];
	const plan = withPasses(planned(cells, {blocks: 2}), cells, 'nsys');
	const timed = (runId: string, rate: number) => [
		...ran(runId, {throughputSamplesPerS: rate - 2, telemetry: LINKED}),
		...ran(`${runId}.b2`, {throughputSamplesPerS: rate + 2, telemetry: LINKED}),
	];
	return play(
		opened({maxWorkers: 1}),
		withPasses(plan, [LOCAL, REMOTE, COPIES], 'ncu'),
		...timed(LOCAL.runId, 1000),
		...timed(REMOTE.runId, 900),
		...ran(COPIES.runId, {throughputSamplesPerS: 9000}),
		...ran(`${COPIES.runId}.b2`, {throughputSamplesPerS: 9000}),
		...timed(LATER.runId, 300),
		...profiled(LOCAL.runId, nsysFigures(LOCAL.runId)),
		...profiled(
			REMOTE.runId,
			nsysFigures(REMOTE.runId, {
				stagesMs: {h2d: 0.171, compute: 0.67, d2h: 0.033},
				h2dGBPerS: 35.2,
				d2hGBPerS: 30.1,
				throughputSamplesPerS: 720,
			}),
			{telemetry: null},
		),
		...profiled(
			COPIES.runId,
			nsysFigures(COPIES.runId, {
				stagesMs: {h2d: 0.11, compute: null, d2h: 0.11},
				topKernels: [],
				throughputSamplesPerS: null,
				warnings: ['The profiler says: Not all CUDA events might have been collected.'],
			}),
			{telemetry: null},
		),
		...profiled(LOCAL.runId, ncuFigures(LOCAL.runId)),
		...profiled(REMOTE.runId, ncuFigures(REMOTE.runId, {l2HitPercent: 33.9, throughputSamplesPerS: 18})),
		...failed(passId(COPIES.runId, 'ncu'), {
			profiled: 'ncu',
			failure: {
				kind: 'no-result',
				message: 'no kernel was profiled: none was launched while the program allowed it',
				advice: 'ncu --profile-from-start on …',
			},
		}),
		...more,
	);
};
