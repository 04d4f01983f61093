import {isJsonObject, type Json, type JsonObject} from '../../domain/json.ts';
import {
	describeResult,
	type ForeignCell,
	type ForeignResult,
	type ForeignRun,
	type ForeignTree,
	type Found,
	indexTree,
	joinPath,
	nameFile,
	nameParent,
	noteBare,
	readAllJson,
	type TreeIndex,
} from './foreign-run.ts';
import {readPipelineLog} from './pipeline-log.ts';
import {readList, readLoose, readObject, readText} from './read-json.ts';

const RESULTS = 'results.json';
const SUMMARY = 'experiment_summary.json';

/** Folders of the runner that was configured by Hydra: results.json, experiment_summary.json, logs and reports. */
export function readHydraRuns(tree: ForeignTree): Found {
	const {values, problems, bare} = readAllJson(tree, (path) => [RESULTS, SUMMARY].includes(nameFile(path)));
	const folders = [...values].filter(([path, value]) => nameFile(path) === RESULTS && Array.isArray(value));
	const odd = [...values].filter(([path, value]) => nameFile(path) === RESULTS && !Array.isArray(value));
	const ours = folders.filter(([, value]) => readList(value).some((one) => isJsonObject(one) && 'declared' in one));
	const foreign = folders.filter((folder) => !ours.includes(folder));
	const index = indexTree(tree);
	const groups = Map.groupBy(foreign, ([path]) => nameRun(nameParent(path)));
	const lone = [...values].filter(
		([path]) => nameFile(path) === SUMMARY && !values.has(joinPath(nameParent(path), RESULTS)),
	);
	return {
		runs: [
			...[...groups].map(([folder, members]) => readRun({tree, index, folder, members, values, bare})),
			...lone.flatMap(([path, value]) => readLoneSummary(tree, path, readObject(value))),
		],
		problems: [
			...problems,
			...odd.map(([path]) => `${path}: it is no list of runs; left out`),
			...ours.map(([path]) => `${path}: it is of warpdeck itself, and its journal.jsonl is not here; left out`),
		],
	};
}

/** The jobs of a sweep have numbers for names, and are one run. */
const nameRun = (folder: string): string => (/^\d+$/.test(nameFile(folder)) ? nameParent(folder) : folder);

type Reading = {
	readonly tree: ForeignTree;
	readonly index: TreeIndex;
	readonly folder: string;
	readonly members: readonly (readonly [path: string, value: Json])[];
	readonly values: ReadonlyMap<string, Json>;
	readonly bare: number;
};

function readRun({tree, index, folder, members, values, bare}: Reading): ForeignRun {
	const parts = members.map(([path, value]) => {
		const records = readList(value).filter(isJsonObject);
		const summary = readObject(values.get(joinPath(nameParent(path), SUMMARY)));
		return {path, records, summary, cells: readCells(index, path, records)};
	});
	const named = parts.map(({summary}) => readText(summary.experiment_name)).find((name) => name !== null);
	return {
		kind: 'hydra-runner',
		name: named ?? nameAfterFolder(tree, folder),
		limits: [
			'one run a cell: no interval, no test',
			describeWorkers(tree, folder),
			'under nsys',
			'success is exit code 0 alone',
			'which node is local was guessed',
		],
		notes: [...parts.flatMap(noteCounts), ...noteBare(bare)],
		cells: parts.flatMap(({cells}) => cells),
		sources: members
			.flatMap(([path]) => [path, joinPath(nameParent(path), SUMMARY)])
			.filter((path) => values.has(path)),
		config: {},
	};
}

/** `<name>/<day>/<time>` is how the runner made them. */
function nameAfterFolder({name}: ForeignTree, folder: string): string {
	const parts = [name, ...folder.split('/')].filter((part) => part !== '');
	const told = parts.filter((part) => !/^\d{4}-\d{2}-\d{2}$|^\d{2}-\d{2}-\d{2}$/.test(part));
	return told.at(-1) ?? 'results';
}

function describeWorkers({files}: ForeignTree, folder: string): string {
	const texts = files.filter(({path}) => path.startsWith(folder) && /\/?(config\.yaml|experiment\.log)$/.test(path));
	const found = texts.map(({text}) => /max_workers:\s*(\d+)|Using (\d+) parallel workers/.exec(text)).find(Boolean);
	const workers = Number(found?.[1] ?? found?.[2] ?? 0);
	if (workers === 1) return 'one at a time';
	return workers > 1 ? `up to ${workers} at once, also on one GPU` : 'perhaps several at once on one GPU';
}

function noteCounts({path, records, summary}: {path: string; records: readonly JsonObject[]; summary: JsonObject}) {
	const total = readLoose(summary.total_runs);
	const good = readLoose(summary.successful_runs);
	const counted = records.filter(({success}) => success === true).length;
	return [
		...(total !== null && total !== records.length
			? [`${path} has ${records.length} runs, its summary counts ${total}; who is missing is not known.`]
			: []),
		...(good !== null && good !== counted
			? [`${path} has ${counted} successes, its summary counts ${good}; the records are taken.`]
			: []),
	];
}

