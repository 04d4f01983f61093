import {isJsonObject, type Json, type JsonObject} from '../../domain/json.ts';
import {MINIMUM_COUNTS, summarizeLatency} from '../latency.ts';
import {
	describeDamaged,
	describeResult,
	type ForeignCell,
	type ForeignResult,
	type ForeignTree,
	type Found,
	joinPath,
	nameFile,
	nameParent,
	noteBare,
	readAllJson,
} from './foreign-run.ts';
import {readList, readLoose, readObject, readText} from './read-json.ts';

const METRICS = 'metrics.json';
const LOCK = 'config.lock.json';

const LIMITS = [
	'samples were sorted, those of iterative scaled by 0.98',
	'some are of a stand-in that sleeps',
	'nobody waited for the GPU',
	'no counter gave an L2 rate',
];

/** Numbers of metrics.json that stand for themselves. */
const FIGURES = [
	'l2_hit_pct',
	'ept_j_per_tok',
	'throughput_toks_s',
	'tokens_processed',
	'C',
	'Q',
	'J',
	'repeat',
	'warmup',
];
const WORDS = ['run_id', 'task', 'mode', 'solver_method', 'model_name', 'verdict'];

/** Trees of metrics.json: Table 1, quantisation, mechanism and whatever else was measured with the same program. */
export function readIcdRuns(tree: ForeignTree): Found {
	const {values, damaged, problems, bare} = readAllJson(tree, (path) => [METRICS, LOCK].includes(nameFile(path)));
	const metrics = [...values].filter(([path]) => nameFile(path) === METRICS);
	const known = metrics.filter(([, value]) => isMetrics(value));
	const read = known.map(([path, value]) => readCell(tree, path, readObject(value), readLock(values, path)));
	const cells = [...read, ...listDamaged(tree, damaged), ...listUnfinished(tree, values)];
	const odd = metrics
		.filter(([, value]) => !isMetrics(value))
		.map(([path]) => `${path}: it names no latency; left out`);
	if (read.length === 0) return {runs: [], problems: [...problems, ...odd]};
	const sources = known.map(([path]) => path);
	return {
		problems: [...problems, ...odd],
		runs: [{kind: 'icd', name: tree.name, limits: LIMITS, notes: noteBare(bare), cells, sources, config: {}}],
	};
}

const isMetrics = (value: Json): boolean =>
	isJsonObject(value) && ['latency_ms', 'latency_ms_mean', 'solver_method', 'acceptance'].some((key) => key in value);

const readLock = (values: ReadonlyMap<string, Json>, path: string): JsonObject =>
	readObject(values.get(joinPath(nameParent(path), LOCK)));

/** A run's place names it: table1/ARCH/BASELINE/run_N, quantization/STRATEGY/run_N, mechanism/…/MODE/run_N. */
function readPlace({name}: ForeignTree, path: string): Pick<ForeignCell, 'name' | 'block' | 'axes'> {
	const folders = nameParent(path).split('/').filter(Boolean);
	const block = Number(/^run_(\d+)$/.exec(folders.at(-1) ?? '')?.[1] ?? 1);
	const kept = folders.filter((folder) => !/^run_\d+$/.test(folder));
	const all = [name, ...kept];
	const label = kept.length === 0 ? name : kept.join('_');
	const below = (phase: string) => (all.includes(phase) ? all.slice(all.indexOf(phase) + 1) : []);
	const [architecture, baseline] = below('table1');
	if (architecture && baseline) return {name: label, block, axes: {phase: 'table1', architecture, baseline}};
	const strategy = below('quantization').at(-1);
	if (strategy) return {name: label, block, axes: {phase: 'quantization', strategy}};
	const mode = below('mechanism').at(-1);
	if (mode) return {name: label, block, axes: {phase: 'mechanism', mode}};
	return {name: label, block, axes: {place: label}};
}

function readCell(tree: ForeignTree, path: string, data: JsonObject, lock: JsonObject): ForeignCell {
	const place = readPlace(tree, path);
	const model = readText(place.axes.architecture) ?? readText(data.model_name);
	return {...place, model, gpuId: 0, numaNode: null, params: lock, source: path, result: readResult(data)};
}

