import type {CampaignPhase} from '../domain/campaign.ts';
import {type ExperimentResult, isSuccess} from '../domain/experiment.ts';
import type {CampaignState} from '../journal/campaign-state.ts';
import {nameOf} from '../journal/campaign-state.ts';
import type {Counts, RunState} from '../journal/state.ts';
import {iterate} from '../journal/vector.ts';

type Gate = NonNullable<CampaignPhase['gate']>;
type MetricGate = NonNullable<Gate['metrics']>[number];

/** Why the gate of a phase does not hold, one line each, from its committed results; none: it holds, or there is none. */
export function judgeGate(state: RunState, phase: string): readonly string[] {
	const {campaign} = state;
	const known = campaign?.phases.get(phase);
	const gate = known?.phase.gate;
	if (!campaign || !known || !gate) return [];
	const metrics = gate.metrics ?? [];
	const results = metrics.length === 0 ? [] : listMeasured(state, campaign, phase);
	return [
		...(gate.successRate === undefined ? [] : judgeRate(known.counts, gate.successRate)),
		...metrics.flatMap((one) => judgeMetric(one, results)),
	];
}

function judgeRate(counts: Counts, least: number): readonly string[] {
	const good = counts.succeeded + counts.degraded;
	const ended = good + counts.invalid + counts.failed;
	if (ended === 0) return ['nothing of it has ended, so that there is no success rate'];
	const rate = good / ended;
	if (rate >= least) return [];
	return [`${good} of ${ended} succeeded (${formatPercent(rate)}), and its gate asks for ${formatPercent(least)}`];
}

/** A rate just under its bound must not read as if it were the bound. */
const formatPercent = (rate: number): string => `${Math.floor(rate * 1000 + 1e-9) / 10} %`;

/** What its successes measured; warm-ups, controls and profiles stand in no figure. */
const listMeasured = (state: RunState, campaign: CampaignState, phase: string): readonly ExperimentResult[] =>
	[...iterate(state.experiments)].flatMap(({experiment, stage}) =>
		stage.kind === 'committed' &&
		isSuccess(stage.result) &&
		experiment.role === undefined &&
		nameOf(campaign, experiment.phase) === phase
			? [stage.result]
			: [],
	);

function judgeMetric(gate: MetricGate, results: readonly ExperimentResult[]): readonly string[] {
	const {metric, of, min, max} = gate;
	const values = results.map((result) => readMetric(result, metric)).filter((value) => value !== null);
	const [value] = values.length === 0 ? [] : [reduceValues(values, of)];
	if (value === undefined || values.length < results.length)
		return [describeMissing(metric, values.length, results.length)];
	const what = `the ${of} of ${metric} is ${formatNumber(value)}`;
	return [
		...(min !== undefined && value < min ? [`${what}, under ${min}`] : []),
		...(max !== undefined && value > max ? [`${what}, over ${max}`] : []),
	];
}

function describeMissing(metric: string, found: number, results: number): string {
	if (results === 0) return `nothing of it has succeeded, so that there is no ${metric}`;
	return `${results - found} of ${results} successes have no number ${metric}`;
}

/** One of warpdeck's own figures, else one that the workload named. */
function readMetric(
	{throughputSamplesPerS, latencyMs, durationS, metrics}: ExperimentResult,
	name: string,
): number | null {
	const own: {readonly [name: string]: number | null} = {
		throughput_samples_per_s: throughputSamplesPerS,
		latency_ms_p50: latencyMs.p50,
		latency_ms_p90: latencyMs.p90,
		latency_ms_p99: latencyMs.p99,
		latency_ms_mean: latencyMs.mean,
		duration_s: durationS,
	};
	const value = own[name] ?? metrics[name];
	return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function reduceValues(values: readonly number[], of: MetricGate['of']): number {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = Math.floor((sorted.length - 1) / 2);
	const at = (index: number): number => sorted[index] ?? Number.NaN;
	switch (of) {
		case 'least':
			return at(0);
		case 'most':
			return at(sorted.length - 1);
		case 'median':
			return (at(middle) + at(sorted.length - 1 - middle)) / 2;
		case 'mean':
			return values.reduce((sum, value) => sum + value, 0) / values.length;
		default:
			return of satisfies never;
	}
}

const formatNumber = (value: number): string => String(Number(value.toPrecision(4)));
