import type {Profiler} from '../../domain/experiment.ts';
import {countNoun, formatPercent, formatRate} from '../figures.ts';
import type {ProfilerCost} from './passes.ts';

/** `812.5 samples/s under nsys, 1003 timed (median of 10): 19.0 % less`. */
export function describeCost(cost: ProfilerCost | null, profiler: Profiler): string {
	if (!cost) return `unknown: without a throughput under ${profiler} or a timed one of the same cell`;
	const {profiledSamplesPerS, timedSamplesPerS, timed} = cost;
	const median = timed === 1 ? 'one pass' : `median of ${countNoun(timed, 'pass').replace(/s$/, 'es')}`;
	const rates = `${formatRate(profiledSamplesPerS)} samples/s under ${profiler}, ${formatRate(timedSamplesPerS)} timed (${median})`;
	return `${rates}: ${describeLoss(cost)}`;
}

const FACTOR_FROM_PERCENT = 90;

/** A replay of every kernel makes a program slower by factors, where percents tell nothing more. */
export function describeLoss({lossPercent, profiledSamplesPerS, timedSamplesPerS}: ProfilerCost): string {
	if (lossPercent >= FACTOR_FROM_PERCENT && profiledSamplesPerS > 0)
		return `${(timedSamplesPerS / profiledSamplesPerS).toFixed(0)} times slower`;
	return lossPercent >= 0 ? `${formatPercent(lossPercent)} less` : `${formatPercent(-lossPercent)} more`;
}
