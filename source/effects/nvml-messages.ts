import type {GpuSample} from '../journal/event.ts';
import type {WatchedGpu} from './nvml-gpu.ts';

/** What the process that reads NVML is told when it is started, as its one argument. */
export type NvmlOrder = {
	readonly gpus: readonly WatchedGpu[];
	readonly everyMs: number;
	/** Names or paths of the library, tried in this order. */
	readonly libraries: readonly string[];
};

/** A line of its standard input, with a GPU's index: a window begins or ends there, or its PCIe traffic is wanted. */
export type NvmlWish = `${'edge' | 'traffic'} ${number}`;

/** A line of its standard output; GPUs stand in the order in which they were ordered. */
export type NvmlMessage =
	/** NVML cannot be used at all; the process ends. */
	| readonly ['refused', reason: string]
	| readonly ['gpus', tookMs: number, ...rows: readonly NvmlRow[]]
	/** The answer to a wish of that name: a sample of this GPU alone, with its counters. */
	| readonly ['edge', position: number, row: NvmlRow];

/** Values in the order of QUICK_FIELDS, what is slow when it has changed (else null), and what this sample alone has. */
export type NvmlRow = readonly [
	quick: readonly (number | null)[],
	slow?: NvmlSlowValues | null,
	once?: NvmlOnceValues | null,
];

/** What is read at every tick; `throttleReasons` as a number. */
export const QUICK_FIELDS = [
	'celsius',
	'utilizationPercent',
	'memoryUtilizationPercent',
	'memoryUsedMiB',
	'memoryTotalMiB',
	'powerWatts',
	'smClockMHz',
	'memoryClockMHz',
	'pState',
	'pcieGeneration',
	'throttleReasons',
] as const satisfies readonly (keyof GpuSample)[];

export type NvmlOnceValues = Pick<GpuSample, 'energyJ' | 'violationMs' | 'pcieRxMiBPerS' | 'pcieTxMiBPerS'>;

export type NvmlSlowValues = Omit<GpuSample, 'gpuIndex' | (typeof QUICK_FIELDS)[number] | keyof NvmlOnceValues>;
