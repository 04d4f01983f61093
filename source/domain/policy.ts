/** What a suite has decided beforehand for a night in which nobody looks. */
export type RunPolicy = {
	readonly retry: RetryRules;
	/** Nothing more starts once so many experiments failed, or such a share of what was planned. */
	readonly stopAfter?: {readonly failures?: number; readonly percent?: number};
	/** So many equal failures in a row, each within that time, and the lane or the run is held. */
	readonly breaker?: {
		readonly failures: number;
		readonly withinS: number;
		/** drain: where nobody is there who could let the run go on. */
		readonly action: 'pause' | 'drain';
	};
};

/** By the kind of failure; what has no rule is not tried again. */
export type RetryRules = {
	readonly rules: {readonly [failure: string]: RetryRule};
	/** What may be set lower when the GPU's memory did not suffice, by key, the largest value first. */
	readonly ladder?: {readonly [param: string]: readonly number[]};
};

export type RetryRule = {
	/** Further ones, after the first. */
	readonly attempts: number;
	/** Before the first further one; twice as long before each next. */
	readonly backoffS: number;
};

/** The failure of an experiment whose GPU was lost, whatever its program said of it. */
export const LOST = 'lost';
