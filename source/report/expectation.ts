import type {Cause} from './study.ts';

/** What the system that this one replaces expected of a class of models, single runs under a profiler; never a pass mark. */
export type Expectation = {readonly className: string; readonly lowPercent: number; readonly highPercent: number};

/** Its classes went by the model's name; here the measured cause chooses. It knew none of launches. */
const EXPECTED: {readonly [cause in Cause]?: Expectation} = {
	'copy-bound': {className: 'memory-bound', lowPercent: 30, highPercent: 47},
	mixed: {className: 'balanced', lowPercent: 20, highPercent: 30},
	'compute-bound': {className: 'compute-bound', lowPercent: 10, highPercent: 15},
};

export const findExpectation = (cause: Cause | null): Expectation | null => (cause && EXPECTED[cause]) ?? null;

/** `30 to 47 %`. */
export const formatExpectation = ({lowPercent, highPercent}: Expectation): string =>
	`${lowPercent} to ${highPercent} %`;
