import {UserError} from '../domain/errors.ts';
import type {ProfilerTools} from '../domain/profiler.ts';
import type {Machine} from '../domain/topology.ts';
import {readGpuChoice} from '../effects/gpu-choice.ts';
import {readBindings} from '../effects/numactl.ts';
import {findPython, type PythonFound} from '../effects/python.ts';
import {readSettings} from '../effects/settings.ts';
import {readSuites} from '../effects/suite-files.ts';
import {readTopology} from '../effects/topology.ts';
import {createWorkloadFinder, type WorkloadFinder} from '../effects/workload-files.ts';
import {readExpectation} from '../journal/expected.ts';
import {kindOf} from '../journal/tally.ts';
import {isIdle} from '../plan/axes.ts';
import {type Composition, compose, type SuiteFile} from '../plan/compose.ts';
import {expandPlan} from '../plan/expand.ts';
import {placeJsonOverrides} from '../plan/json-override.ts';
import {orderLongest} from '../plan/longest-first.ts';
import {namesConfig} from '../plan/names-config.ts';
import {quote} from '../plan/override-text.ts';
import type {Plan} from '../plan/plan.ts';
import {affordProfiles} from './afford-profiles.ts';
import type {Flags} from './arguments.ts';
import {addFindings, checkCommands} from './check-commands.ts';
import {findRoomProblems, readRoom} from './check-room.ts';
import {completeCommands} from './complete-commands.ts';
import {findFixedSeed, isShuffled} from './describe-seed.ts';
import {identify} from './estimate.ts';
import {examineScripts} from './examine-scripts.ts';
import {listMisfits} from './list-misfits.ts';
import {chooseBaseDir} from './outputs.ts';
import {readDurations} from './past-durations.ts';
import {refuseSecrets} from './refuse-secrets.ts';
import {isOverride} from './words.ts';

const DEFAULT_SUITE = 'numa_study';

/** All that plan and run know before anything is started. */
export type Preparation = {
	readonly composition: Composition;
	readonly plan: Plan;
	readonly machine: Machine;
	readonly python: PythonFound;
	readonly overrides: readonly string[];
};

/** A host to plan for, instead of this one. */
export type Host = {
	readonly machine: Machine;
	readonly python: PythonFound;
	/** Absent where nobody asked for them yet. */
	readonly profilers?: ProfilerTools;
};

export async function prepare(words: readonly string[], flags: Flags, host?: Host): Promise<Preparation> {
	const suites = await listSuites(flags);
	const overrides = [...readOverrides(words), ...listJsonOverrides(words, flags, suites)];
	const seed = drawSeed();
	const composed = composeWith(overrides, flags, suites, seed);
	refuseSecrets(composed, process.env);
	const known = await askProfilers(composed, host ?? (await readHost()));
	const {composition, ...found} = await completeCommands(composed);
	const planned = planOn(composition, known, seed);
	const checked = await checkCommands(planned, found, process.env);
	const scripts = examineScripts(planned, process.cwd());
	return {...planned, plan: [checked, scripts, findIdle(overrides)].reduce(addFindings, planned.plan), overrides};
}

/** Trying a profiler takes seconds, so it is done for a suite that asks for it only, and on this machine only. */
async function askProfilers({jobs}: Composition, host: Host): Promise<Host> {
	const wanted = jobs.flatMap(({suite: {experiment}}) => (experiment.profiler === 'none' ? [] : [experiment.profiler]));
	const {topology} = host.machine;
	if (wanted.length === 0 || host.profilers || topology.origin !== 'measured') return host;
	const {readProfilers} = await import('../effects/profiler-tools.ts');
	return {...host, profilers: await readProfilers(wanted, {env: process.env, hasGpu: topology.gpus.length > 0})};
}

/** A bare word is the name of a suite, whatever letters its file has. */
export const readOverrides = (words: readonly string[]): readonly string[] =>
	words.map((word) => {
		if (isOverride(word)) return word;
		return `experiment=${/^[\w.-]+$/.test(word) ? word : quote({$quoted: word, quote: 'single'})}`;
	});

/** Left out, and never silently. */
const findIdle = (overrides: readonly string[]) => ({
	problems: [],
	notices: overrides
		.filter(isIdle)
		.map(
			(word) => `${word} is left out: it is a setting of Hydra itself, which does not run here, and changes no result.`,
		),
});

/** `--override` as the words that it stands for. */
export function listJsonOverrides(
	words: readonly string[],
	{override = []}: Flags,
	suites: readonly SuiteFile[],
): readonly string[] {
	if (override.length === 0) return [];
	return placeJsonOverrides(override, {hasConfig: namesConfig(readOverrides(words), suites, DEFAULT_SUITE)});
}

