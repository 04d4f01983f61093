import {findNearest, UserError} from '../../domain/errors.ts';
import type {ExperimentResult} from '../../domain/experiment.ts';
import {isJsonObject, type Json, type JsonObject} from '../../domain/json.ts';
import {getThroughput, selectResults} from '../cells.ts';
import type {CellPair} from './comparison.ts';
import {chooseTolerance, findAbsolute, type Tolerance} from './tolerance.ts';

export type Metric = {
	readonly name: string;
	readonly title: string;
	readonly tolerance: Tolerance;
	readonly read: (result: ExperimentResult) => number | null;
};

type Built = readonly [name: string, title: string, read: Metric['read']];

const OF_EVERY_RESULT: readonly Built[] = [
	['throughput', 'throughput, samples/s', getThroughput],
	['p50_ms', 'latency p50, ms', ({latencyMs}) => latencyMs.p50],
	['p90_ms', 'latency p90, ms', ({latencyMs}) => latencyMs.p90],
	['p99_ms', 'latency p99, ms', ({latencyMs}) => latencyMs.p99],
	['peak_gpu_memory_mib', 'peak of GPU memory, MiB', ({peakGpuMemoryMiB}) => peakGpuMemoryMiB],
	['peak_host_memory_mib', 'peak of host memory, MiB', ({peakHostMemoryMiB}) => peakHostMemoryMiB],
];

type Listed = {
	readonly metrics: readonly Metric[];
	/** Numbers of workloads that have no tolerance of their own. */
	readonly others: readonly string[];
};

/** What every result has, what has a tolerance by its name, and what somebody gave one; a tolerance of nothing is refused. */
export function listMetrics(pairs: readonly CellPair[], given: ReadonlyMap<string, Tolerance>): Listed {
	const results = pairs.flatMap(({a, b}) => [...a.results, ...b.results]);
	const paths = [...new Set(results.flatMap(({metrics}) => [...flatten(metrics).keys()]))];
	const built = new Set(OF_EVERY_RESULT.map(([name]) => name));
	const unknown = [...given.keys()].find((name) => !built.has(name) && !paths.includes(name));
	if (unknown !== undefined && pairs.length > 0) throw refuseUnknown(unknown, [...built, ...paths]);
	const own = paths.filter((path) => !built.has(path) && (given.has(path) || findAbsolute(path) !== null));
	const all = [...OF_EVERY_RESULT, ...own.map((path): Built => [path, path, readPath(path)])];
	return {
		metrics: all.map(([name, title, read]) => ({name, title, read, tolerance: chooseTolerance(name, given)})),
		others: paths.filter((path) => !own.includes(path) && !REPEATED.has(path)).toSorted(),
	};
}

const MOST_NAMED = 12;

/** Of `OF_EVERY_RESULT` once more, as the workload told them. */
const REPEATED: ReadonlySet<string> = new Set([
	'throughput_samples_per_s',
	'peak_host_memory_mib',
	'peak_gpu_memory_mib',
]);

function refuseUnknown(name: string, known: readonly string[]): UserError {
	const nearest = findNearest(name, known);
	const some = `numbers that there are: ${known.slice(0, MOST_NAMED).join(', ')}`;
	return new UserError(`Neither run has a number ${name}.`, {
		tryThis: nearest ? [`--tolerance ${nearest}=5%`, some] : [some],
	});
}

const readPath =
	(path: string): Metric['read'] =>
	({metrics}) =>
		flatten(metrics).get(path) ?? null;

/** Numbers by their path, `floors.h2d_samples_per_s`. */
function flatten(values: JsonObject): ReadonlyMap<string, number> {
	return new Map(listLeaves(values).flatMap(([path, value]) => (typeof value === 'number' ? [[path, value]] : [])));
}

/** Every value that is no object, by its path. */
export const listLeaves = (value: Json, path = ''): readonly (readonly [path: string, value: Json])[] =>
	isJsonObject(value)
		? Object.entries(value).flatMap(([key, inner]) => listLeaves(inner, path === '' ? key : `${path}.${key}`))
		: [[path, value]];

/** Results of a cell that may enter a figure, as everywhere: succeeded as declared, warm-ups and controls left out. */
export const selectComparable = ({records}: CellPair['a']): readonly (readonly [number, ExperimentResult])[] =>
	records.flatMap((record) =>
		record.experiment.block < 1
			? []
			: selectResults([record]).flatMap((result) =>
					result.status === 'succeeded' ? [[record.experiment.block, result] as const] : [],
				),
	);
