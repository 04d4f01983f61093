import {isJsonObject, type Json, type JsonObject} from '../../domain/json.ts';
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

const SUMMARY = 'summary.json';
const PARTIAL = 'partial_summary.json';
const BESIDE = ['config.json', 'provenance.json'];

const LIMITS = [
	'seeds do not change a deterministic pass, so a width of 0 means nothing',
	'batch_size and max_seq_len had no effect',
	'who was interrupted looks whole',
];

/** Trees of summary.json, in which every metric has its mean, interval and value by seed. */
export function readTinylabRuns(tree: ForeignTree): Found {
	const {values, damaged, problems, bare} = readAllJson(tree, (path) =>
		[SUMMARY, PARTIAL, ...BESIDE].includes(nameFile(path)),
	);
	const summaries = [...values].filter(([path]) => nameFile(path) === SUMMARY);
	const cells = [
		...summaries.flatMap(([path, value]) =>
			isSummary(value) ? [readCell(tree, values, path, readObject(value))] : [],
		),
		...[...damaged]
			.filter(([path]) => nameFile(path) === SUMMARY)
			.map(([path, problem]) => ({
				...PLAIN,
				name: nameFile(nameRunFolder(path)) || tree.name,
				model: null,
				params: {},
				source: path,
				result: describeDamaged(path, problem),
			})),
		...listPartial(values),
		...summaries.flatMap(([path, value]) => listConditions(values, path, readObject(value))),
	];
	const odd = summaries.filter(([, value]) => !isSummary(value) && !isCrossed(value));
	const allProblems = [...problems, ...odd.map(([path]) => `${path}: no metric with a mean is in it; left out`)];
	if (cells.length === 0) return {runs: [], problems: allProblems};
	const sources = [...new Set(cells.map(({source}) => source))];
	return {
		problems: allProblems,
		runs: [{kind: 'tinylab', name: tree.name, limits: LIMITS, notes: noteBare(bare), cells, sources, config: {}}],
	};
}

const isMetric = (value: Json): value is JsonObject => isJsonObject(value) && ('mean' in value || 'values' in value);
const isSummary = (value: Json): boolean => isJsonObject(value) && Object.values(value).some(isMetric);
const isCrossed = (value: Json): value is JsonObject => isJsonObject(value) && isJsonObject(value.summaries);

/** `<run>/metrics/summary.json` is of the folder `<run>`. */
function nameRunFolder(path: string): string {
	const folder = nameParent(path);
	return nameFile(folder) === 'metrics' ? nameParent(folder) : folder;
}

function readCell(
	tree: ForeignTree,
	values: ReadonlyMap<string, Json>,
	path: string,
	summary: JsonObject,
): ForeignCell {
	const folder = nameRunFolder(path);
	const config = readObject(values.get(joinPath(folder, 'config.json')));
	const provenance = readObject(values.get(joinPath(folder, 'provenance.json')));
	const name = nameFile(folder) || tree.name;
	const hash = tree.files.find((file) => file.path === joinPath(folder, 'data_hash.txt'))?.text.trim();
	const result = readSummary(summary, config, provenance);
	return {
		...PLAIN,
		name,
		model: readModel(config),
		params: config,
		source: path,
		result: {...result, metrics: {...result.metrics, ...(hash ? {data_hash: hash.slice(0, 128)} : {})}},
	};
}

const PLAIN = {block: 1, gpuId: null, numaNode: null, axes: {}} as const;

const readModel = ({model}: JsonObject): string | null => readText(model) ?? readText(readObject(model).name);

function readSummary(summary: JsonObject, config: JsonObject, provenance: JsonObject): ForeignResult {
	const metrics = Object.entries(summary).filter((entry): entry is [string, JsonObject] => isMetric(entry[1]));
	const deviceName = readText(provenance.cuda_device_name);
	const device = readText(config.device) ?? '';
	const isCuda = deviceName !== null || device.startsWith('cuda');
	return describeResult({
		metrics: Object.assign({}, ...metrics.map(([name, metric]) => describeMetric(name, metric))),
		degraded: [...judgeSeeds(metrics, config), ...judgeUnknown(metrics)],
		device: isCuda ? 'cuda' : device === 'cpu' ? 'cpu' : null,
		deviceName,
		versions: Object.fromEntries(
			Object.entries(provenance).flatMap(([key, value]) =>
				/version/.test(key) && typeof value === 'string' ? [[key.replace(/_?version$/, ''), value]] : [],
			),
		),
	});
}

