/** One thing that an experiment needs, and what there is of it, MiB; null where nobody can say. */
export type Need = {
	/** As in `512 MiB of pinned memory on node 0`, without the amount. */
	readonly what: string;
	readonly neededMiB: number;
	/** learnt: what earlier runs took, which says what is likely and not what is needed. */
	readonly source: 'declared' | 'learnt';
	/** Whether other experiments of the run take of the same, and give it back. */
	readonly isShared: boolean;
	readonly totalMiB: number | null;
	/** Now, less what experiments that have just started are still going to take. */
	readonly freeMiB: number | null;
};

type Fit =
	| {readonly kind: 'fits'}
	/** Would fit on this machine, and does not now. */
	| ({readonly kind: 'short'; readonly reason: string} & Pick<Need, 'source' | 'isShared'>)
	| {readonly kind: 'never'; readonly reason: string};

/** Nothing that is unknown stands in an experiment's way. */
export function judgeNeeds(needs: readonly Need[]): Fit {
	const declared = needs.filter(({source}) => source === 'declared');
	const never = declared.find(({neededMiB, totalMiB}) => totalMiB !== null && neededMiB > totalMiB);
	if (never) return {kind: 'never', reason: `it needs ${say(never)}, and there are ${never.totalMiB} MiB in all`};
	const short = declared.find(isShort) ?? needs.find(isShort);
	if (!short) return {kind: 'fits'};
	const verb = short.source === 'declared' ? 'needs' : 'took';
	const reason = `it ${verb} ${say(short)}, and ${Math.max(0, short.freeMiB ?? 0)} MiB are free`;
	return {kind: 'short', source: short.source, isShared: short.isShared, reason};
}

const isShort = ({neededMiB, freeMiB}: Need): boolean => freeMiB !== null && neededMiB > freeMiB;

const say = ({neededMiB, what}: Need): string => `${neededMiB} MiB of ${what}`;
