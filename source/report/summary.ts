import type {Device, FailureKind} from '../domain/experiment.ts';
import type {Foreign} from '../domain/foreign.ts';
import type {CampaignSummary} from './campaign/campaign-summary.ts';
import type {Expectation} from './expectation.ts';
import type {MetricRow} from './left/metric-rows.ts';
import type {ProfilePass} from './profile/passes.ts';
import type {SearchRow} from './searches.ts';
import type {Cause, Study} from './study.ts';

/** What a run means, derived from its facts alone: summary screen, plain text and files all show this. */
export type Summary = {
	readonly suite: string;
	readonly simulated: boolean;
	/** Absent for what warpdeck measured itself. */
	readonly foreign?: Foreign;
	/** Its phases, gates and cost; absent outside of a campaign. */
	readonly campaign?: CampaignSummary;
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
	/** Measured, kept and in no figure, also after the one repetition that each gets. */
	readonly invalid: number;
	readonly failed: number;
	/** Not tried in this run; a resumed one tries them again. */
	readonly postponed: number;
	/** Not tried because somebody said so; a resumed run does not try them either. */
	readonly skipped: number;
	readonly unfinished: number;
	/** (succeeded + degraded) / total * 100; null without cells. */
	readonly successRatePercent: number | null;
	/** The same of the cells that came to an end; null before the first. */
	readonly triedRatePercent: number | null;
	/** 95 % interval of `triedRatePercent` by Wilson, from cells that ran themselves; null before the first end. */
	readonly interval: Interval | null;
	readonly groups: {
		readonly bySuite: readonly Group[];
		readonly byGpu: readonly Group[];
		readonly byNode: readonly Group[];
		readonly byModel: readonly Group[];
	};
	/** Failed cells by the kind of their failure, the most frequent first; they add up to `failed`. */
	readonly reasons: readonly Reason[];
	readonly failures: readonly FailureRow[];
	/** Reasons for which cells were postponed, those of phases apart, and for which they were skipped. */
	readonly postponements: readonly Touched[];
	readonly skips: readonly Touched[];
	readonly degradations: readonly Touched[];
	readonly invalidations: readonly Touched[];
	readonly repeats: Repeats;
	readonly throughput: readonly ThroughputRow[];
	/** Numbers that commands leave and suites name. */
	readonly metrics: readonly MetricRow[];
	readonly penalties: Penalties;
	/** null where the plan has no A/A controls. */
	readonly controls: Controls | null;
	readonly study: Study;
	/** Profiling passes in planned order, which stand in no other figure. */
	readonly profiles: readonly ProfilePass[];
	/** What was searched for, and what is found of it. */
	readonly searches: readonly SearchRow[];
	readonly notes: readonly string[];
	readonly anomalyCount: number;
};

/** How many cells a reason touches; with a role it is so many experiments that are no cell's. */
export type Touched = {
	readonly reason: string;
	readonly count: number;
	readonly firstRunId: string;
	readonly role?: 'warm-up' | 'control' | 'profile';
};

/** Experiments that were tried once more because a result was invalid, and how they stand now; the parts add up to `count`. */
export type Repeats = {
	readonly count: number;
	/** Degraded ones too. */
	readonly succeeded: number;
	readonly invalid: number;
	readonly failed: number;
	readonly unfinished: number;
};

/** Cells that have something in common. */
export type Group = {
	readonly label: string;
	readonly total: number;
	/** Degraded ones too. */
	readonly succeeded: number;
	readonly degraded: number;
	readonly invalid: number;
	readonly failed: number;
	readonly unfinished: number;
	/** As of the whole summary. */
	readonly successRatePercent: number | null;
	readonly triedRatePercent: number | null;
	readonly interval: Interval | null;
};

export type Interval = {readonly lowPercent: number; readonly highPercent: number};

type Reason = {
	readonly kind: FailureKind;
	readonly count: number;
	/** count / total * 100. */
	readonly plannedPercent: number;
	readonly firstRunId: string;
};

