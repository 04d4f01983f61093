import type {Device, FailureKind} from '../domain/experiment.ts';

/** What a run means, derived from its facts alone: summary screen, plain text and files all show this. */
export type Summary = {
	readonly suite: string;
	readonly simulated: boolean;
	/** Epoch ms. */
	readonly startedAt: number;
	readonly endedAt: number | null;
	/** Wall time so far or in all, seconds. */
	readonly elapsedS: number;
	readonly state: 'running' | 'finished' | 'drained' | 'stopped' | 'interrupted';
	/** Cells, cells without duplicates, experiments. */
	readonly total: number;
	readonly distinct: number;
	readonly executions: number;
	/** Of cells; a duplicate has the state of the cell that stands for it. */
	readonly succeeded: number;
	readonly degraded: number;
	readonly failed: number;
	/** Not tried in this run; a resumed one tries them again. */
	readonly postponed: number;
	readonly unfinished: number;
	/** (succeeded + degraded) / total * 100; null without cells. */
	readonly successRatePercent: number | null;
	readonly groups: {
		readonly byGpu: readonly Group[];
		readonly byNode: readonly Group[];
		readonly byModel: readonly Group[];
	};
	readonly failures: readonly FailureRow[];
	/** Reasons for which cells were postponed. */
	readonly postponements: readonly {readonly reason: string; readonly count: number; readonly firstRunId: string}[];
	readonly degradations: readonly {readonly reason: string; readonly count: number; readonly firstRunId: string}[];
	readonly throughput: readonly ThroughputRow[];
	readonly penalties: Penalties;
	readonly notes: readonly string[];
	readonly anomalyCount: number;
};

export type Group = {
	readonly label: string;
	readonly total: number;
	readonly succeeded: number;
	readonly failed: number;
};

export type FailureRow = {
	readonly runId: string;
	readonly kind: FailureKind;
	readonly message: string;
	readonly advice: string;
	readonly stderrLog: string;
};

/** One line for each model and device; numbers of different devices are never averaged together. */
export type ThroughputRow = {
	readonly model: string;
	readonly device: Device;
	/** Results behind it. */
	readonly n: number;
	readonly meanSamplesPerS: number;
	readonly minSamplesPerS: number;
	readonly maxSamplesPerS: number;
	/** Mean of the results' p50 where they have one, ms. */
	readonly p50Ms: number | null;
};

/** penalty = (local - remote) / local * 100 of throughput; positive means that remote memory is slower. */
export type Penalties =
	| {readonly kind: 'none'; readonly reason: string}
	| {readonly kind: 'measured'; readonly formula: string; readonly rows: readonly PenaltyRow[]};

export type PenaltyRow = {
	readonly gpuId: number;
	readonly model: string;
	readonly localNode: number;
	readonly remoteNode: number;
	readonly distance: number | null;
	readonly localSamplesPerS: number;
	readonly remoteSamplesPerS: number;
	readonly penaltyPercent: number;
	/** Pairs behind it; with one there is no interval and the row says so. */
	readonly n: number;
	readonly label: 'single run, no interval' | 'mean of repeated runs, no interval';
};
