import type {ExperimentResult} from '../../domain/experiment.ts';
import {isJsonObject, type Json, type JsonObject} from '../../domain/json.ts';
import {isCommand, type Workload} from '../../domain/workload.ts';
import type {Opened} from '../../journal/state.ts';
import type {CellPair, Difference} from './comparison.ts';
import {listLeaves} from './metrics.ts';

type Group = Difference['group'];

/** What a run was made of, by path, and by what kind of thing it is. */
type Made = {readonly [group in Group]: JsonObject};

/** Everything in which two runs are not alike, what is asked of a run first. */
export function listDifferences(a: Opened, b: Opened, pairs: readonly CellPair[]): readonly Difference[] {
	const [ofA, ofB] = [describe(a, listResults(pairs, 'a')), describe(b, listResults(pairs, 'b'))];
	return (Object.keys(ofA) as Group[]).flatMap((group) => contrast(group, ofA[group], ofB[group]));
}

const listResults = (pairs: readonly CellPair[], side: 'a' | 'b'): readonly ExperimentResult[] =>
	pairs.flatMap((pair) => pair[side].results);

function contrast(group: Group, a: JsonObject, b: JsonObject): readonly Difference[] {
	const [leavesA, leavesB] = [new Map(listLeaves(a)), new Map(listLeaves(b))];
	return [...new Set([...leavesA.keys(), ...leavesB.keys()])]
		.filter((key) => JSON.stringify(leavesA.get(key) ?? null) !== JSON.stringify(leavesB.get(key) ?? null))
		.map((key) => ({group, key, a: leavesA.get(key) ?? null, b: leavesB.get(key) ?? null}));
}

function describe(opened: Opened, results: readonly ExperimentResult[]): Made {
	const {topology, provenance, config, jobs, seed, warpdeck} = opened;
	return {
		configuration: {...config, ...(jobs.length > 1 ? {jobs: jobs.map(({overrides}) => [...overrides])} : {}), seed},
		versions: {
			warpdeck,
			node: provenance.node ?? null,
			python: readPart(provenance.python, ['path', 'version']),
			...gather(results.map(({versions}) => versions)),
		},
		driver: {driver: topology.driverVersion, ...describeInventory(provenance.gpu_inventory)},
		hardware: {
			host: topology.hostname,
			kernel: topology.kernel,
			cpu: topology.cpuModel,
			numa_nodes: topology.nodes.length,
			gpus: Object.fromEntries(
				topology.gpus.map(({index, name, uuid, memoryTotalMiB}) => [index, {name, uuid, memory_mib: memoryTotalMiB}]),
			),
		},
		kernel: isJsonObject(provenance.kernel) ? provenance.kernel : {},
		data: {
			workloads: JSON.stringify(opened.workloads.map(dropGiven)),
			inputs: Object.fromEntries(opened.workloads.flatMap(listInputs)),
			workload_sha256: provenance.workload_sha256 ?? null,
			...gather(results.map(listHashes)),
		},
	};
}

/** What was found in its files stands for itself. */
const dropGiven = (workload: Workload): Workload =>
	isCommand(workload) ? (({given: _given, ...rest}) => rest)(workload) : workload;

const listInputs = (workload: Workload): readonly (readonly [pattern: string, sha256: string])[] =>
	isCommand(workload)
		? Object.entries(workload.given?.inputs ?? {}).map(([pattern, {sha256}]) => [pattern, sha256] as const)
		: [];

const readPart = (value: Json | undefined, keys: readonly string[]): JsonObject =>
	isJsonObject(value) ? Object.fromEntries(keys.map((key) => [key, value[key] ?? null])) : {};

/** Settings of the GPUs; their names and numbers are hardware. */
function describeInventory(inventory: Json | undefined): JsonObject {
	if (!isJsonObject(inventory)) return {};
	const gpus = Array.isArray(inventory.gpus) ? inventory.gpus.filter(isJsonObject) : [];
	const settings = gpus.map(({uuid, pciAddress, name, ...rest}, index) => [`gpu${index}`, rest] as const);
	return {cuda: inventory.cuda ?? null, ...Object.fromEntries(settings)};
}

/** Each key with the values that results gave it: one where they agree, else all of them. */
function gather(all: readonly {readonly [key: string]: Json}[]): JsonObject {
	const values = new Map<string, Set<string>>();
	for (const one of all)
		for (const [key, value] of Object.entries(one)) {
			const known = values.get(key) ?? new Set();
			values.set(key, known.add(typeof value === 'string' ? value : JSON.stringify(value)));
		}
	return Object.fromEntries([...values].map(([key, set]) => [key, [...set].toSorted().join(', ')]));
}

const HASH = /(^|[._])(hash|sha\d*|checksum|digest|md5)$/i;

/** Hashes that workloads gave; a number that is called a checksum is what came out, and differs from cell to cell. */
const listHashes = ({metrics, effective}: ExperimentResult): {readonly [path: string]: Json} =>
	Object.fromEntries(
		[...listLeaves(effective), ...listLeaves(metrics)].filter(
			([path, value]) => typeof value === 'string' && HASH.test(path),
		),
	);
