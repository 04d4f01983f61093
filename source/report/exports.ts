import {
	type Binding,
	type ExperimentResult,
	type Failure,
	getDurationS,
	isSuccess,
	type Latency,
	listInvalid,
	type Placement,
} from '../domain/experiment.ts';
import type {Foreign} from '../domain/foreign.ts';
import type {Json, JsonObject} from '../domain/json.ts';
import type {ExperimentRecord, RunState} from '../journal/state.ts';
import {describePlaceInCampaign} from './campaign/campaign-export.ts';
import {type CellRecord, getResult, getThroughput, selectCells, selectResults} from './cells.ts';
import {describeModel, describePlace, describeTest} from './export-configuration.ts';
import {describeTelemetry} from './export-telemetry.ts';
import {mergeLatencies} from './latency.ts';
import {describePass} from './profile/pass-export.ts';
import {listPasses} from './profile/passes.ts';
import {averageKnown, findMaximum, sumKnown} from './statistics.ts';
import {formatTimestamp} from './timestamp.ts';

export {buildExperimentSummary} from './experiment-summary.ts';

/**
 * results.json: a record for each cell in planned order, unfinished ones too. Durations and windows are seconds,
 * latencies ms, memory MiB, paths relative to the run's folder, times ISO 8601 UTC.
 */
export const buildResults = (state: RunState): readonly JsonObject[] =>
	selectCells(state).map((cell) => buildRecord(cell, state));

function buildRecord(cell: CellRecord, state: RunState): JsonObject {
	const {records, status} = cell;
	const speaker = findSpeaker(records);
	const result = speaker ? getResult(speaker) : null;
	const results = selectResults(records);
	const passes = cell.others.length === 0 ? [] : listPasses([...records, ...cell.others]);
	return {
		run_id: cell.cell.runId,
		status,
		success: status === 'succeeded' || status === 'degraded',
		...describePlaceInCampaign(records),
		gpu_id: cell.cell.gpuId,
		numa_node: cell.cell.numaNode,
		vit_config: describeModel(cell.cell, state.opened),
		test_config: describeTest(cell.cell),
		start_time: formatStart(records),
		duration: sumKnown(results.map(getDurationS)),
		exit_code: result?.exitCode ?? null,
		stdout_log: result?.stdoutLog ?? null,
		stderr_log: result?.stderrLog ?? null,
		nsys_report: passes.find(({figures}) => figures?.kind === 'nsys')?.figures?.report ?? null,
		...(result?.status === 'failed' ? {error: result.errorTail ?? result.failure?.message ?? ''} : {}),
		...describeMeasurement(results),
		...describeSearch(records[0], results),
		attempts: records.reduce((most, record) => Math.max(most, countAttempts(record)), 0),
		failure: describeFailure(result?.failure ?? null),
		postponed: records.map(readPostponement).find((reason) => reason !== null) ?? null,
		telemetry: describeTelemetry(result?.telemetry ?? null),
		...describeConditions(cell, speaker, result, state),
		blocks: records.map((record) => describeBlock(record, state)),
		...(records[0]?.experiment.isolation === undefined ? {} : {isolation: records[0].experiment.isolation}),
		...(cell.others.length === 0 ? {} : {others: cell.others.map((record) => describeOther(record, state))}),
		...(passes.length === 0 ? {} : {profiles: passes.map(describePass)}),
		simulated: (state.opened?.simulated ?? false) || results.some(({simulated}) => simulated),
		...(state.opened?.foreign ? describeOrigin(state.opened.foreign, result) : {}),
	};
}

/** Only in a search, so that all other records stay as they were; `fits` is null while nobody knows. */
function describeSearch(record: ExperimentRecord | undefined, results: readonly ExperimentResult[]): JsonObject {
	const search = record?.experiment.search;
	if (!search) return {};
	const tooMuch = results.find((result) => result.tooMuch)?.tooMuch ?? null;
	const fits = tooMuch ? false : results.some(isSuccess) ? true : null;
	return {search: {key: search.key, value: search.value, series: search.series, fits, out_of_memory: tooMuch}};
}

/** Not all of what another program left has logs. */
const describeOrigin = ({kind}: Foreign, result: ExperimentResult | null): JsonObject => ({
	stdout_log: result?.stdoutLog || null,
	stderr_log: result?.stderrLog || null,
	foreign: kind,
});

/** The block whose logs and conditions stand for the cell: the first that failed or is invalid, else the last that ended. */
const findSpeaker = (records: readonly ExperimentRecord[]): ExperimentRecord | undefined =>
	records.find((record) => getResult(record)?.status === 'failed') ??
	records.find((record) => getResult(record)?.status === 'invalid') ??
	records.findLast((record) => getResult(record) !== null) ??
	records[0];

