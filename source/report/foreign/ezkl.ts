import {isJsonObject, type Json, type JsonObject} from '../../domain/json.ts';
import {
	describeDamaged,
	describeResult,
	type ForeignCell,
	type ForeignResult,
	type ForeignTree,
	type Found,
	nameFile,
	nameParent,
	noteBare,
	readAllJson,
} from './foreign-run.ts';
import {type ProofLog, readProofLog} from './proof-log.ts';
import {readList, readLoose, readObject, readText} from './read-json.ts';

const RESULT = /^.+_results\.json$/;
const LOG = /^experiment_log_.*\.json$/;

const LIMITS = [
	'proofs of one process, the first one cold',
	'queues shared CPU and memory',
	'no GPU did it, whatever device says',
	'both tolerances are one circuit',
	'memory is growth of RSS',
];

/** Results of proving: one file a model and tolerance, logs of whole sessions, and what the programs printed. */
export function readEzklRuns(tree: ForeignTree): Found {
	const {values, damaged, problems, bare} = readAllJson(
		tree,
		(path) => RESULT.test(nameFile(path)) || LOG.test(nameFile(path)),
	);
	const results = [...values].filter(([path]) => RESULT.test(nameFile(path)));
	const proofs = results.filter(([, value]) => isProof(value));
	const logs = tree.files.filter(({path}) => /\.log$/.test(path)).map(({path, text}) => readProofLog(path, text));
	const broken = [...damaged].filter(([path]) => RESULT.test(nameFile(path)));
	const cells = [
		...proofs.map(([path, value]) => readCell(path, readObject(value), logs)),
		...broken.map(([path, problem]) => ({...readCell(path, {}, []), result: describeDamaged(path, problem)})),
	];
	const all = [...cells, ...listUnwritten(values, logs, cells)];
	const odd = results.filter(([, value]) => !isProof(value)).map(([path]) => `${path}: it names no proof; left out`);
	if (all.length === 0) return {runs: [], problems: [...problems, ...odd]};
	const sources = [...new Set(all.map(({source}) => source))];
	return {
		problems: [...problems, ...odd],
		runs: [{kind: 'ezkl', name: tree.name, limits: LIMITS, notes: noteBare(bare), cells: all, sources, config: {}}],
	};
}

const isProof = (value: Json): boolean =>
	isJsonObject(value) && ['proof_time_mean', 'tolerance', 'ezkl_input_scale'].some((key) => key in value);

const nameExperiment = (model: string, tolerance: number | null): string =>
	tolerance === null ? model : `${model}_tol${formatTolerance(tolerance)}`;

/** As the file names have it: 2.0, 0.5. */
const formatTolerance = (tolerance: number): string =>
	Number.isInteger(tolerance) ? tolerance.toFixed(1) : String(tolerance);

const PLAIN = {block: 1, gpuId: null, numaNode: null} as const;

function readCell(path: string, data: JsonObject, logs: readonly ProofLog[]): ForeignCell {
	const [, stem, told] = /^(.+?)(?:_tol([\d.]+))?_results\.json$/.exec(nameFile(path)) ?? [];
	const model = readText(data.model_name) ?? stem ?? nameFile(path);
	const tolerance = readLoose(data.tolerance) ?? readLoose(told);
	const phase = nameFile(nameParent(path));
	const name = nameExperiment(model, tolerance);
	const timesS = logs.flatMap((log) => log.runs.get(name) ?? []);
	return {
		...PLAIN,
		name,
		model,
		params: readObject(data.experimental_config),
		axes: {...(phase === '' ? {} : {phase}), ...(tolerance === null ? {} : {tolerance})},
		source: path,
		result: readResult(data, timesS),
	};
}

function readResult(data: JsonObject, timesS: readonly number[]): ForeignResult {
	const succeeded =
		data.status === 'success' || (data.status === undefined && readLoose(data.proof_time_mean) !== null);
	const numbers = Object.entries(data).flatMap(([key, value]) => {
		const number = readLoose(value);
		return number === null ? [] : [[RENAMED[key] ?? key, number] as const];
	});
	const error = readText(data.error);
	return describeResult({
		status: succeeded ? 'succeeded' : 'failed',
		reason: succeeded ? null : ((error ?? 'it says that it failed, and not why').split('\n')[0]?.slice(0, 300) ?? null),
		degraded: data.proof_valid === false ? ['its proof did not verify'] : [],
		errorText: error,
		device: 'cpu',
		metrics: {...Object.fromEntries(numbers), ...(timesS.length === 0 ? {} : {proof_times_s: [...timesS]})},
	});
}

/** Names that say something else than what stands there. */
const RENAMED: {readonly [key: string]: string} = {
	num_constraints: 'total_const_size',
	peak_memory_mean_gb: 'rss_growth_mean_gb',
	peak_memory_std_gb: 'rss_growth_std_gb',
};

/** Who began or failed in a log and has no file: a process that was killed for its memory leaves none. */
function listUnwritten(
	values: ReadonlyMap<string, Json>,
	logs: readonly ProofLog[],
	known: readonly ForeignCell[],
): readonly ForeignCell[] {
	const missing = new Map<string, ForeignCell>();
	const add = (name: string, cell: () => ForeignCell) => {
		if (!missing.has(name) && known.every((one) => one.name !== name)) missing.set(name, cell());
	};
	for (const [path, value] of values) {
		if (!LOG.test(nameFile(path))) continue;
		for (const entry of readList(readObject(value).experiments).filter(isJsonObject)) {
			const {model, tolerance} = readEntry(entry);
			if (model !== null) add(nameExperiment(model, tolerance), () => describeEntry(path, entry));
		}
	}
	for (const log of logs) {
		for (const [name, {model, tolerance, error}] of log.begun) {
			add(name, () =>
				describeFailed(
					log.path,
					model,
					tolerance,
					error ?? 'it began, and neither a result nor an end of it was written; perhaps it was killed for its memory',
				),
			);
		}
	}
	return [...missing.values()];
}

function readEntry({experiment_id, layer_name, architecture, config_name, tolerance}: JsonObject) {
	const id = /^(?:core|scaling|composite)_(.+?)_tol[\d.]+$/.exec(readText(experiment_id) ?? '')?.[1] ?? null;
	const model = [layer_name, architecture, config_name].map(readText).find((name) => name !== null) ?? id;
	return {model, tolerance: readLoose(tolerance)};
}

function describeEntry(path: string, entry: JsonObject): ForeignCell {
	const {model, tolerance} = readEntry(entry);
	if (entry.status !== 'success')
		return describeFailed(
			path,
			model ?? '',
			tolerance,
			readText(entry.error) ?? 'it failed, and the log does not say why',
		);
	const {phase} = entry;
	return {
		...PLAIN,
		name: nameExperiment(model ?? '', tolerance),
		model,
		params: {},
		axes: {...(typeof phase === 'string' ? {phase} : {}), ...(tolerance === null ? {} : {tolerance})},
		source: path,
		result: readResult(
			{
				status: 'success',
				proof_time_mean: entry.proof_time ?? null,
				proof_size_kb: entry.proof_size_kb ?? null,
				circuit_size: entry.circuit_size ?? null,
			},
			[],
		),
	};
}

const describeFailed = (source: string, model: string, tolerance: number | null, reason: string): ForeignCell => ({
	...PLAIN,
	name: nameExperiment(model, tolerance),
	model,
	params: {},
	axes: tolerance === null ? {} : {tolerance},
	source,
	result: describeResult({
		status: 'failed',
		reason: reason.split('\n')[0]?.slice(0, 300) ?? reason,
		errorText: reason,
		device: 'cpu',
	}),
});
