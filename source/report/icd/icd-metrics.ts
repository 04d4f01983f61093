import type {ExperimentResult} from '../../domain/experiment.ts';
import {type Json, type JsonObject, readNumber} from '../../domain/json.ts';
import type {RunState} from '../../journal/state.ts';
import {interpolateQuantile} from '../statistics.ts';
import {findUpperQuantile} from '../student.ts';
import {type IcdRow, readL2, readModularity} from './icd-rows.ts';
import type {IcdMarks} from './icd-table.ts';

/** Fewer leave the percentile to a handful of values. */
const LEAST_P95 = 200;

/** metrics.json of one repetition, in the guide's words; what the run has not is null and named, and no NaN is written. */
export function describeMetrics(
	{cell, record, result}: IcdRow & {readonly result: ExperimentResult},
	{opened}: RunState,
	{samples, marks}: {readonly samples: readonly number[]; readonly marks: IcdMarks},
): JsonObject {
	const {metrics} = result;
	const {mean, p50, n} = result.latencyMs;
	const [p95, ci95] = [findP95(samples, metrics), findHalfWidth(samples, metrics)];
	const take = (key: string): Json => metrics[key] ?? null;
	const known: JsonObject = {
		run_id: record.experiment.id,
		task: opened?.suite ?? null,
		mode: readPlaceMode(cell.cell.axes) ?? take('mode'),
		solver_method: take('solver_method'),
		model_name: cell.cell.model,
		repeat: n,
		warmup: cell.cell.params.warmup_samples ?? take('warmup'),
		latency_ms_mean: mean,
		latency_ms_p50: p50,
		latency_ms_p95: p95,
		latency_ms_ci95: ci95,
		latency_ms: {mean, p50, p95, ci95, samples},
		l2_hit_pct: readL2(result),
		ept_j_per_tok: take('ept_j_per_tok'),
		throughput_toks_s: take('throughput_toks_s'),
		throughput_samples_per_s: result.throughputSamplesPerS,
		tokens_processed: take('tokens_processed'),
		C: take('C'),
		Q: readModularity(result),
		J: take('J'),
		env: describeEnvironment(result, opened),
	};
	return {...known, warpdeck: describeOrigin(result, known, marks)};
}

const readPlaceMode = ({baseline, mode}: JsonObject): Json | undefined => mode ?? baseline;

function findP95(samples: readonly number[], metrics: JsonObject): number | null {
	if (samples.length < LEAST_P95) return readNumber(metrics.latency_p95_ms);
	return interpolateQuantile(
		samples.toSorted((a, b) => a - b),
		0.95,
	);
}

/** Half of the 95 % interval of the mean by Student's t; batches that follow each other are not independent. */
function findHalfWidth(samples: readonly number[], metrics: JsonObject): number | null {
	const n = samples.length;
	if (n < 2) return readNumber(metrics.latency_ci95_ms);
	const mean = samples.reduce((sum, value) => sum + value, 0) / n;
	const squares = samples.reduce((sum, value) => sum + (value - mean) ** 2, 0);
	return (findUpperQuantile(0.025, n - 1) * Math.sqrt(squares / (n - 1))) / Math.sqrt(n);
}

const describeEnvironment = ({deviceName, versions}: ExperimentResult, opened: RunState['opened']): JsonObject => ({
	seed: opened?.foreign ? null : (opened?.seed ?? null),
	fixed_clock: null,
	fingerprint: {
		host: {
			hostname: opened?.foreign ? null : (opened?.topology.hostname ?? null),
			driver: opened?.topology.driverVersion ?? null,
		},
		gpu: {name: deviceName},
		packages: Object.entries(versions).map(([name, version]) => ({name, version})),
	},
});

const describeOrigin = (result: ExperimentResult, known: JsonObject, marks: IcdMarks): JsonObject => ({
	status: result.status,
	degraded: [...result.degraded],
	...marks,
	not_measured: Object.keys(known).filter((key) => known[key] === null),
});
