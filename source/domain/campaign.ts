/** One part of a campaign, which is held, judged and passed as a whole. */
export type CampaignPhase = {
	/** Safe as a part of a file name; experiments name it in `phase`. */
	readonly name: string;
	readonly title: string;
	/** 1 is the most urgent; of the phases that may run the lower number's experiments start first. */
	readonly priority: number;
	/** Phases that must have passed, gates and pauses too, before it starts. */
	readonly after: readonly string[];
	/** What must hold of it before those behind it start; absent: it passes when nothing of it is left to run. */
	readonly gate?: PhaseGate;
	/** Why nothing behind it starts before somebody goes on, as the end of a day does; absent: it does not pause. */
	readonly pause?: string;
	/** Hours that its author expects, of one GPU after the other. */
	readonly hours?: {readonly least: number; readonly most: number};
	/** Memory of a GPU that it needs, MiB. */
	readonly gpuMiB?: number;
	/** Whether its results are kept as a file when it has passed. */
	readonly backup?: true;
	/** How many results its author expects, by group; an experiment names its own in `group`. */
	readonly expected?: {readonly [group: string]: number};
	/** What its author counts as done elsewhere, and never runs. */
	readonly done?: readonly {readonly group: string; readonly count: number; readonly where: string}[];
};

/** Every condition that is there must hold. */
type PhaseGate = {
	/** From 0 to 1, of the experiments that ended; what was postponed is left out. */
	readonly successRate?: number;
	readonly metrics?: readonly MetricGate[];
	/** What a person has to look at before saying yes. */
	readonly approval?: string;
};

/** Bounds of a metric over the phase's successes; `throughput_samples_per_s`, `latency_ms_p50` and the workload's own names. */
type MetricGate = {
	readonly metric: string;
	readonly of: 'mean' | 'median' | 'least' | 'most';
	readonly min?: number;
	readonly max?: number;
};

/** What a campaign costs, and when it has cost enough. */
export type CampaignBudget = {
	/** US dollars an hour: of the whole machine while the run goes on, or of each GPU while something runs on it. */
	readonly usdPerHour: number;
	readonly per: 'machine' | 'gpu';
	/** From then on nothing more starts; absent: the cost is only told. */
	readonly stopUsd?: number;
	readonly stopHours?: number;
};

export type Campaign = {
	/** In the order of the suite. */
	readonly phases: readonly CampaignPhase[];
	readonly budget?: CampaignBudget;
};
