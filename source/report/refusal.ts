/** Why a statistic is not given. */
export type Refusal = {
	readonly kind: 'refused';
	/** A phrase without a full stop. */
	readonly reason: string;
	readonly has: number;
	/** How many values it takes; null where more of the same would not help. */
	readonly needs: number | null;
};

export const isRefused = (found: {readonly kind: string}): found is Refusal => found.kind === 'refused';

export const refuse = (reason: string, has: number): Refusal => ({kind: 'refused', reason, has, needs: null});

/** null where there are enough. */
export const refuseFew = (what: string, has: number, needs: number): Refusal | null =>
	has >= needs ? null : {kind: 'refused', reason: `${what} takes ${needs} values, and there are ${has}`, has, needs};