/** What of a composition runs on a host, and what cannot. */
export function planOn(composition: Composition, host: Host, seed: number): Omit<Preparation, 'overrides'> {
	const {machine, python, profilers} = host;
	const interpreter = python.kind === 'found' ? python.path : null;
	const known = {machine, python: interpreter, seed, ...(profilers ? {profilers} : {})};
	const expanded = expandPlan(composition, known);
	const room = readRoom(machine, composition);
	const plan = affordProfiles({...expanded, experiments: orderPlan(expanded, composition)}, room);
	const problems = [...plan.problems, ...findRoomProblems(plan, room)];
	const notices = [...plan.notices, ...listMisfits(plan, composition, machine, room)];
	return {composition, plan: {...plan, problems, notices}, machine, python};
}

/** By the times of earlier runs, else by what the suite expects; files are read only where somebody asks for it. */
function orderPlan({experiments, suite}: Plan, composition: Composition): Plan['experiments'] {
	const {jobs} = composition;
	if (!jobs.some(({suite: {experiment}}) => experiment.order === 'longest')) return experiments;
	const durations = readDurations(chooseBaseDir(composition), suite);
	const expected = jobs.map(({config}) => readExpectation(config));
	return orderLongest(experiments, jobs, (one) => {
		// Behind all that is timed.
		if (one.role === 'profile') return undefined;
		const guess = expected[one.job];
		const ms = guess?.byKind.get(kindOf(one)) ?? guess?.ms ?? undefined;
		return durations.get(identify(one)) ?? (ms === undefined ? undefined : ms / 1000);
	});
}

/** Overrides to jobs; a seed that is fixed orders shuffled sweeps too. */
export function composeWith(
	overrides: readonly string[],
	flags: Pick<Flags, 'multirun'>,
	suites: readonly SuiteFile[],
	seed: number,
): Composition {
	const multirun = flags.multirun === true;
	const findWorkload = findWorkloadBeside(suites);
	const request = {overrides, multirun, suites, defaultSuite: DEFAULT_SUITE, env: process.env, findWorkload};
	const composition = compose({...request, seed});
	const fixed = findFixedSeed(composition);
	if (fixed === undefined || fixed === seed || !overrides.some(isShuffled)) return composition;
	// A fixed seed holds for shuffled sweeps too, and is known only when they have been composed.
	return compose({...request, seed: fixed});
}

/** One for each list of suites, because a picker composes with every key that is pressed. */
const finders = new WeakMap<readonly SuiteFile[], WorkloadFinder>();

function findWorkloadBeside(suites: readonly SuiteFile[]): WorkloadFinder {
	const known = finders.get(suites);
	if (known) return known;
	const python = readSettings().python ?? (process.env.WARPDECK_PYTHON || 'python3');
	const origins = suites.map(({origin}) => origin);
	const finder = createWorkloadFinder(origins, python, process.env);
	finders.set(suites, finder);
	return finder;
}

/** Small enough to be typed again as experiment.seed=N. */
export const drawSeed = (): number => Math.floor(Math.random() * 2 ** 31);

export async function listSuites(flags: Flags): Promise<readonly SuiteFile[]> {
	const {problem} = readSettings();
	if (problem) process.stderr.write(`warning: ${problem}\n`);
	return readSuites(listSuiteFolders(flags));
}

/** The user's own folders of suites; the later one wins. */
export const listSuiteFolders = (flags: Pick<Flags, 'suites'>): readonly string[] => {
	const {suites} = readSettings();
	return [...(suites === undefined ? [] : [suites]), ...(flags.suites ?? [])];
};

/** This machine, where an interpreter that the user named can be used; else exit code 3. */
export async function readHost(): Promise<Host> {
	const host = await inspectHost();
	refuseNamed(host.python);
	return host;
}

/** This machine as it is. */
export async function inspectHost(): Promise<Host> {
	const measured = await readTopology();
	const {gpus, ...choice} = await readGpuChoice(measured.gpus, process.env);
	const topology = {...measured, gpus};
	const [bindings, python] = await Promise.all([
		readBindings(topology),
		findPython({configured: readSettings().python, env: process.env, cudaWanted: topology.gpus.length > 0}),
	]);
	return {machine: {topology, bindings, ...choice}, python};
}

/** An interpreter that the user named is never replaced silently by another one. */
export function refuseNamed(python: PythonFound): void {
	const named = python.kind === 'none' && python.tried.find(({explicit}) => explicit);
	if (!named) return;
	throw new UserError(`${named.path} (${named.how}) cannot be used: ${named.problem}`, {
		tryThis: [
			`${named.path} -m pip list   (shows what it has)`,
			'leave it out, and an interpreter with PyTorch is looked for',
		],
		exitCode: 3,
	});
}
