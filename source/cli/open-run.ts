import {stringify} from 'yaml';
import type {JsonObject} from '../domain/json.ts';
import type {Workload} from '../domain/suite.ts';
import {readGpuInventory} from '../effects/gpu-inventory.ts';
import {readKernelFacts} from '../effects/kernel-facts.ts';
import {type Fact, JOURNAL_VERSION, type JobRecord} from '../journal/event.ts';
import {findHead} from '../plan/compose.ts';
import type {Plan} from '../plan/plan.ts';
import {readPolicy} from '../plan/policy.ts';
import {describeKernel} from '../report/judge-kernel.ts';
import {VERSION} from './arguments.ts';
import {describeVariables} from './describe-given.ts';
import {hashWorkload} from './hash-workload.ts';
import {noteArchive} from './keep-archive.ts';
import {chooseArchiveDir} from './outputs.ts';
import type {Preparation} from './prepare.ts';

/** Of experiments, cells or jobs: keeps a line of the journal at a size that is read and checked at once. */
const MOST_A_FACT = 500;

type Opening = {
	readonly preparation: Preparation;
	readonly logsDir: string;
	readonly token: string;
	readonly simulated: boolean;
	/** Somebody can let the run go on once a brake holds it. */
	readonly isWatched: boolean;
};

/** The first facts of a run: what was asked for, where, and the whole plan. */
export async function listOpeningFacts({
	preparation,
	logsDir,
	token,
	simulated,
	isWatched,
}: Opening): Promise<readonly Fact[]> {
	const {composition, plan, machine, overrides} = preparation;
	const head = findHead(composition);
	const {jobs, workloads} = recordJobs(preparation);
	const archiveDir = chooseArchiveDir(composition);
	const opened: Fact = {
		type: 'opened',
		version: JOURNAL_VERSION,
		warpdeck: VERSION,
		token,
		suite: plan.suite,
		overrides,
		config: head?.config ?? {},
		jobs: jobs.slice(0, MOST_A_FACT),
		workloads,
		output: {
			...{logsDir, resultsFile: head?.suite.output.results_file ?? 'results.json'},
			...(archiveDir === undefined ? {} : {archiveDir}),
		},
		topology: machine.topology,
		bindings: machine.bindings,
		seed: plan.seed,
		maxWorkers: plan.maxWorkers,
		lanes: plan.lanes,
		experiments: plan.experiments.length,
		provenance: await describeProvenance(preparation, simulated),
		notices: plan.notices,
		...(head ? {policy: readPolicy(head.suite.experiment, isWatched)} : {}),
		...(plan.campaign ? {campaign: plan.campaign} : {}),
		simulated,
	};
	return [
		opened,
		...listPlanned(preparation.plan, jobs),
		...plan.notices.map((message): Fact => ({type: 'noted', level: 'info', message})),
		...noteArchive(archiveDir),
	];
}

export function recordJobs({composition}: Pick<Preparation, 'composition'>): {
	readonly jobs: readonly JobRecord[];
	readonly workloads: readonly Workload[];
} {
	const positions = new Map<string, number>();
	const workloads: Workload[] = [];
	const jobs = composition.jobs.map(({suiteName, overrides, suite}) => {
		const {workload} = suite.experiment;
		const key = JSON.stringify(workload);
		if (!positions.has(key)) positions.set(key, workloads.push(workload) - 1);
		return {suite: suiteName, overrides, workload: positions.get(key) ?? 0};
	});
	return {jobs, workloads};
}

/** Every job has a cell at least, so the cells' facts have room for the jobs that `opened` leaves over. */
export function listPlanned({cells, experiments}: Plan, jobs: readonly JobRecord[]): readonly Fact[] {
	const parts = Math.max(1, Math.ceil(Math.max(cells.length, experiments.length) / MOST_A_FACT));
	return Array.from({length: parts}, (_, part): Fact => {
		const [from, to] = [part * MOST_A_FACT, (part + 1) * MOST_A_FACT];
		const more = part === 0 ? [] : jobs.slice(from, to);
		const planned = {type: 'planned', cells: cells.slice(from, to), experiments: experiments.slice(from, to)} as const;
		return more.length === 0 ? planned : {...planned, jobs: more};
	});
}

/** What somebody needs to know to measure the same again; never the environment, which holds secrets. */
async function describeProvenance(
	{python, composition, machine}: Preparation,
	simulated: boolean,
): Promise<JsonObject> {
	const isBundled = composition.jobs.some(({suite}) => suite.experiment.workload === 'vit_pipeline');
	const variables = describeVariables(
		composition.jobs.map(({suite}) => suite.experiment.workload),
		process.env,
	);
	const inventory = simulated || machine.topology.gpus.length === 0 ? {} : await readGpuInventory();
	return {
		node: process.version,
		working_folder: process.cwd(),
		python:
			python.kind === 'found'
				? {path: python.path, how: python.how, version: python.version, torch: python.torch}
				: null,
		...(isBundled ? {workload: 'vit_pipeline.py', workload_sha256: await hashWorkload()} : {}),
		gpu_inventory: inventory,
		...(Object.keys(variables).length > 0 ? {environment: variables} : {}),
		...(simulated ? {} : {kernel: describeKernel(await readKernelFacts())}),
	};
}

/** The files that tools around the replaced runner read: what was composed, and from which words. */
export function describeConfiguration({
	composition,
	overrides,
}: Preparation): readonly (readonly [path: string, text: string])[] {
	const head = findHead(composition);
	const files: (readonly [string, string])[] = [
		['.hydra/config.yaml', stringify(head?.composed ?? {})],
		['.hydra/overrides.yaml', stringify(overrides)],
	];
	if (composition.multirun || composition.campaign) {
		files.push([
			'multirun.yaml',
			stringify({overrides, jobs: composition.jobs.map((job) => ({num: job.number, overrides: job.overrides}))}),
		]);
	}
	return files;
}