function readResult(data: JsonObject): ForeignResult {
	const latency = readLatency(data);
	const errors = readList(data.errors).filter(isJsonObject);
	const said = errors.map(
		({stage, kind, detail}) =>
			[stage, kind, detail].filter((word) => typeof word === 'string').join(': ') || 'an error without a name',
	);
	const {gpu, packages} = {gpu: {}, packages: [], ...readObject(readObject(data.env).fingerprint)};
	const deviceName = readText(readObject(gpu).name);
	return describeResult({
		status: latency.summary.mean === null ? 'failed' : 'succeeded',
		reason: latency.summary.mean === null ? 'it has no latency' : null,
		degraded: said.filter((line) => !isOfCounters(line)),
		latency: latency.summary,
		samples: latency.samples,
		device: deviceName === null ? null : 'cuda',
		deviceName,
		versions: Object.fromEntries(
			readList(packages)
				.filter(isJsonObject)
				.map((one) => [readText(one.name) ?? 'package', readText(one.version)]),
		),
		metrics: {
			...pickFigures(data),
			...latency.metrics,
			...pickAcceptance(readObject(data.acceptance)),
			...(said.length === 0 ? {} : {errors: said}),
		},
		simulated: data.simulated === true || data.mode === 'simulation',
	});
}

/** The profiler never worked there, which took its own figures and no latency. */
const isOfCounters = (error: string): boolean => /\bncu\b|\bl2/i.test(error);

/** Percentiles are taken from samples where there are any; without, from what it says, with the counts that they need. */
function readLatency(data: JsonObject) {
	const nested = readObject(data.latency_ms);
	const samples = readList(nested.samples).flatMap((value) => readLoose(value) ?? []);
	const say = (key: string) => readLoose(nested[key]) ?? readLoose(data[`latency_ms_${key}`]);
	const n = readLoose(data.repeat) ?? 0;
	const summary =
		samples.length > 0
			? summarizeLatency(samples)
			: {p50: n >= MINIMUM_COUNTS.p50 ? say('p50') : null, p90: null, p99: null, mean: say('mean'), n};
	const metrics = {...keep('latency_p95_ms', say('p95')), ...keep('latency_ci95_ms', say('ci95'))};
	return {summary, samples, metrics};
}

const keep = (key: string, value: number | null): JsonObject => (value === null ? {} : {[key]: value});

const pickFigures = (data: JsonObject): JsonObject => ({
	...Object.fromEntries(WORDS.flatMap((key) => (typeof data[key] === 'string' ? [[key, data[key]]] : []))),
	...Object.assign({}, ...FIGURES.map((key) => keep(key, readLoose(data[key])))),
});

const pickAcceptance = ({accepted, rolled_back}: JsonObject): JsonObject => ({
	...(typeof accepted === 'boolean' ? {accepted} : {}),
	...(typeof rolled_back === 'boolean' ? {rolled_back} : {}),
});

function listDamaged(tree: ForeignTree, damaged: ReadonlyMap<string, string>): readonly ForeignCell[] {
	return [...damaged]
		.filter(([path]) => nameFile(path) === METRICS)
		.map(([path, problem]) => {
			const place = readPlace(tree, path);
			const model = readText(place.axes.architecture);
			return {
				...place,
				model,
				gpuId: 0,
				numaNode: null,
				params: {},
				source: path,
				result: describeDamaged(path, problem),
			};
		});
}

/** Who left a configuration, or a line in progress.log, and no metrics.json had begun. */
function listUnfinished(tree: ForeignTree, values: ReadonlyMap<string, Json>): readonly ForeignCell[] {
	const begun = new Map<string, string>();
	for (const path of values.keys()) if (nameFile(path) === LOCK) begun.set(joinPath(nameParent(path), METRICS), path);
	for (const {path, text} of tree.files.filter((file) => nameFile(file.path) === 'progress.log')) {
		for (const [, out = ''] of text.matchAll(/Running \S+ -> (\S+?)\/? \|/g)) {
			begun.set(joinPath(locate(tree, out), METRICS), path);
		}
	}
	const names = new Set(tree.names);
	return [...begun]
		.filter(([metrics]) => !names.has(metrics))
		.map(([metrics, source]) => {
			const place = readPlace(tree, metrics);
			const result = describeResult({status: 'failed', reason: `it began and left no ${METRICS}`});
			const model = readText(place.axes.architecture);
			return {...place, model, gpuId: 0, numaNode: null, params: {}, source, result};
		});
}

/** A log names folders as its program saw them; what is behind the imported folder's own name is ours. */
function locate({name}: ForeignTree, out: string): string {
	const parts = out.split('/').filter((part) => part !== '' && part !== '.');
	return parts.slice(parts.lastIndexOf(name) + 1).join('/');
}
