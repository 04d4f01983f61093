import type {Experiment} from '../domain/experiment.ts';
import type {Json, JsonObject} from '../domain/json.ts';
import {rememberFor} from './remember.ts';

/** Where it ran, which is no part of what it was. */
const OF_PLACE: ReadonlySet<string> = new Set(['numa_node', 'memory_node']);

/**
 * Same text: same GPU, model and configuration; they differ in node, block and role, and a sweep may put them into two
 * jobs. Phases of a campaign are hours apart, so that nothing of two of them is compared.
 */
export const identify = remember(({gpuId, ...rest}) => [gpuId, ...listConfiguration(rest)]);

/** Same text: the same on whichever GPU and node. */
export const identifyConfiguration = remember(listConfiguration);

/** The same but for what a compiler changes: its keys, the label, and how long it was warmed up. */
export const identifyUncompiled = remember((experiment) =>
	listOthers(experiment, new Set(['compile_model', 'compile_mode', 'warmup_samples', 'timeout_s', 'name'])),
);

/** The same but for the depth of the model and its label. */
export const identifyDepthSeries = remember((experiment) => listOthers(experiment, new Set(['depth', 'name'])));

/** The same but for the model and its resolution. */
export const identifyModelSeries = remember((experiment) =>
	listOthers(
		experiment,
		new Set(['patch_size', 'depth', 'heads', 'dim', 'mlp_dim', 'tensor_shape', 'timeout_s', 'name']),
	),
);

function listConfiguration({model, params, axes, phase}: Omit<Experiment, 'gpuId'>): readonly Json[] {
	return [model, ...list(params), ...list(axes), ...listPhase(phase)];
}

const listPhase = (phase: string | undefined): readonly Json[] => (phase === undefined ? [] : [phase]);

function remember(list: (experiment: Experiment) => readonly Json[]): (experiment: Experiment) => string {
	return rememberFor((experiment) => JSON.stringify(list(experiment)));
}

const list = (values: JsonObject): readonly Json[] =>
	Object.entries(values)
		.filter(([key]) => !OF_PLACE.has(key))
		.toSorted(([a], [b]) => (a < b ? -1 : 1)) as unknown as readonly Json[];

/** An axis is named by the path of the key that it sweeps. */
const listOthers = ({params, axes, phase}: Experiment, left: ReadonlySet<string>): readonly Json[] => [
	...[...list(params), ...list(axes)].filter(
		(entry) =>
			!left.has(
				String((entry as readonly Json[])[0])
					.split('.')
					.at(-1) ?? '',
			),
	),
	...listPhase(phase),
];

/** Whether its memory is where its CPUs are. */
export const isWhole = ({numaNode, memoryNode}: Experiment): boolean =>
	memoryNode === undefined || memoryNode === numaNode;
