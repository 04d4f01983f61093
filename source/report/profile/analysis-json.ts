import type {Analysis} from './analysis.ts';

/** Grows by new fields; a field that changes its meaning, or goes, makes it 2. */
const FORMAT = 1;

export const formatAnalysisJson = ({captures, ncu = [], failures}: Analysis): string =>
	`${JSON.stringify({format: FORMAT, captures, ncu, failures}, null, '\t')}\n`;
