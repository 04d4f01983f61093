import {resolve} from 'node:path';
import type {Experiment} from '../domain/experiment.ts';
import {isJsonObject} from '../domain/json.ts';
import {type CommandWorkload, isCommand, listCommands, listTexts, type Workload} from '../domain/workload.ts';
import {examineProgram, findScript, isFixed} from '../effects/examine-program.ts';
import {findOwnChoices} from '../effects/read-script.ts';
import {buildProgram, type CommandContext} from '../plan/build-command.ts';
import {listClaims, readDevice} from '../plan/device-claims.ts';
import {nameBase} from '../plan/fill-command.ts';
import {isSet, listInherited, pickVariables} from '../plan/inherited.ts';
import {judgeClaim, type Verdict} from '../plan/judge-claims.ts';
import {createProblemList, type Plan, type Problem} from '../plan/plan.ts';
import {findUnset} from './check-variables.ts';
import {createCommandContext} from './command-context.ts';
import type {Completed, NamedDevice} from './complete-commands.ts';
import type {Preparation} from './prepare.ts';

/** A plan of thousands asks for the same few programs. */
const MOST_EXAMINED = 200;

type Findings = {readonly problems: readonly Problem[]; readonly notices: readonly string[]};

/** What stands against the commands of a plan: files, programs, variables, and devices that they name themselves. */
export async function checkCommands(
	preparation: Omit<Preparation, 'overrides'>,
	{problems: known, devices}: Omit<Completed, 'composition'>,
	env: NodeJS.ProcessEnv,
): Promise<Findings> {
	const {composition, machine} = preparation;
	const byWorkload = groupByWorkload(preparation);
	// Of another machine nobody knows what is on it.
	const isHere = machine.topology.origin === 'measured';
	if (byWorkload.size === 0) return {problems: isHere ? known : [], notices: []};
	const problems = createProblemList();
	const notices = new Set<string>();
	const context = await createCommandContext(preparation, RUN);
	for (const [workload, experiments] of byWorkload) {
		for (const verdict of listVerdicts(workload, experiments, {context, devices})) tell(verdict, problems, notices);
		if (!isHere) continue;
		const folder = findFolderVariable(composition, experiments);
		for (const {message, advice} of listFaults(workload, experiments, context, env)) {
			const isFolder = folder !== null && message.startsWith('The working folder');
			problems.add(message, isFolder ? `${folder}=FOLDER before the command   (the folder of your checkout)` : advice);
		}
		for (const {message, advice} of findUnset([workload], env)) problems.add(message, advice);
		for (const absent of describeAbsent(workload, env)) notices.add(absent);
	}
	const asked = composition.jobs.map(({suite}) => suite.experiment.workload);
	if (preparation.python.kind === 'none' && asked.some((one) => isCommand(one) && mentions(one, `\${python}`))) {
		problems.add(
			`\${python} has no interpreter with PyTorch to stand for.`,
			'warpdeck doctor   (says which were asked); python3 is the one on PATH',
		);
	}
	return {problems: [...(isHere ? known : []), ...problems.list()], notices: [...notices]};
}

/** Stands for a folder that is not there yet. */
const RUN = 'RUN';

/** Experiments by their command; jobs of a sweep mostly share it. */
function groupByWorkload({composition, plan}: Pick<Preparation, 'composition' | 'plan'>) {
	const first = new Map<string, CommandWorkload>();
	const byJob = new Map(
		composition.jobs.flatMap(({number, suite}) => {
			const workload: Workload = suite.experiment.workload;
			if (!isCommand(workload)) return [];
			const key = JSON.stringify(workload);
			first.set(key, first.get(key) ?? workload);
			return [[number, first.get(key) ?? workload] as const];
		}),
	);
	const groups = new Map<CommandWorkload, Experiment[]>();
	for (const experiment of plan.experiments) {
		const workload = byJob.get(experiment.job);
		// What is postponed may lack its program until somebody retries it.
		if (!workload || experiment.postponed !== undefined) continue;
		const own = groups.get(workload);
		if (own) own.push(experiment);
		else groups.set(workload, [experiment]);
	}
	return groups;
}

function tell(
	{weight, message, advice}: Verdict,
	problems: ReturnType<typeof createProblemList>,
	notices: Set<string>,
): void {
	if (weight === 'problem') problems.add(message, advice);
	else notices.add(`${message} Try: ${advice}.`);
}

type Known = {readonly context: CommandContext; readonly devices: readonly NamedDevice[]};

