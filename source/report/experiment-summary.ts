import {getDurationS} from '../domain/experiment.ts';
import {isJsonObject, type Json, type JsonObject} from '../domain/json.ts';
import type {RunState} from '../journal/state.ts';
import {countPostponed, describeCampaign} from './campaign/campaign-export.ts';
import {type CellRecord, ranOnGpu, selectCells, selectResults} from './cells.ts';
import {describePass} from './profile/pass-export.ts';
import {exportSearch} from './search-sections.ts';
import {toSnakeCase} from './snake-case.ts';
import {averageKnown, sumKnown} from './statistics.ts';
import {summarize} from './summarize.ts';
import type {Controls, Judgement, ModelPenaltyRow, Penalties, PenaltyRow, ThroughputRow} from './summary.ts';
import {formatTimestamp} from './timestamp.ts';

/** experiment_summary.json; counts are cells, durations seconds, `now` is epoch ms and counts while the run is open. */
export function buildExperimentSummary(state: RunState, now: number): JsonObject {
	const summary = summarize(state, now);
	const cells = selectCells(state);
	const tested = cells.filter(({records}) => selectResults(records).length > 0);
	return {
		experiment_name: readName(state),
		total_runs: summary.total,
		successful_runs: summary.succeeded + summary.degraded,
		failed_runs: summary.failed,
		success_rate: summary.successRatePercent,
		...sumDurations(cells),
		gpu_ids_tested: listNumbers(tested.filter(ranOnGpu).map(({cell}) => cell.gpuId)),
		numa_nodes_tested: listNumbers(tested.map(({cell}) => cell.numaNode)),
		vit_configs_tested: new Set(tested.map(({cell}) => cell.model).filter((model) => model !== null)).size,
		suite: summary.suite,
		state: summary.state,
		simulated: summary.simulated,
		...(state.opened?.foreign ? {foreign: {...state.opened.foreign}} : {}),
		distinct: summary.distinct,
		executions: summary.executions,
		degraded_runs: summary.degraded,
		invalid_runs: summary.invalid,
		postponed_runs: summary.postponed,
		skipped_runs: summary.skipped,
		unfinished_runs: summary.unfinished,
		start_time: formatTimestamp(summary.startedAt),
		end_time: summary.endedAt === null ? null : formatTimestamp(summary.endedAt),
		wall_s: summary.elapsedS,
		seed: state.opened?.seed ?? null,
		devices: listDevices(cells),
		failures_by_reason: Object.fromEntries(summary.reasons.map(({kind, count}) => [kind, count])),
		postponed_by_reason: [
			...summary.postponements.map(({reason, count}) => ({reason, count})),
			...countPostponed(summary.campaign),
		],
		skipped_by_reason: summary.skips.map(({reason, count}) => ({reason, count})),
		degraded_by_reason: summary.degradations.map(({reason, count}) => ({reason, count})),
		invalid_by_reason: summary.invalidations.map(({reason, count, role}) => ({reason, count, ...(role && {role})})),
		repeated: {...summary.repeats},
		throughput_by_model: summary.throughput.map(describeThroughput),
		...(summary.metrics.length === 0 ? {} : {metrics_by_model: summary.metrics.map((row) => ({...row}))}),
		numa_penalty: describePenalties(summary.penalties),
		controls: describeControls(summary.controls),
		study: toSnakeCase(summary.study),
		...(summary.profiles.length === 0
			? {}
			: {profiles: summary.profiles.map((pass) => ({run_id: pass.runId, ...describePass(pass)}))}),
		...describeCampaign(summary.campaign),
		...(summary.searches.length === 0 ? {} : {batch_searches: summary.searches.map(exportSearch)}),
		notes: summary.notes,
		anomalies: summary.anomalyCount,
		...(state.opened?.foreign ? UNTIMED : {}),
	};
}

/** When it was imported says nothing of when it ran. */
const UNTIMED = {start_time: null, end_time: null, wall_s: null, seed: null} as const;

