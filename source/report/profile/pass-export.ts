import type {JsonObject} from '../../domain/json.ts';
import type {KernelShare} from '../../domain/profile-figures.ts';
import type {ProfilePass} from './passes.ts';
import {shareOfLink} from './pcie-link.ts';

/** A profiling pass as files have it: percents, ms, GB/s of 1e9 bytes, and what the same cell did without a profiler. */
export function describePass({id, profiler, status, figures, link, cost}: ProfilePass): JsonObject {
	const common = {
		id,
		profiler,
		status,
		report: figures?.report ?? null,
		profiled_samples_per_s: figures?.throughputSamplesPerS ?? null,
		timed_samples_per_s: cost?.timedSamplesPerS ?? null,
		timed_passes: cost?.timed ?? null,
		loss_percent: cost?.lossPercent ?? null,
		pcie_generation: link?.generation ?? null,
		pcie_width: link?.width ?? null,
		link_gb_per_s: link?.gbPerS ?? null,
	};
	if (!figures) return common;
	const kernels = {top_kernels: figures.topKernels.map(describeKernel), warnings: figures.warnings};
	if (figures.kind === 'ncu') {
		return {
			...common,
			kernels: figures.kernels,
			l2_hit_percent: figures.l2HitPercent,
			l1_hit_percent: figures.l1HitPercent,
			dram_throughput_percent: figures.dramThroughputPercent,
			sm_throughput_percent: figures.smThroughputPercent,
			dram_bytes_per_s: figures.dramBytesPerS,
			clock_control: figures.clockControl,
			cache_control: figures.cacheControl,
			...kernels,
		};
	}
	return {
		...common,
		batches: figures.batches,
		h2d_ms: figures.stagesMs.h2d,
		compute_ms: figures.stagesMs.compute,
		d2h_ms: figures.stagesMs.d2h,
		h2d_gb_per_s: figures.h2dGBPerS,
		d2h_gb_per_s: figures.d2hGBPerS,
		h2d_of_link_percent: shareOfLink(figures.h2dGBPerS, link),
		d2h_of_link_percent: shareOfLink(figures.d2hGBPerS, link),
		overlap_percent: figures.overlapPercent,
		idle_percent: figures.idlePercent,
		...kernels,
	};
}

const describeKernel = ({name, count, meanUs, sharePercent}: KernelShare): JsonObject => ({
	name,
	count,
	mean_us: meanUs,
	share_percent: sharePercent,
});

const NSYS = [
	'h2d_ms',
	'compute_ms',
	'd2h_ms',
	'h2d_gb_per_s',
	'd2h_gb_per_s',
	'link_gb_per_s',
	'overlap_percent',
	'idle_percent',
	'loss_percent',
] as const;
const NCU = [
	'l2_hit_percent',
	'l1_hit_percent',
	'dram_throughput_percent',
	'sm_throughput_percent',
	'dram_bytes_per_s',
	'loss_percent',
] as const;

/** Titles of the columns that a table of cells has more where cells were profiled. */
export const PASS_TITLES = [...NSYS.map((name) => `nsys_${name}`), ...NCU.map((name) => `ncu_${name}`)];

/** In the order of {@link PASS_TITLES}, of the passes of one cell. */
export const listPassValues = (passes: readonly ProfilePass[]): readonly (number | null)[] => [
	...readValues(passes, 'nsys', NSYS),
	...readValues(passes, 'ncu', NCU),
];

function readValues(passes: readonly ProfilePass[], profiler: string, names: readonly string[]) {
	const pass = passes.findLast((one) => one.profiler === profiler);
	const values = pass ? describePass(pass) : {};
	return names.map((name) => {
		const value = values[name];
		return typeof value === 'number' ? value : null;
	});
}