/** Name of the variable that a suite takes its working folder from; null for none. */
function findFolderVariable({jobs}: Preparation['composition'], [first]: readonly Experiment[]): string | null {
	const experiment = jobs.find(({number}) => number === first?.job)?.composed.experiment;
	const workload = isJsonObject(experiment) ? experiment.workload : null;
	const cwd = isJsonObject(workload) ? String(workload.cwd) : '';
	return /\$\{oc\.env:([A-Za-z_]\w*)/.exec(cwd)?.[1] ?? null;
}

function listVerdicts(
	workload: CommandWorkload,
	experiments: readonly Experiment[],
	{context: {topology, cwd}, devices}: Known,
): readonly Verdict[] {
	const form = workload.device ?? 'uuid';
	const jobs = new Set(experiments.map(({job}) => job));
	const inFiles = devices
		.filter(({job}) => jobs.has(job))
		.flatMap(({where, device}) => readDevice(device, `${where}: ${device}`) ?? []);
	const claims = [...listClaims(workload), ...inFiles];
	return [
		...claims.flatMap((claim) => judgeClaim(claim, form, experiments, topology) ?? []),
		...listCommands(workload).flatMap((command) => judgeScript(command, workload, experiments, {topology, cwd})),
		...listCommands(workload).flatMap(judgeShellWords),
	];
}

/** A script that chooses for itself does so on every lane. */
function judgeScript(
	command: readonly string[],
	workload: CommandWorkload,
	experiments: readonly Experiment[],
	{topology, cwd}: Pick<CommandContext, 'topology' | 'cwd'>,
): readonly Verdict[] {
	const script = findScript(command);
	if (script === null || topology.origin !== 'measured') return [];
	const base = nameBase(workload, cwd);
	return findOwnChoices(resolve(base, script)).flatMap(({line, value}): readonly Verdict[] => {
		const where = `${script} (line ${line})`;
		if (value === null) {
			const message = `${where} sets CUDA_VISIBLE_DEVICES itself, and its own value wins.`;
			return [
				{weight: 'notice', message, advice: `give it the number: \${gpu.index}, with experiment.workload.device=open`},
			];
		}
		const claim = {kind: 'visible', text: `${where}: CUDA_VISIBLE_DEVICES=${value}`, value} as const;
		const verdict = judgeClaim(claim, 'open', experiments, topology);
		const advice = `experiment.hardware.gpu_ids=[${value}] for this script, or take the line out of it`;
		return verdict ? [{...verdict, advice}] : [];
	});
}

const SHELL_WORDS = new Set(['>', '>>', '<', '|', '||', '&&', '&', ';', '2>&1']);

function judgeShellWords(command: readonly string[]): readonly Verdict[] {
	const word = command.find((one) => SHELL_WORDS.has(one));
	if (word === undefined) return [];
	return [
		{
			weight: 'notice',
			message: `${word} is an argument like any other: no shell reads the command.`,
			advice: "leave it out (output is kept in logs/ anyway), or command: [bash, -c, '…']",
		},
	];
}

function listFaults(
	workload: CommandWorkload,
	experiments: readonly Experiment[],
	context: CommandContext,
	env: NodeJS.ProcessEnv,
) {
	const examined = new Map<string, ReturnType<typeof examineProgram>>();
	const patterns = listInherited(workload);
	const own = patterns === null ? env : pickVariables(env, patterns);
	const isOne = listCommands(workload).every(isFixed) && !/\$\{/.test(`${workload.cwd} ${workload.env.PATH}`);
	// An entry is another one for another configuration.
	const asked = isOne && !workload.entry ? experiments.slice(0, 1) : experiments;
	for (const experiment of asked) {
		const {argv, cwd, env: added, folder} = buildProgram(workload, experiment, context);
		// A folder of the run is made by then, by whatever runs before.
		if (folder === undefined && cwd.startsWith(`${RUN}/`)) continue;
		const key = JSON.stringify([argv[0], findScript(argv), cwd === folder ? '' : cwd, added.PATH]);
		if (examined.has(key)) continue;
		if (examined.size >= MOST_EXAMINED) break;
		const isMade = cwd === folder;
		examined.set(key, examineProgram({argv, env: {...own, ...added}, cwd, isMade, start: context.cwd}));
	}
	return [...examined.values()].filter((fault) => fault !== null);
}

function describeAbsent(
	{env_from = [], env_required = []}: CommandWorkload,
	env: NodeJS.ProcessEnv,
): readonly string[] {
	const unset = env_from.filter((name) => !env_required.includes(name) && !isSet(env, name));
	return unset.length > 0 ? [`Not set here, so the command goes without: ${unset.join(', ')}.`] : [];
}

const mentions = (workload: CommandWorkload, text: string): boolean =>
	listTexts(workload).some((one) => one.includes(text));

export const addFindings = (plan: Plan, {problems, notices}: Findings): Plan =>
	problems.length + notices.length === 0
		? plan
		: {...plan, problems: [...plan.problems, ...problems], notices: [...plan.notices, ...notices]};
