import type {Cell, Experiment, ExperimentResult, Failure, FailureKind} from '../../domain/experiment.ts';
import type {JsonObject} from '../../domain/json.ts';
import type {Topology} from '../../domain/topology.ts';
import {type Fact, JOURNAL_VERSION, type Lane} from '../../journal/event.ts';
import type {ForeignResult, ForeignRun} from './foreign-run.ts';
import {type NamedCell, nameCells} from './name-cells.ts';

type Origin = {
	readonly warpdeck: string;
	readonly token: string;
	/** That was imported, absolute. */
	readonly folder: string;
	/** Every file that was read, with its hash. */
	readonly originals: readonly JsonObject[];
	/** Files that could not be read, one line each. */
	readonly problems: readonly string[];
};

/** What is written of an imported run: facts in this order, the files of its experiments before `committed`. */
export type ImportedRun = {
	readonly opening: readonly Fact[];
	readonly committed: readonly Extract<Fact, {type: 'committed'}>[];
	readonly closing: readonly Fact[];
	/** Files of the originals that are kept as logs; `to` is relative to the run's folder. */
	readonly logs: readonly {readonly from: string; readonly to: string}[];
	/** Latencies in ms, in the order of the file. */
	readonly samples: readonly {readonly id: string; readonly latencyMs: readonly number[]}[];
};

const MOST_A_FACT = 500;
const LOGS = 'logs';

/** Facts of a run that nobody here ran: what was there, what it says, and why no more follows from it. */
export function listImportFacts(run: ForeignRun, origin: Origin): ImportedRun {
	const cells = nameCells(run.cells);
	const notes = [...run.notes, ...origin.problems.map((problem) => `Not read: ${problem}`)];
	return {
		opening: [open(run, cells, origin), ...plan(cells)],
		committed: cells.map(commit),
		closing: [
			...notes.map((message): Fact => ({type: 'noted', level: 'warning', message})),
			{type: 'closed', reason: 'finished'},
		],
		logs: cells.flatMap(({foreign: {stdout, stderr}, id}) => [
			...(stdout ? [{from: stdout, to: nameLog(id, 'stdout')}] : []),
			...(stderr ? [{from: stderr, to: nameLog(id, 'stderr')}] : []),
		]),
		samples: cells.flatMap(({foreign: {result}, id}) =>
			result.samples.length === 0 ? [] : [{id, latencyMs: result.samples}],
		),
	};
}

const nameLog = (id: string, ending: string): string => `${LOGS}/${id}.${ending}`;

function open(run: ForeignRun, cells: readonly NamedCell[], origin: Origin): Fact {
	const jobs = Math.max(0, ...run.cells.map(({job = 0}) => job)) + 1;
	return {
		type: 'opened',
		version: JOURNAL_VERSION,
		warpdeck: origin.warpdeck,
		token: origin.token,
		suite: run.name,
		overrides: [],
		config: {experiment: {name: run.name}, ...run.config},
		jobs: Array.from({length: jobs}, () => ({suite: run.name, overrides: [], workload: 0})),
		workloads: [],
		output: {logsDir: LOGS, resultsFile: 'results.json'},
		topology: NOWHERE,
		bindings: {},
		seed: 0,
		maxWorkers: 1,
		lanes: listLanes(cells),
		experiments: cells.length,
		provenance: {originals: origin.originals, sources: run.sources},
		notices: [],
		simulated: run.cells.length > 0 && run.cells.every(({result}) => result.simulated),
		foreign: {kind: run.kind, folder: origin.folder, limits: run.limits},
	};
}

/** Nobody wrote down on which machine it was. */
const NOWHERE: Topology = {
	hostname: 'a host that is not recorded',
	kernel: 'not recorded',
	cpuModel: 'not recorded',
	nodes: [],
	gpus: [],
	allowedCpus: [],
	allowedMemoryNodes: [],
	driverVersion: null,
	gpuProblem: null,
	origin: 'file',
};

const nameLane = (gpuId: number | null): string => (gpuId === null ? 'imported' : `gpu${gpuId}`);