export type FailureRow = {
	readonly runId: string;
	readonly kind: FailureKind;
	readonly message: string;
	readonly advice: string;
	readonly stderrLog: string;
	/** Of a warm-up, a control or a profiling pass, which do not fail their cell. */
	readonly role?: 'warm-up' | 'control' | 'profile';
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

/** penalty = 1 - remote / local of throughput; positive means that remote memory is slower. */
export type Penalties =
	| {readonly kind: 'none'; readonly reason: string}
	| {
			readonly kind: 'measured';
			readonly formula: string;
			/** Size of the family that Holm's adjustment is for: all comparisons of the plan, also those without a pair. */
			readonly comparisons: number;
			/** A penalty between minus this and this is called none. */
			readonly deltaPercent: number;
			readonly rows: readonly PenaltyRow[];
			/** Of models that were compared more than once at the same distance, in two blocks or more. */
			readonly models: readonly ModelPenaltyRow[];
	  };

export type PenaltyRow = Judgement & {
	readonly gpuId: number;
	readonly model: string;
	readonly localNode: number;
	readonly remoteNode: number;
	readonly distance: number | null;
	/** Geometric means over the pairs, so that they agree with the penalty. */
	readonly localSamplesPerS: number;
	readonly remoteSamplesPerS: number;
	readonly penaltyPercent: number;
	/** Pairs behind it, one a block. */
	readonly n: number;
	/** Local against local beside it; null where none was planned or none has a pair. */
	readonly control: ControlRow | null;
	/** What bounds the model; null where nothing was measured of it. */
	readonly cause: Cause | null;
	/** Of the replaced system for what it called this class: to be read beside, never a pass mark. */
	readonly expectation: Expectation | null;
	/** Of the remote cell. */
	readonly remoteRunId: string;
};

/** The local cell against itself, both in every block. */
export type ControlRow = {
	readonly key: string;
	readonly gpuId: number | null;
	readonly node: number | null;
	readonly model: string;
	/** 1 - control / measured of throughput, geometric means. */
	readonly differencePercent: number;
	/** By Student's t, not adjusted. */
	readonly interval: Interval | null;
	/** Larger absolute end of the interval: what a penalty has to exceed. */
	readonly boundPercent: number | null;
	readonly n: number;
	readonly p: number | null;
	/** Adjusted for the family of all controls of the plan. */
	readonly pHolm: number | null;
	/** The adjusted p rejects that the two are equal, which they are. */
	readonly differs: boolean;
	readonly verdict: string;
};

export type Controls = {
	/** Size of their family, also those without a pair. */
	readonly planned: number;
	/** Any of them makes the session invalid for comparisons. */
	readonly rejected: number;
	readonly rows: readonly ControlRow[];
};

/** One value a block: the mean of its log ratios over the comparisons; a family of its own. */
export type ModelPenaltyRow = Judgement & {
	readonly model: string;
	readonly distance: number | null;
	readonly gpuIds: readonly number[];
	readonly comparisons: number;
	readonly penaltyPercent: number;
	/** Blocks in which every one of its comparisons has a pair. */
	readonly n: number;
	/** Larger absolute end of the interval of its controls, averaged in the same way; null without one. */
	readonly controlBoundPercent: number | null;
};

/** What may be concluded; numbers are null where a single pair says nothing about them. */
export type Judgement = {
	readonly finding: 'penalty' | 'none' | 'inconclusive' | 'single-run' | 'invalid';
	/** Where the true penalty lies with 95 % confidence, not adjusted for the family. */
	readonly interval: Interval | null;
	/** Two-sided, of no difference. */
	readonly p: number | null;
	/** Adjusted for the family. */
	readonly pHolm: number | null;
	/** Smallest penalty that would be found with a chance of 80 %. */
	readonly detectablePercent: number | null;
	/** Blocks that are missing for a conclusion; null where nobody knows or nobody would wait for them. */
	readonly moreBlocks: number | null;
	/** The conclusion in words. */
	readonly verdict: string;
};