/** Means over the blocks that succeeded; where none did, what was measured before the failure. Nothing of invalid ones. */
function describeMeasurement(results: readonly ExperimentResult[]): JsonObject {
	const measured = results.some(isSuccess)
		? results.filter(isSuccess)
		: results.filter(({status}) => status === 'failed');
	return {
		throughput_samples_per_s: averageKnown(measured.map(getThroughput)),
		window_s: averageKnown(measured.map(({windowS}) => windowS)),
		latency_ms: describeLatency(mergeLatencies(measured.map(({latencyMs}) => latencyMs))),
		peak_host_memory_mib: findMaximum(results.map(({peakHostMemoryMiB}) => peakHostMemoryMiB)),
		peak_gpu_memory_mib: findMaximum(results.map(({peakGpuMemoryMiB}) => peakGpuMemoryMiB)),
	};
}

function describeConditions(
	{cell, records}: CellRecord,
	speaker: ExperimentRecord | undefined,
	result: ExperimentResult | null,
	{opened}: RunState,
): JsonObject {
	return {
		job: cell.job,
		axes: cell.axes,
		duplicate_of: cell.duplicateOf,
		declared: cell.params,
		effective: result?.effective ?? {},
		degraded: [...new Set(selectResults(records).flatMap(({degraded}) => degraded))],
		invalid: [...new Set(selectResults(records).flatMap(listInvalid))],
		device: result?.device ?? null,
		device_name: result?.deviceName ?? null,
		binding: speaker ? describeBinding(speaker.experiment.binding) : null,
		placement: result?.placement.map(describePlacement) ?? [],
		topology: describePlace(cell, opened),
		versions: result?.versions ?? {},
		phases_s: {...result?.phasesS},
		...(result?.stagesS ? {stages_s: result.stagesS} : {}),
		metrics: result?.metrics ?? {},
		dropped_log_bytes: result?.droppedLogBytes ?? 0,
	};
}

/** Warm-ups, controls and profiling passes, which enter no figure of the cell. */
const describeOther = (record: ExperimentRecord, state: RunState): JsonObject => ({
	role: record.experiment.role ?? null,
	...describeBlock(record, state),
});

function describeBlock(record: ExperimentRecord, {repeats}: RunState): JsonObject {
	const {stage, experiment} = record;
	const result = getResult(record);
	return {
		block: experiment.block,
		status: result?.status ?? stage.kind,
		lane: experiment.lane,
		moved_from: experiment.movedFrom ?? null,
		attempts: countAttempts(record),
		start_time: formatStart([record]),
		duration: result ? getDurationS(result) : null,
		exit_code: result?.exitCode ?? null,
		throughput_samples_per_s: getThroughput(result) ?? readInvalidRate(result),
		window_s: result?.windowS ?? null,
		latency_ms: describeLatency(mergeLatencies(result ? [result.latencyMs] : [])),
		degraded: result?.degraded ?? [],
		invalid: result ? listInvalid(result) : [],
		// Why an earlier attempt was invalid, which this one repeats.
		repeated: repeats.get(experiment.id)?.reason ?? null,
		failure: describeFailure(result?.failure ?? null),
		stdout_log: result?.stdoutLog || null,
		stderr_log: result?.stderrLog || null,
		postponed: readPostponement(record),
		telemetry: describeTelemetry(result?.telemetry ?? null),
	};
}

/** Kept beside the block's status, and in no mean. */
const readInvalidRate = (result: ExperimentResult | null): number | null =>
	result?.status === 'invalid' ? result.throughputSamplesPerS : null;

const readPostponement = ({stage}: ExperimentRecord): string | null =>
	stage.kind === 'postponed' || stage.kind === 'skipped' ? stage.reason : null;

const countAttempts = ({stage}: ExperimentRecord): number => ('attempts' in stage ? stage.attempts : stage.attempt);

/** Start of the earliest block whose last attempt started; null while none did. */
function formatStart(records: readonly ExperimentRecord[]): string | null {
	const starts = records.map(({stage}) => {
		if (stage.kind === 'running') return stage.since;
		return stage.kind === 'ended' || stage.kind === 'committed' ? stage.startedAt : null;
	});
	const known = starts.filter((start) => start !== null);
	return known.length === 0 ? null : formatTimestamp(known.reduce((first, start) => Math.min(first, start)));
}

const describeLatency = ({p50, p90, p99, mean, n}: Latency): JsonObject => ({p50, p90, p99, mean, n});

const describeFailure = (failure: Failure | null): Json =>
	failure && {kind: failure.kind, message: failure.message, advice: failure.advice};

const describeBinding = (binding: Binding): JsonObject => ({
	kind: binding.kind,
	node: binding.kind === 'off' ? null : binding.node,
	reason: binding.kind === 'strict' ? null : binding.reason,
});

const describePlacement = ({what, nodePages, pageKiB, cpusAllowed, reason}: Placement): JsonObject => ({
	what,
	node_pages: nodePages,
	page_kib: pageKiB,
	cpus_allowed: cpusAllowed,
	reason,
});
