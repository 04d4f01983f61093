import type {GpuSample} from '../journal/event.ts';
import type {WatchedGpu} from './nvml-gpu.ts';

/** What the process that reads NVML is told when it is started, as its one argument. */
export type NvmlOrder = {
	readonly gpus: readonly WatchedGpu[];
	readonly everyMs: number;
	/** Names or paths of the library, tried in this order. */
	readonly libraries: readonly string[];
};

/** A line of its standard output. What it reads on its standard input is a GPU's index: its PCIe traffic is wanted. */
export type NvmlMessage =
	/** NVML cannot be used at all; the process ends. */
	| {readonly kind: 'refused'; readonly reason: string}
	| {readonly kind: 'gpus'; readonly samples: readonly GpuSample[]; readonly tookMs: number};
