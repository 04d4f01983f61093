import type {Json, JsonObject} from '../../source/domain/json.ts';
import type {SuiteFile} from '../../source/plan/compose.ts';
import type {Plan} from '../../source/plan/plan.ts';
import {ownSuite, planLine, reading} from './suites.ts';

/** The suite of all runs: two cells on GPU 0. */
export const small = ownSuite({
	hardware: {gpu_ids: [0], numa_nodes: []},
	axes: {size: [1, 2]},
	workload: reading('axes.size'),
});
/** One run of it, with more overrides. */
export const run = (...overrides: readonly string[]): JsonObject => ({overrides: ['own', ...overrides]});

export const campaign = (phases: Json, more: JsonObject = {}): readonly SuiteFile[] => [
	small,
	{name: 'plan', origin: 'plan.yaml', config: {experiment: {name: 'plan', phases, ...more}}},
];

/** On a host of four GPUs. */
export const planOf = (phases: Json, line = '', more: JsonObject = {}): Plan =>
	planLine(`experiment=plan ${line}`, {suites: campaign(phases, more)});
export const idsOf = ({experiments}: Plan): readonly string[] => experiments.map(({id}) => id);
