import type {Latency} from '../domain/experiment.ts';
import {averageKnown, computeMean, interpolateQuantile} from './statistics.ts';

/** Fewer samples than these leave a percentile to a handful of values, so it is not given. */
export const MINIMUM_COUNTS = {p50: 20, p90: 100, p99: 1000} as const;

/** Latencies in ms, in any order; a percentile below its minimum count and the mean of nothing are null. */
export function summarizeLatency(latencyMs: readonly number[]): Latency {
	const sorted = Float64Array.from(latencyMs).sort();
	const values = Array.from(sorted);
	const percentile = (least: number, probability: number) =>
		values.length < least ? null : interpolateQuantile(values, probability);
	return {
		p50: percentile(MINIMUM_COUNTS.p50, 0.5),
		p90: percentile(MINIMUM_COUNTS.p90, 0.9),
		p99: percentile(MINIMUM_COUNTS.p99, 0.99),
		mean: computeMean(values),
		n: values.length,
	};
}

/**
 * One latency for the blocks of a cell: percentiles are means over the blocks that have them, because pooled samples
 * would hide the spread between processes; the mean weighs each block by its samples.
 */
export function mergeLatencies(blocks: readonly Latency[]): Latency {
	const [only] = blocks;
	if (only && blocks.length === 1) return only;
	const n = blocks.reduce((sum, block) => sum + block.n, 0);
	const sumMs = blocks.reduce((sum, block) => sum + (block.mean ?? 0) * block.n, 0);
	return {
		p50: averageKnown(blocks.map(({p50}) => p50)),
		p90: averageKnown(blocks.map(({p90}) => p90)),
		p99: averageKnown(blocks.map(({p99}) => p99)),
		mean: n === 0 ? null : sumMs / n,
		n,
	};
}
