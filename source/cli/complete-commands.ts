import type {Given, InputDigest} from '../domain/command-keys.ts';
import {UserError} from '../domain/errors.ts';
import type {Json, JsonObject} from '../domain/json.ts';
import {type CommandWorkload, isCommand, type Workload} from '../domain/workload.ts';
import type {InputReader} from '../effects/hash-inputs.ts';
import {readConfig} from '../effects/read-config.ts';
import {chooseEntry, listDevices} from '../plan/choose-entry.ts';
import type {Composition, Job} from '../plan/compose.ts';
import {changeConfig, listConfigChanges} from '../plan/config-copy.ts';
import {fillDeclared, nameBase, resolvePath} from '../plan/fill-command.ts';
import {createProblemList, type Problem} from '../plan/plan.ts';
import {listVariants} from '../plan/variants.ts';

/** What the files of commands say, beside the composition that knows them now. */
export type Completed = {
	readonly composition: Composition;
	readonly problems: readonly Problem[];
	/** Devices that configurations name: where, and which. */
	readonly devices: readonly NamedDevice[];
};

export type NamedDevice = {readonly where: string; readonly device: string; readonly job: number};

/** A suite whose paths depend on more than this is mistaken. */
const MOST_PATHS = 2000;

/** Hashes the inputs of commands, and chooses entries by their configurations; touches nothing where no suite names any. */
export async function completeCommands(composition: Composition): Promise<Completed> {
	if (!composition.jobs.some(needsFiles)) return {composition, problems: [], devices: []};
	const {createInputReader} = await import('../effects/hash-inputs.ts');
	const reader = createInputReader(process.env);
	const found = {problems: createProblemList(), devices: new Map<string, NamedDevice>()};
	const jobs: Job[] = [];
	for (const job of composition.jobs) jobs.push(needsFiles(job) ? await completeJob(job, reader, found) : job);
	reader.keep();
	return {
		composition: {...composition, jobs},
		problems: found.problems.list(),
		devices: [...found.devices.values()],
	};
}

const needsFiles = ({suite}: Job): boolean => namesFiles(suite.experiment.workload);

const namesFiles = (workload: Workload): workload is CommandWorkload =>
	isCommand(workload) && (workload.inputs !== undefined || workload.config !== undefined);

type Found = {
	readonly problems: ReturnType<typeof createProblemList>;
	readonly devices: Map<string, NamedDevice>;
};

async function completeJob(job: Job, reader: InputReader, found: Found): Promise<Job> {
	const workload: Workload = job.suite.experiment.workload;
	if (!namesFiles(workload)) return job;
	const base = nameBase(workload, process.cwd());
	const fillings = listFillings(job, workload);
	const inputs: {[pattern: string]: InputDigest} = {};
	const entries: {[config: string]: {readonly entry: number; readonly why: string}} = {};
	const {config, entry} = workload;
	for (const pattern of fillAll([...(workload.inputs ?? []), ...(config === undefined ? [] : [config])], fillings)) {
		const digest = await explain(found.problems, () => reader.digest(pattern, base));
		if (digest) inputs[pattern] = digest;
		else if (digest === null) found.problems.add(`The input ${pattern} is not in ${base}.`, adviseInput(pattern));
	}
	for (const path of config === undefined ? [] : fillAll([config], fillings)) {
		if (!inputs[path]) continue;
		const read = await explain(found.problems, async () => ({config: await readConfig(resolvePath(path, base))}));
		if (!read) continue;
		// As the command gets it; a key that it does not have is refused here, and not after a night of equal numbers.
		const given = changeConfig(read.config, listConfigChanges(workload.config_overrides ?? {}), path);
		for (const [where, device] of listDevices(given)) {
			found.devices.set(`${job.number} ${path} ${where}`, {where: `${path} (${where})`, device, job: job.number});
		}
		if (entry) noteEntry(path, given, entry, entries, found);
	}
	const given: Given = {inputs, ...(entry ? {entries} : {})};
	const completed: CommandWorkload = {...workload, given};
	return {...job, suite: {...job.suite, experiment: {...job.suite.experiment, workload: completed as never}}};
}

function noteEntry(
	path: string,
	config: Json,
	entry: NonNullable<CommandWorkload['entry']>,
	entries: {[config: string]: {readonly entry: number; readonly why: string}},
	{problems}: Found,
): void {
	const chosen = chooseEntry(entry, config);
	if (!chosen) {
		problems.add(
			`No entry of experiment.workload.entry is for ${path}.`,
			'add one without when at the end: it is for every other file',
		);
		return;
	}
	entries[path] = chosen;
}

type Filling = {readonly axes: JsonObject; readonly params: JsonObject};

/** All values that the paths depend on: of the axes only those that they mention. */
function listFillings(job: Job, {inputs = [], config = ''}: CommandWorkload): readonly Filling[] {
	const text = [...inputs, config].join('\n');
	const mentioned = Object.entries(job.suite.experiment.axes).filter(([name]) => text.includes(`\${axes.${name}}`));
	const points = mentioned.reduce<readonly JsonObject[]>(
		(all, [name, values]) => all.flatMap((point) => values.map((value) => ({...point, [name]: value}))),
		[{}],
	);
	const params = text.includes(`\${params.`) ? listVariants(job).map((variant) => variant.params) : [{}];
	if (points.length * params.length > MOST_PATHS) {
		throw new UserError(`The paths of experiment.workload depend on more than ${MOST_PATHS} combinations.`, {
			tryThis: ['name the folder that they are in, or fewer axes'],
		});
	}
	return points.flatMap((axes) => params.map((one) => ({axes, params: one})));
}

const fillAll = (texts: readonly string[], fillings: readonly Filling[]): readonly string[] => [
	...new Set(texts.flatMap((text) => fillings.map((filling) => fillDeclared(text, filling)))),
];

/** undefined: it cannot be told, and the problem is noted. */
async function explain<T>(problems: Found['problems'], read: () => Promise<T>): Promise<T | undefined> {
	try {
		return await read();
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		problems.add(error.message, error.tryThis[0]);
		return undefined;
	}
}

const adviseInput = (pattern: string): string =>
	/[*?]/.test(pattern)
		? 'nothing fits the pattern: ls shows what is there'
		: 'put it there, or correct experiment.workload.inputs (paths begin where warpdeck was started, or in cwd)';
