import type {Interval} from './summary.ts';

/** What a study says beside penalties; a part without rows does not apply or has nothing measured yet. */
export type Study = {
	readonly splits: readonly SplitRow[];
	readonly classes: readonly ClassRow[];
	/** Why configurations have no class, the most frequent reason first. */
	readonly unclassified: readonly {readonly reason: string; readonly count: number}[];
	readonly crossovers: readonly CrossoverRow[];
	readonly compiled: readonly CompileRow[];
	readonly exponents: readonly ExponentRow[];
	readonly efficiencies: readonly EfficiencyRow[];
	readonly distances: readonly DistanceRow[];
	readonly pairings: readonly PairingRow[];
};

/** A share that is lost (above 0) with its 95 % interval; null with a single block. */
export type SplitEffect = {
	readonly percent: number;
	readonly interval: Interval | null;
	readonly pHolm: number | null;
	readonly isFound: boolean;
};

/** 2 x 2: CPUs near or far, memory near or far, each of the four in every block. */
export type SplitRow = {
	readonly gpuId: number;
	readonly model: string;
	readonly localNode: number;
	readonly remoteNode: number;
	/** Blocks that have all four. */
	readonly n: number;
	readonly cpu: SplitEffect;
	readonly memory: SplitEffect;
	/** How much worse both far are than the two alone would make them. */
	readonly interaction: SplitEffect;
	/** Which of the two costs, in words. */
	readonly verdict: string;
};

export type Cause = 'copy-bound' | 'launch-bound' | 'compute-bound' | 'mixed';

/** What bounds a model here, from the floors that its results measured. */
export type ClassRow = {
	readonly model: string;
	readonly cause: Cause;
	/** Why it is mixed. */
	readonly reason: string | null;
	/** Results behind it: of the GPU's own node, where there are some. */
	readonly n: number;
	/** Of the time that the stages take one after the other. */
	readonly shares: {
		readonly h2dPercent: number;
		readonly computePercent: number;
		readonly launchPercent: number;
		readonly d2hPercent: number;
	};
	/** Throughput over that of the slowest stage alone. */
	readonly reachedPercent: number;
};

export type CrossoverRow = {
	/** Of the shallowest and the deepest. */
	readonly models: readonly [string, string];
	readonly depths: readonly number[];
	/** At which computing takes as long as copying; null outside of the measured range. */
	readonly depth: number | null;
	readonly verdict: string;
};

export type CompileRow = {
	readonly model: string;
	readonly mode: string;
	/** Compiled over eager throughput. */
	readonly speedup: number;
	readonly low: number | null;
	readonly high: number | null;
	/** Blocks. */
	readonly n: number;
};

/** Time per sample against operations per sample: time is proportional to operations^exponent. */
export type ExponentRow = {
	/** What is the same of all models, where there are several series. */
	readonly series: string;
	readonly models: number;
	readonly exponent: number;
	readonly low: number;
	readonly high: number;
};

export type EfficiencyRow = {
	readonly model: string;
	readonly gpuIds: readonly number[];
	readonly sumSamplesPerS: number;
	/** Sum over the number of GPUs times the fastest of them. */
	readonly efficiencyPercent: number;
	/** Experiments of several GPUs could run at the same time. */
	readonly atOnce: boolean;
};

export type DistanceRow = {
	readonly model: string;
	readonly distance: number;
	/** Pairs of a GPU and a node. */
	readonly places: number;
	readonly n: number;
	/** Geometric mean. */
	readonly samplesPerS: number;
	/** Of the same GPUs on their own nodes. */
	readonly ofLocalPercent: number | null;
};

export type PairingRow = {
	readonly model: string;
	/** null where it cannot be told from the next one. */
	readonly best: {readonly gpuId: number; readonly node: number; readonly samplesPerS: number} | null;
	readonly places: number;
	/** Places were compared in more than one block. */
	readonly hasBlocks: boolean;
	readonly verdict: string;
};
