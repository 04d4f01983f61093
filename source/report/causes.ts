import {groupBy} from './cells.ts';
import type {FailureRow} from './summary.ts';

/** Failures with the same cause and advice are one entry, because a night's failures are mostly one failure. */
export type Cause = FailureRow & {readonly count: number};

/** The first failure of each cause speaks for all of them. */
export const groupByCause = (failures: readonly FailureRow[]): readonly Cause[] =>
	[...groupBy(failures, ({kind, message, advice}) => JSON.stringify([kind, message, advice])).values()].flatMap(
		(members) => members.slice(0, 1).map((first) => ({...first, count: members.length})),
	);

/** `gpu0_numa0_vit32x2x256 and 3 more`. */
export const nameCause = ({runId, count}: Cause): string => (count === 1 ? runId : `${runId} and ${count - 1} more`);