function describeMetric(name: string, metric: JsonObject): JsonObject {
	const [low, high] = readList(metric.ci95).map(readLoose);
	return {
		[name]: readLoose(metric.mean),
		...(low == null || high == null ? {} : {[`${name}_ci95`]: [low, high]}),
		[`${name}_values`]: readList(metric.values).map(readLoose),
	};
}

type Metrics = readonly (readonly [string, JsonObject])[];

function judgeSeeds(metrics: Metrics, config: JsonObject): readonly string[] {
	const counts = metrics.map(([, {values}]) => readList(values).length);
	const n = Math.max(0, ...counts);
	const wanted = readList(config.seeds).length;
	const isSame = metrics.every(([, {values}]) => new Set(readList(values).map(readLoose)).size <= 1);
	return [
		...(wanted > n ? [`${n} of ${wanted} seeds are in it: it was interrupted`] : []),
		...(n > 1 && isSame ? [`its ${n} seeds gave the same values: they are one measurement, not ${n}`] : []),
	];
}

function judgeUnknown(metrics: Metrics): readonly string[] {
	const unknown = metrics.filter(([, {mean}]) => readLoose(mean) === null).map(([name]) => name);
	return unknown.length === 0 ? [] : [`no number: ${unknown.join(', ')}`];
}

/** Says of a run that broke why, and has no summary beside it. */
function listPartial(values: ReadonlyMap<string, Json>): readonly ForeignCell[] {
	return [...values].flatMap(([path, value]) => {
		const sibling = joinPath(nameParent(path), SUMMARY);
		if (nameFile(path) !== PARTIAL || values.has(sibling)) return [];
		const folder = nameRunFolder(path);
		const config = readObject(values.get(joinPath(folder, 'config.json')));
		const {error, error_type} = readObject(value);
		const reason = [readText(error_type), readText(error)].filter(Boolean).join(': ') || 'it broke';
		const result = describeResult({status: 'failed', reason, errorText: readText(error)});
		return [{...PLAIN, name: nameFile(folder), model: readModel(config), params: config, source: path, result}];
	});
}

/** Of a run over conditions whose own folders are not here. */
function listConditions(values: ReadonlyMap<string, Json>, path: string, crossed: JsonObject): readonly ForeignCell[] {
	if (!isCrossed(crossed)) return [];
	const children = readList(crossed.child_runs).filter(isJsonObject);
	const isHere = (tag: string) => {
		const folder = nameFile(readText(children.find((child) => child.tag === tag)?.run_dir) ?? '');
		return (
			folder !== '' && [...values.keys()].some((other) => other !== path && nameFile(nameRunFolder(other)) === folder)
		);
	};
	const summaries = Object.entries(readObject(crossed.summaries));
	const known = summaries.filter(([tag]) => !isHere(tag));
	const name = readText(crossed.run_name) ?? 'conditions';
	const failed = readList(crossed.conditions)
		.map((condition) => readText(condition) ?? readText(readObject(condition).tag))
		.filter((tag): tag is string => tag !== null && !summaries.some(([other]) => other === tag));
	const describe = (tag: string, result: ForeignResult): ForeignCell => ({
		...PLAIN,
		name: `${name}_${tag}`,
		model: null,
		params: {},
		axes: {condition: tag},
		source: path,
		result,
	});
	return [
		...known.map(([tag, summary]) => describe(tag, readSummary(readObject(summary), {}, {}))),
		...failed.map((tag) => describe(tag, describeResult({status: 'failed', reason: 'the condition left no summary'}))),
	];
}
