import type {AnalysedNcu} from './ncu-report.ts';

/** One line about a report of ncu, in the names of the lines about captures where they mean the same. */
export type NcuKeyFigures = {
	readonly file: string;
	readonly run_id: string | null;
	readonly model: string | null;
	readonly gpu: number | null;
	readonly numa_node: number | null;
	readonly kernels: number;
	readonly warnings: number;
	readonly profiler: string;
	readonly l2_hit_percent: number | null;
	readonly l1_hit_percent: number | null;
	readonly dram_throughput_percent: number | null;
	readonly sm_throughput_percent: number | null;
	readonly dram_bytes_per_s: number | null;
	readonly clock_control: string;
	readonly cache_control: string;
};

export const readNcuKeyFigures = ({file, capture, figures}: AnalysedNcu): NcuKeyFigures => ({
	file,
	run_id: capture.runId,
	model: capture.model,
	gpu: capture.gpuIndex,
	numa_node: capture.numaNode,
	kernels: figures.kernels,
	warnings: figures.warnings.length,
	profiler: 'ncu',
	l2_hit_percent: figures.l2HitPercent,
	l1_hit_percent: figures.l1HitPercent,
	dram_throughput_percent: figures.dramThroughputPercent,
	sm_throughput_percent: figures.smThroughputPercent,
	dram_bytes_per_s: figures.dramBytesPerS,
	clock_control: figures.clockControl,
	cache_control: figures.cacheControl,
});
