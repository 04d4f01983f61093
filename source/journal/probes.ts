import type {Probe, SearchMark} from '../domain/batch-search.ts';
import type {ExperimentRecord} from './state.ts';

/** The same for all experiments of one search. */
export const identifySearch = (job: number, {series}: Pick<SearchMark, 'series'>): string => `${job} ${series}`;

/** What the experiments of one search have found so far. */
export const listProbes = (records: readonly ExperimentRecord[]): readonly Probe[] =>
	records.flatMap((record) => {
		const {search} = record.experiment;
		return search ? [{value: search.value, end: findEnd(record, search)}] : [];
	});

function findEnd({stage}: ExperimentRecord, {key, value}: SearchMark): Probe['end'] {
	if (stage.kind === 'skipped') return {kind: 'unknown', why: 'it was skipped'};
	if (stage.kind !== 'committed') return {kind: 'pending'};
	const {status, failure, tooMuch, effective, throughputSamplesPerS} = stage.result;
	if (tooMuch) return {kind: 'too-much'};
	if (status === 'failed') return {kind: 'unknown', why: failure?.message ?? 'it failed'};
	if (status === 'invalid') return {kind: 'unknown', why: 'its result is invalid'};
	const got = effective[key];
	if (got !== undefined && got !== null && got !== value)
		return {kind: 'unknown', why: `it ran with ${key} ${JSON.stringify(got)}`};
	// A degraded number says that the value fits, and not how fast it is.
	return {kind: 'fits', samplesPerS: status === 'succeeded' ? throughputSamplesPerS : null};
}
