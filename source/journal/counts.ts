export type Counts = {
	readonly waiting: number;
	readonly active: number;
	readonly succeeded: number;
	readonly degraded: number;
	/** Measured, and in no figure. */
	readonly invalid: number;
	readonly failed: number;
	readonly postponed: number;
	readonly skipped: number;
};

/** No experiment in any state. */
export const NO_COUNTS: Counts = {
	waiting: 0,
	active: 0,
	succeeded: 0,
	degraded: 0,
	invalid: 0,
	failed: 0,
	postponed: 0,
	skipped: 0,
};
