import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {parse} from 'yaml';
import {UserError} from '../../source/domain/errors.ts';
import type {Json, JsonObject} from '../../source/domain/json.ts';
import type {Machine, Topology} from '../../source/domain/topology.ts';
import {createWorkloadFinder} from '../../source/effects/workload-files.ts';
import {buildCommand, type Command} from '../../source/plan/build-command.ts';
import {type Composition, compose, type SuiteFile} from '../../source/plan/compose.ts';
import {expandPlan} from '../../source/plan/expand.ts';
import type {Plan} from '../../source/plan/plan.ts';
import {topology} from './story-values.ts';

const folder = new URL('../../suites/', import.meta.url);

/** The suites that warpdeck ships, read once. */
export const shippedSuites: readonly SuiteFile[] = readdirSync(folder)
	.filter((name) => name.endsWith('.yaml'))
	.map((name) => ({
		name: name.replace(/\.yaml$/, ''),
		origin: `suites/${name}`,
		config: parse(readFileSync(new URL(name, folder), 'utf8')),
	}));

const findWorkload = createWorkloadFinder([], process.env.WARPDECK_PYTHON || 'python3', process.env);

/** A suite `own` with these keys of `experiment`; its models and GPUs are none unless they are given. */
export const ownSuite = (experiment: JsonObject): SuiteFile => ({
	name: 'own',
	origin: 'own.yaml',
	config: {experiment: {name: 'own', hardware: {gpu_ids: [], numa_nodes: []}, ...experiment}},
});

/** A command workload that reads exactly these placeholders: `reading('axes.size', 'gpu.index')`. */
export const reading = (...placeholders: readonly string[]): Json => ({
	command: ['./program', ...placeholders.map((name) => ['$', `{${name}}`].join(''))],
});

export const machine = (changes: Partial<Topology> = {}, bindings?: Machine['bindings']): Machine => ({
	topology: topology(changes),
	bindings: bindings ?? {0: {kind: 'strict'}, 1: {kind: 'strict'}, 2: {kind: 'strict'}, 3: {kind: 'strict'}},
});

/** No GPU, no driver, one node. */
export const cpuMachine = (): Machine => {
	const [node] = topology().nodes;
	return machine(
		{gpus: [], driverVersion: null, nodes: node ? [node] : [], allowedMemoryNodes: [0]},
		{0: {kind: 'strict'}},
	);
};

export type Circumstances = {
	readonly suites?: readonly SuiteFile[];
	readonly machine?: Machine;
	readonly python?: string | null;
	readonly seed?: number;
	readonly env?: {readonly [name: string]: string};
};

/** A command line as people type it behind `warpdeck plan`, quotes included. */
export function composeLine(
	line: string,
	{suites = shippedSuites, seed = 41, env = {}}: Circumstances = {},
): Composition {
	const words = splitWords(line);
	const overrides = words.filter((word) => word !== '-m');
	const multirun = words.includes('-m');
	return compose({overrides, multirun, suites, defaultSuite: 'numa_study', seed, env, findWorkload});
}

/** On a host of four GPUs and four nodes unless another machine is given. */
export function planLine(line: string, circumstances: Circumstances = {}): Plan {
	const {python = 'python3', seed = 41} = circumstances;
	const composition = composeLine(line, circumstances);
	return expandPlan(composition, {machine: circumstances.machine ?? machine(), python, seed});
}

export const planOwn = (experiment: JsonObject, line = '', circumstances: Circumstances = {}): Plan =>
	planLine(`experiment=own ${line}`, {suites: [ownSuite(experiment)], ...circumstances});

export const countDistinct = ({cells}: Plan): number => cells.filter(({duplicateOf}) => duplicateOf === null).length;

/** The commands of a plan by id of the experiment. */
export function commandsOf(line: string, circumstances: Circumstances = {}): ReadonlyMap<string, Command> {
	const {python = 'python3'} = circumstances;
	const {jobs} = composeLine(line, circumstances);
	const host = circumstances.machine ?? machine();
	const {experiments} = planLine(line, circumstances);
	const context = {
		workloadOf: (job: number) => jobs[job]?.suite.experiment.workload ?? 'vit_pipeline',
		topology: host.topology,
		python,
		pipeline: 'vit_pipeline.py',
		warpdeck: ['warpdeck'],
		runDir: '/runs/1',
		cwd: '/here',
	};
	return new Map(experiments.map((experiment) => [experiment.id, buildCommand(experiment, context)]));
}

/** What the user is told; anything but an error with exit code 2 and advice fails the test. */
export function refusalOf(call: () => unknown): {readonly message: string; readonly advice: string} {
	try {
		call();
	} catch (error) {
		assert.ok(error instanceof UserError, `not an error for users: ${error}`);
		assert.equal(error.exitCode, 2);
		assert.ok(error.tryThis.every((advice) => advice.trim() !== ''));
		return {message: error.message, advice: error.tryThis.join('\n')};
	}
	return assert.fail('it was accepted');
}

/** Words as a POSIX shell makes them of a line without variables. */
export const splitWords = (line: string): readonly string[] =>
	[...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