/** The suite's `experiment.name`; the name of its file where an old journal has no configuration. */
function readName({opened}: RunState): Json {
	const experiment = opened?.config.experiment;
	return (isJsonObject(experiment) ? experiment.name : undefined) ?? opened?.suite ?? null;
}

/** Whole processes, with start-up; a repeated cell costs nothing again, and the sum is not wall time. */
function sumDurations(cells: readonly CellRecord[]): JsonObject {
	const own = cells.filter(({shared}) => !shared);
	const good = own.filter(({status}) => status === 'succeeded' || status === 'degraded');
	return {
		average_duration: averageKnown(good.map(sumOf)),
		total_duration:
			sumKnown(own.flatMap(({records}) => selectResults(records).map(getDurationS))) ?? (isTimed(own) ? 0 : null),
	};
}

const sumOf = ({records}: CellRecord): number | null => sumKnown(selectResults(records).map(getDurationS));

const isTimed = (cells: readonly CellRecord[]): boolean => cells.every(({results}) => results.length === 0);

const listNumbers = (values: readonly (number | null)[]): readonly number[] =>
	[...new Set(values.filter((value) => value !== null))].toSorted((a, b) => a - b);

const listDevices = (cells: readonly CellRecord[]): readonly string[] => [
	...new Set(
		cells.flatMap(({records}) => selectResults(records).flatMap(({device}) => (device === null ? [] : [device]))),
	),
];

const describeThroughput = (row: ThroughputRow): JsonObject => ({
	model: row.model,
	device: row.device,
	n: row.n,
	mean_samples_per_s: row.meanSamplesPerS,
	min_samples_per_s: row.minSamplesPerS,
	max_samples_per_s: row.maxSamplesPerS,
	p50_ms: row.p50Ms,
});

function describePenalties(penalties: Penalties): JsonObject {
	if (penalties.kind === 'none') return {available: false, reason: penalties.reason};
	const {formula, comparisons, deltaPercent, rows, models} = penalties;
	return {
		available: true,
		formula,
		family: comparisons,
		equivalence_percent: deltaPercent,
		rows: rows.map(describePenalty),
		models: models.map(describeModelPenalty),
	};
}

/** The key of a row is for ourselves. */
const describeControls = (controls: Controls | null): Json =>
	controls && {...controls, rows: controls.rows.map(({key: _, ...row}) => toSnakeCase(row))};

const describePenalty = (row: PenaltyRow): JsonObject => ({
	gpu_id: row.gpuId,
	model: row.model,
	local_node: row.localNode,
	remote_node: row.remoteNode,
	distance: row.distance,
	local_samples_per_s: row.localSamplesPerS,
	remote_samples_per_s: row.remoteSamplesPerS,
	penalty_percent: row.penaltyPercent,
	n: row.n,
	...describeJudgement(row),
	control: row.control && {
		difference_percent: row.control.differencePercent,
		interval: toSnakeCase(row.control.interval),
		bound_percent: row.control.boundPercent,
		n: row.control.n,
	},
	class: row.cause,
	expectation_of_replaced_system: toSnakeCase(row.expectation),
});

const describeModelPenalty = (row: ModelPenaltyRow): JsonObject => ({
	model: row.model,
	distance: row.distance,
	gpu_ids: row.gpuIds,
	comparisons: row.comparisons,
	penalty_percent: row.penaltyPercent,
	n: row.n,
	...describeJudgement(row),
	control_bound_percent: row.controlBoundPercent,
});

const describeJudgement = ({interval, p, pHolm, detectablePercent, moreBlocks, verdict}: Judgement): JsonObject => ({
	interval: interval && {low_percent: interval.lowPercent, high_percent: interval.highPercent},
	p,
	p_holm: pHolm,
	mde_percent: detectablePercent,
	more_blocks: moreBlocks,
	verdict,
});
