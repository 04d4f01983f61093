import {UserError} from '../domain/errors.ts';
import {isJsonObject, type Json} from '../domain/json.ts';
import type {Machine} from '../domain/topology.ts';
import {type Composition, countJobs, findHead, type SuiteFile} from '../plan/compose.ts';
import {countExecutions} from '../plan/executions.ts';
import {expandPlan} from '../plan/expand.ts';
import {parseOverride} from '../plan/override.ts';
import type {Plan} from '../plan/plan.ts';
import type {Counts, Outcome, RunChoice} from '../tui/picker-source.ts';
import {describeSeed} from './describe-seed.ts';
import {describeTimes, formatTime} from './describe-time.ts';
import {estimateDiskMiB, estimatePinnedMiB} from './estimate.ts';
import type {Times} from './estimate-time.ts';
import {NO_MACHINE} from './no-machine.ts';
import {composeWith, type Host, planOn, readOverrides} from './prepare.ts';

/** Bounds of what is worked out while somebody types: a tenth of a second on a slow core. */
const MOST_JOBS = 300;
const MOST_EXECUTIONS = 20_000;

/** What a choice is worked out with. */
export type Ground = {
	readonly suites: readonly SuiteFile[];
	/** null until the machine has answered. */
	readonly host: Host | null;
	readonly seed: number;
	/** Dotted keys whose values the outcome tells. */
	readonly keys: readonly string[];
	readonly estimate: (plan: Plan, composition: Composition) => Times;
	/** What earlier runs say of memory; absent where nobody reads them. */
	readonly advise?: (plan: Plan, composition: Composition, machine: Machine) => readonly string[];
};

/** What `warpdeck run` would make of the same words, or would say against them. */
export function workOut(choice: RunChoice, ground: Ground): Outcome {
	try {
		return weigh(choice, ground);
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		return {kind: 'refused', ...describeFault(choice, ground, error)};
	}
}

function weigh(choice: RunChoice, ground: Ground): Outcome {
	const overrides = readOverrides(choice.words);
	const jobs = countJobs(overrides, choice.multirun);
	if (jobs > MOST_JOBS) return tooMuch(`a sweep of ${jobs} jobs`);
	const composition = composeWith(overrides, choice, ground.suites, ground.seed);
	const executions = boundExecutions(composition, measureHost(ground.host));
	if (executions > MOST_EXECUTIONS) return tooMuch(`up to ${executions} executions`);
	const settings = Object.fromEntries(ground.keys.map((key) => [key, readSetting(composition, key)]));
	return ground.host
		? {kind: 'planned', settings, ...describePlanned(composition, overrides, ground.host, ground)}
		: {kind: 'counted', settings, counts: countWithoutMachine(composition, ground.seed)};
}

const measureHost = (host: Host | null): {readonly gpus: number; readonly nodes: number} => ({
	gpus: host?.machine.topology.gpus.length ?? 1,
	nodes: host?.machine.topology.nodes.length ?? 1,
});

const tooMuch = (what: string): Outcome => ({
	kind: 'unplanned',
	reason: `${what}: too much to be counted while you type; it is planned when it starts`,
});

/** Never less than what the composition expands to, and made without expanding it. */
const boundExecutions = ({jobs}: Composition, {gpus, nodes}: {readonly gpus: number; readonly nodes: number}): number =>
	jobs.reduce((sum, {suite}) => {
		const {hardware, vit_configs, axes, blocks, warmup_blocks, control} = suite.experiment;
		const {numa_nodes} = hardware;
		const isMany = numa_nodes === 'all' || numa_nodes === 'remote';
		const holds = Array.isArray(numa_nodes) ? numa_nodes.length : isMany ? nodes : 1;
		const lists = [
			hardware.gpu_ids === 'auto' ? gpus : hardware.gpu_ids.length,
			hardware.split_binding ? holds ** 2 : holds,
			vit_configs?.length ?? 1,
			...Object.values(axes).map((values) => values.length),
		];
		const times = warmup_blocks + blocks * (control ? 2 : 1);
		return sum + lists.reduce((product, length) => product * Math.max(1, length), times);
	}, 0);

function readSetting(composition: Composition, key: string): string {
	const found = key
		.split('.')
		.reduce<Json | undefined>(
			(value, part) => (isJsonObject(value) ? value[part] : undefined),
			findHead(composition)?.suite as Json,
		);
	return typeof found === 'string' ? found : JSON.stringify(found ?? null);
}

/** Lists that the machine's topology fills cannot be counted before it is known. */
function countWithoutMachine(composition: Composition, seed: number): Counts | null {
	const needsMachine = composition.jobs.some(({suite}) => {
		const {gpu_ids, numa_nodes} = suite.experiment.hardware;
		return !Array.isArray(gpu_ids) || !Array.isArray(numa_nodes);
	});
	return needsMachine ? null : count(expandPlan(composition, {machine: NO_MACHINE, python: null, seed}));
}

const count = (plan: Plan): Counts => ({
	cells: plan.cells.length,
	distinct: plan.cells.filter(({duplicateOf}) => duplicateOf === null).length,
	...countExecutions(plan),
	jobs: plan.jobs,
});

function describePlanned(
	composition: Composition,
	overrides: readonly string[],
	host: Host,
	{seed, estimate, advise}: Ground,
) {
	const {plan} = planOn(composition, host, seed);
	const times = estimate(plan, composition);
	const total = plan.experiments.length;
	return {
		counts: count(plan),
		plan,
		time: formatTime(times.planned, total),
		diskMiB: estimateDiskMiB(plan),
		pinnedMiB: estimatePinnedMiB(plan),
		remarks: [
			...describeTimes(times, total),
			...(advise?.(plan, composition, host.machine) ?? []),
			describeSeed({composition, plan, overrides}),
		],
	};
}

type Fault = Omit<Extract<Outcome, {kind: 'refused'}>, 'kind'>;

function describeFault(choice: RunChoice, ground: Ground, {message, tryThis}: UserError): Fault {
	const overrides = readOverrides(choice.words);
	const parsed = overrides.map((override) => parseOverride(override));
	const word = parsed.findIndex((override) => 'error' in override);
	const fault = parsed[word];
	if (fault && 'error' in fault) return {error: fault.error, hints: [fault.hint], place: {word, column: fault.column}};
	return {error: message, hints: tryThis, place: placeFault(overrides, choice, ground)};
}

/** The first word that cannot be composed with those before it is the one at fault. */
function placeFault(overrides: readonly string[], choice: RunChoice, {suites, seed}: Ground): Fault['place'] {
	for (const word of overrides.keys()) {
		try {
			composeWith(overrides.slice(0, word + 1), choice, suites, seed);
		} catch {
			return {word, column: 1};
		}
	}
	return null;
}
