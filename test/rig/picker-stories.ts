import {type Ground, workOut} from '../../source/cli/work-out.ts';
import {UserError} from '../../source/domain/errors.ts';
import type {Json} from '../../source/domain/json.ts';
import {listAllowedWords} from '../../source/domain/suite-keys.ts';
import type {SuiteFile} from '../../source/plan/compose.ts';
import {DESCRIPTION_KEY, type PickerScene, type PickerSource, type RunChoice} from '../../source/tui/picker-source.ts';
import {cpuMachine, machine} from './suites.ts';

const model = (name: string, depth: number): Json => ({name, patch_size: 32, depth, heads: 8, dim: 256, mlp_dim: 1024});

const declare = (
	name: string,
	description: string,
	gpuIds: Json,
	nodes: Json,
	depths: readonly number[],
): SuiteFile => ({
	name,
	origin: `suites/${name}.yaml`,
	config: {
		experiment: {
			name,
			description,
			max_workers: 4,
			hardware: {gpu_ids: gpuIds, numa_nodes: nodes},
			vit_configs: depths.map((depth) => model(`vit32x${depth}x256`, depth)),
		},
	},
});

/** One that runs, one of a size, one whose file is broken, one that this machine has no GPU for, one with a wide name. */
const SUITES: readonly SuiteFile[] = [
	declare(
		'numa_study',
		'What a model loses when its buffers are far from its GPU.',
		[0, 1, 2, 3],
		[0, 2],
		[0, 2, 4, 6, 8, 12],
	),
	declare('quick_test', 'Three small models on one GPU and one node.', [0], [0], [0, 2, 4]),
	declare('second_machine', 'Needs a machine with more GPUs.', [0, 7], [0], [2]),
	{
		name: 'torn',
		origin: 'mine/torn.yaml',
		config: {},
		problem: new UserError('mine/torn.yaml is no suite: Flow map is never closed (line 4, column 2).', {
			tryThis: ['correct the file, or move it out of the folder'],
		}),
	},
	declare('解像度_study', 'A name in wide letters.', 'auto', 'remote', [2, 4]),
];

const OPTIONS = [
	{key: 'experiment.hardware.device', name: 'device', note: ''},
	{key: 'experiment.hardware.binding', name: 'binding', note: ''},
	{key: 'experiment.profiler', name: 'profiler', note: 'a pass of its own behind the timed ones'},
].map((option) => ({...option, values: listAllowedWords(option.key)}));

const host = (own = machine({origin: 'file'})) => ({
	machine: own,
	python: {kind: 'found', path: 'python3', how: 'a test', version: '3.12', torch: null, cuda: null} as const,
});

const ground: Ground = {
	suites: SUITES,
	host: host(),
	seed: 41,
	keys: [...OPTIONS.map(({key}) => key), DESCRIPTION_KEY],
	estimate: ({suite: name, experiments}) =>
		name === 'quick_test'
			? {planned: {wallS: 171, known: experiments.length, guessed: 0}, byIsolation: null}
			: {planned: {wallS: null, known: 0, guessed: 0}, byIsolation: null},
};

/** On four GPUs, or without any. */
export const groundOn = (kind: 'gpus' | 'cpu' | 'nothing'): Ground => ({
	...ground,
	host: kind === 'nothing' ? null : host(kind === 'cpu' ? cpuMachine() : machine({origin: 'file'})),
});

/** A source that works a choice out at once, and remembers what it was asked. */
export function createPickerSource(own: Ground, changes: Partial<PickerScene> = {}) {
	const listeners = new Set<() => void>();
	const asked: RunChoice[] = [];
	let isSlow = false;
	let scene: PickerScene = {
		command: ['warpdeck', 'run'],
		machine: own.host === null ? null : 'pod-a12, 4 x NVIDIA H200',
		simulated: false,
		suites: own.suites.map(({name}) => ({name, outcome: workOut({words: [name], multirun: false}, own)})),
		options: OPTIONS,
		evaluation: null,
		unfinished: null,
		notices: [],
		...changes,
	};
	const consider = (choice: RunChoice) => {
		asked.push(choice);
		if (isSlow) return;
		scene = {...scene, evaluation: {choice, outcome: workOut(choice, own)}};
		for (const listener of listeners) listener();
	};
	consider({words: [scene.suites[0]?.name ?? ''], multirun: false});
	const source: PickerSource = {
		get: () => scene,
		subscribe: (listener) => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		consider,
	};
	return {
		source,
		asked,
		/** What is asked from here on is never answered. */
		delay: () => {
			isSlow = true;
		},
	};
}
