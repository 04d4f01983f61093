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
	/** More is free now, and what runs is still going to take it. */
	readonly isKept?: true;
};

type Fit =
	| {readonly kind: 'fits'}
	/** Would fit on this machine, and does not now. */
	| ({
			readonly kind: 'short';
			readonly reason: string;
			/** What it waits for, with the numbers in front: a lane has little room. */
			readonly brief: string;
	  } & Pick<Need, 'source' | 'isShared'>)
	| {readonly kind: 'never'; readonly reason: string};

/** Nothing that is unknown stands in an experiment's way. */
export function judgeNeeds(needs: readonly Need[]): Fit {
	const declared = needs.filter(({source}) => source === 'declared');
	const never = declared.find(({neededMiB, totalMiB}) => totalMiB !== null && neededMiB > totalMiB);
	if (never)
		return {kind: 'never', reason: `it needs ${say(never)}, and there are ${sayMiB(never.totalMiB ?? 0)} in all`};
	const short = declared.find(isShort) ?? needs.find(isShort);
	if (!short) return {kind: 'fits'};
	const {what, neededMiB, freeMiB, source, isShared} = short;
	const verb = source === 'declared' ? 'needs' : 'took';
	const before = source === 'declared' ? '' : ' in an earlier run';
	const free = `${sayMiB(Math.max(0, freeMiB ?? 0))} are ${short.isKept ? 'left beside what runs' : 'free'}`;
	return {
		...{kind: 'short', source, isShared},
		reason: `it ${verb} ${say(short)}${before}, and ${free}`,
		brief: `for ${what}: ${verb} ${sayMiB(neededMiB)}${before}, ${free}`,
	};
}

const isShort = ({neededMiB, freeMiB}: Need): boolean => freeMiB !== null && neededMiB > freeMiB;

const say = ({neededMiB, what}: Need): string => `${sayMiB(neededMiB)} of ${what}`;

const MANY_MIB = 10 * 1024;

/** Nobody counts 62 GiB in MiB. */
export const sayMiB = (mib: number): string =>
	mib < MANY_MIB ? `${Math.round(mib)} MiB` : `${(mib / 1024).toFixed(1)} GiB`;
