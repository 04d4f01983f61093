/** Where a runner is killed; crash-at.ts knows the way to each, and the suite fails when one was never come to. */
export const POINTS = [
	'before the spawn',
	'spawn ordered, not answered',
	'after the spawn',
	'exit seen',
	'before the write of a journal',
	'in the middle of facts',
	'after the write of a journal',
	'before the write of a result',
	'after the write of a result',
	'before the rename of a result',
	'after the rename of a result',
	'before the sync of a folder of results',
	'after the sync of a folder of results',
	'lease made, still empty',
	'before the rename of a lease',
	'after the rename of a lease',
	'lease given back',
	'lock made, still empty',
	'after the write of a lock',
	'before the sync of a lock',
	'after the sync of a lock',
	'lock taken',
	'guard of a break taken',
	'lock given back',
] as const;

export type Point = (typeof POINTS)[number];

/** How often a runner surely comes to a point before its experiments are done, however few are left. */
export function countVisits(point: Point): number {
	if (/lock|guard/.test(point)) return 1;
	return point.includes('lease') ? 2 : 6;
}
