import type {TimeEstimate, Times} from './estimate-time.ts';

/** As a person reads it; what nobody has measured is said to be unknown, and what somebody expects to be a guess. */
export function describeTimes({planned, byIsolation, unlimited}: Times, total: number): readonly string[] {
	const both = byIsolation && [byIsolation.process, byIsolation.block].map((time) => formatTime(time, total));
	// Where neither was measured, the first line has said so.
	const compared = both?.some((text) => text !== UNKNOWN)
		? [`time by experiment.isolation: process ${both[0]}, block ${both[1]}`]
		: [];
	const longer = (planned.wallS ?? 0) - (unlimited?.wallS ?? planned.wallS ?? 0);
	const apart =
		longer > 0 && unlimited ? [`time without the limit of host memory: ${formatTime(unlimited, total)}`] : [];
	return [describeTime(planned, total), ...apart, ...compared];
}

function describeTime({wallS, known, guessed}: TimeEstimate, total: number): string {
	if (wallS === null) return 'time: not known, because no earlier run here measured these settings on this device';
	const sources = [
		...(known > 0 ? [`from earlier runs of ${known} of ${total} experiments`] : []),
		...(guessed > 0 ? [`a guess for ${guessed} of ${total} (expected_s)`] : []),
	];
	const span = `time: about ${formatSpan(wallS)}, ${sources.join(' and ')}`;
	return known + guessed === total ? span : `${span}; the time of the rest is not known`;
}

const UNKNOWN = 'not known';

/** The same in the width of a column. */
export function formatTime({wallS, known, guessed}: TimeEstimate, total: number): string {
	if (wallS === null) return UNKNOWN;
	const span = `${guessed > 0 ? 'guess ' : ''}${formatSpan(wallS)}`;
	return known + guessed === total ? span : `${span} for ${known + guessed}/${total}`;
}

function formatSpan(seconds: number): string {
	if (seconds < 90) return `${Math.ceil(seconds)} s`;
	return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