function readCells(index: TreeIndex, path: string, records: readonly JsonObject[]): readonly ForeignCell[] {
	const folder = nameParent(path);
	const job = /^\d+$/.test(nameFile(folder)) ? Number(nameFile(folder)) : 0;
	const byId = Map.groupBy(records, ({run_id}) => run_id);
	return records.map((record) => {
		const isTwice = (byId.get(record.run_id)?.length ?? 0) > 1;
		return readCell({index, folder, path, record, job, isTwice});
	});
}

type OneRecord = {
	readonly index: TreeIndex;
	readonly folder: string;
	readonly path: string;
	readonly record: JsonObject;
	readonly job: number;
	/** Another record has the same run_id, so they wrote the same log. */
	readonly isTwice: boolean;
};

function readCell({index, folder, path, record, job, isTwice}: OneRecord): ForeignCell {
	const {name, ...shape} = readObject(record.vit_config);
	const model =
		readText(name) ?? (shape.dim === undefined ? null : `p${shape.patch_size}_d${shape.depth}_dim${shape.dim}`);
	const id = readText(record.run_id) ?? `${model ?? 'run'}_${readLoose(record.gpu_id) ?? ''}`;
	const logs = isTwice ? {} : findLogs(index, folder, id);
	return {
		name: id,
		block: 1,
		...(job === 0 ? {} : {job}),
		model,
		gpuId: readLoose(record.gpu_id),
		numaNode: readLoose(record.numa_node),
		params: {...readObject(record.test_config), ...shape},
		axes: {},
		source: path,
		...logs,
		result: readResult(index, record, {stdout: logs.stdout, isTwice}),
	};
}

function findLogs(
	{names}: TreeIndex,
	folder: string,
	id: string,
): {readonly stdout?: string; readonly stderr?: string} {
	const find = (ending: string) => {
		const path = joinPath(folder, `logs/${id}.${ending}`);
		return names.has(path) ? path : undefined;
	};
	const [stdout, stderr] = [find('stdout'), find('stderr')];
	return {...(stdout ? {stdout} : {}), ...(stderr ? {stderr} : {})};
}

function readResult(
	{texts}: TreeIndex,
	record: JsonObject,
	{stdout, isTwice}: {readonly stdout: string | undefined; readonly isTwice: boolean},
): ForeignResult {
	const succeeded = record.success === true || record.success === 'True';
	const exitCode = readLoose(record.exit_code);
	const said = readPipelineLog(texts.get(stdout ?? '') ?? '');
	const report = readText(record.nsys_report);
	return describeResult({
		status: succeeded ? 'succeeded' : 'failed',
		reason: succeeded ? null : explainExit(exitCode),
		degraded: [
			...said.degraded,
			...(isTwice ? ['another run has the same run_id and wrote the same log and report'] : []),
		],
		exitCode,
		durationS: readLoose(record.duration),
		...(succeeded ? {samplesPerS: said.samplesPerS, windowS: said.windowS} : {}),
		device: said.deviceName === null ? null : 'cuda',
		deviceName: said.deviceName,
		profiled: 'nsys',
		errorText: readText(record.error),
		metrics: {
			...said.metrics,
			...(typeof record.start_time === 'string' ? {start_time_local: record.start_time} : {}),
			...(report === null ? {} : {nsys_report: report}),
		},
	});
}

function explainExit(exitCode: number | null): string {
	if (exitCode === 124) return 'ended by its time limit (exit code 124)';
	if (exitCode === -1) return 'the runner itself failed (exit code -1)';
	return exitCode === null ? 'failed, and no exit code was kept' : `exit code ${exitCode}`;
}

/** Counts are left of runs whose records are gone. */
function readLoneSummary(tree: ForeignTree, path: string, summary: JsonObject): readonly ForeignRun[] {
	const total = readLoose(summary.total_runs);
	if (total === null) return [];
	const numbers = Object.entries(summary).flatMap(([key, value]) => {
		const number = readLoose(value);
		return number === null ? [] : [[key, number] as const];
	});
	const good = readLoose(summary.successful_runs) ?? 0;
	const name = readText(summary.experiment_name) ?? nameAfterFolder(tree, nameParent(path));
	const result = describeResult({
		status: 'invalid',
		reason: `only its summary is left: ${good} of ${total} runs succeeded, and ${RESULTS} is not there`,
		metrics: Object.fromEntries(numbers),
		profiled: 'nsys',
	});
	const cell = {name, block: 1, model: null, gpuId: null, numaNode: null, params: {}, axes: {}, source: path, result};
	const limits = ['one run a cell: no interval, no test', 'counts alone: no record of a run', 'under nsys'];
	return [{kind: 'hydra-runner', name, limits, notes: [], cells: [cell], sources: [path], config: {}}];
}