function listLanes(cells: readonly NamedCell[]): readonly Lane[] {
	const gpuIds = [...new Set(cells.map(({foreign}) => foreign.gpuId))];
	return gpuIds.map((gpuId) => ({
		id: nameLane(gpuId),
		gpuId,
		gpuUuid: null,
		label: gpuId === null ? 'imported' : `GPU ${gpuId}`,
	}));
}

function plan(cells: readonly NamedCell[]): readonly Fact[] {
	const parts = Math.ceil(cells.length / MOST_A_FACT);
	return Array.from({length: parts}, (_, part): Fact => {
		const some = cells.slice(part * MOST_A_FACT, (part + 1) * MOST_A_FACT);
		return {
			type: 'planned',
			cells: some.filter(({isFirst}) => isFirst).map(describeCell),
			experiments: some.map(describeExperiment),
		};
	});
}

const describeCell = ({foreign, runId}: NamedCell): Cell => ({
	runId,
	job: foreign.job ?? 0,
	gpuId: foreign.gpuId,
	numaNode: foreign.numaNode,
	model: foreign.model,
	params: foreign.params,
	axes: foreign.axes,
	duplicateOf: null,
});

const describeExperiment = (named: NamedCell): Experiment => {
	const {duplicateOf: _, ...cell} = describeCell(named);
	return {
		...cell,
		id: named.id,
		block: named.block,
		lane: nameLane(cell.gpuId),
		device: named.foreign.result.device ?? (cell.gpuId === null ? 'cpu' : 'cuda'),
		binding: {kind: 'off', reason: 'it was imported, and how it was bound is not known'},
		exclusive: 'gpu',
		socket: null,
		timeoutMs: 0,
	};
};

const commit = ({foreign, id}: NamedCell): Extract<Fact, {type: 'committed'}> => ({
	type: 'committed',
	id,
	attempt: 1,
	result: describeResult(foreign.result, {
		stdoutLog: foreign.stdout ? nameLog(id, 'stdout') : '',
		stderrLog: foreign.stderr ? nameLog(id, 'stderr') : '',
	}),
});

function describeResult(
	said: ForeignResult,
	logs: Pick<ExperimentResult, 'stdoutLog' | 'stderrLog'>,
): ExperimentResult {
	const {reason, degraded, errorText, durationS, profiled} = said;
	return {
		status: said.status === 'succeeded' && degraded.length > 0 ? 'degraded' : said.status,
		failure: said.status === 'failed' ? describeFailure(said) : null,
		degraded,
		...(said.status === 'invalid' ? {invalid: [reason ?? 'nothing was measured']} : {}),
		...(profiled === null ? {} : {profiled}),
		device: said.device,
		deviceName: said.deviceName,
		durationS: durationS ?? 0,
		...(durationS === null ? {untimed: true as const} : {}),
		exitCode: said.exitCode,
		throughputSamplesPerS: said.samplesPerS,
		windowS: said.windowS,
		latencyMs: said.latency,
		metrics: said.metrics,
		effective: said.effective,
		versions: said.versions,
		placement: [],
		phasesS: {},
		peakHostMemoryMiB: null,
		peakGpuMemoryMiB: null,
		...logs,
		droppedLogBytes: 0,
		errorTail:
			said.status === 'failed'
				? (errorText ?? '').split('\n').slice(-LAST_LINES).join('\n').slice(-LONGEST_TAIL)
				: null,
		simulated: said.simulated,
	};
}

const LAST_LINES = 40;
const LONGEST_TAIL = 8000;

const describeFailure = ({reason, exitCode, errorText}: ForeignResult): Failure => ({
	kind: guessKind(exitCode, errorText ?? ''),
	message: reason ?? 'it failed',
	advice: 'measure it again with warpdeck run; nothing here can repeat what another program did',
});

function guessKind(exitCode: number | null, text: string): FailureKind {
	if (exitCode === 124) return 'timeout';
	if (/CUDA out of memory|CUDA_ERROR_OUT_OF_MEMORY/.test(text)) return 'cuda-out-of-memory';
	if (/No module named/.test(text)) return 'missing-module';
	return exitCode === null ? 'no-result' : 'exit';
}
