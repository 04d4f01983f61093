import type {CampaignPhase} from '../../domain/campaign.ts';
import type {ExperimentResult} from '../../domain/experiment.ts';
import type {CampaignView} from '../../journal/campaign-view.ts';
import type {RunState} from '../../journal/state.ts';
import {formatRate, listMeasured, readMetric, reduceValues} from '../judge-gate.ts';

type PhaseView = CampaignView['phases'][number];
type MetricGate = NonNullable<NonNullable<CampaignPhase['gate']>['metrics']>[number];

/** One condition of a gate: what is asked, what it is now, and whether that is enough. */
export type Condition = {
	/** `success rate`, `mean of throughput_samples_per_s`, `a person's OK: look at the penalties`. */
	readonly what: string;
	/** `at least 95 %`, `500 to 1000`; empty where a person decides. */
	readonly wanted: string;
	/** null while nothing was measured, and nobody has answered. */
	readonly present: string | null;
	readonly holds: boolean | null;
};

/** In the order in which a suite declares them; none without a gate. */
export function selectConditions(state: RunState, view: PhaseView): readonly Condition[] {
	const before = known.get(view);
	if (before) return before;
	const conditions = listConditions(state, view);
	known.set(view, conditions);
	return conditions;
}

/** A phase that changed is another object, and its results are not walked with every frame. */
const known = new WeakMap<PhaseView, readonly Condition[]>();

function listConditions(state: RunState, view: PhaseView): readonly Condition[] {
	const {gate, name} = view.phase;
	if (!gate) return [];
	const metrics = gate.metrics ?? [];
	const results = metrics.length === 0 || !state.campaign ? [] : listMeasured(state, state.campaign, name);
	return [
		...(gate.successRate === undefined ? [] : [judgeRate(gate.successRate, view)]),
		...metrics.map((metric) => judgeMetric(metric, results)),
		...(gate.approval === undefined ? [] : [judgeApproval(gate.approval, view)]),
	];
}

function judgeRate(least: number, {counts: {succeeded, failed, invalid}}: PhaseView): Condition {
	const ended = succeeded + failed + invalid;
	const what = {what: 'success rate', wanted: `at least ${formatRate(least)}`};
	if (ended === 0) return {...what, present: null, holds: null};
	return {
		...what,
		present: `${formatRate(succeeded / ended)} (${succeeded} of ${ended})`,
		holds: succeeded / ended >= least,
	};
}

function judgeMetric({metric, of, min, max}: MetricGate, results: readonly ExperimentResult[]): Condition {
	const values = results.map((result) => readMetric(result, metric)).filter((value) => value !== null);
	const what = {what: `${of} of ${metric}`, wanted: describeBounds(min, max)};
	if (values.length === 0) return {...what, present: null, holds: results.length === 0 ? null : false};
	const value = reduceValues(values, of);
	const isWithin = value >= (min ?? Number.NEGATIVE_INFINITY) && value <= (max ?? Number.POSITIVE_INFINITY);
	return {
		...what,
		present: `${formatValue(value)} (${values.length < results.length ? `${values.length} of ${results.length} say it` : `of ${values.length}`})`,
		// A success that does not say it is not known to be good, as its gate sees it too.
		holds: isWithin && values.length === results.length,
	};
}

function judgeApproval(approval: string, {status}: PhaseView): Condition {
	const what = {what: `a person's OK: ${approval}`, wanted: ''};
	if (status.kind === 'passed' || status.kind === 'pausing')
		return {
			...what,
			present: status.kind === 'passed' && status.by !== null ? `given by ${status.by}` : 'given',
			holds: true,
		};
	return {...what, present: status.kind === 'awaits-approval' ? 'asked for' : null, holds: null};
}

function describeBounds(min: number | undefined, max: number | undefined): string {
	if (min !== undefined && max !== undefined) return `${formatValue(min)} to ${formatValue(max)}`;
	return min !== undefined ? `at least ${formatValue(min)}` : `at most ${formatValue(max ?? 0)}`;
}

const formatValue = (value: number): string => `${Number(value.toPrecision(5))}`;
