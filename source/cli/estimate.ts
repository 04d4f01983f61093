import {estimateDiskBytes} from '../domain/disk-need.ts';
import type {Experiment} from '../domain/experiment.ts';
import type {JsonObject} from '../domain/json.ts';
import type {Composition} from '../plan/compose.ts';
import {countAtOnce} from '../plan/executions.ts';
import type {Plan} from '../plan/plan.ts';
import {KEPT_POOL_MIB, nameWorker} from '../plan/worker.ts';

/** What makes the peaks of an experiment comparable: the same declared configuration on the same kind of device. */
export const identify = ({params, axes, device}: Identity): string =>
	JSON.stringify([device, sort(params), sort(axes)]);

type Identity = Pick<Experiment, 'params' | 'axes'> & {readonly device: string};

const sort = (values: JsonObject) => Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));

const sizeMiB = ({params}: Experiment): number => Number(params.memory_size_mb ?? 0);

const findLargest = (experiments: readonly Experiment[]): number =>
	experiments.reduce((most, one) => Math.max(most, sizeMiB(one)), 0);

/** MiB that idle workers of the pipeline keep pinned beside what runs, in the greediest block, as long as there is room. */
export function estimateKeptMiB(plan: Plan, {jobs}: Pick<Composition, 'jobs'>): number {
	const keeping = new Set(jobs.flatMap(({number, suite}) => (suite.experiment.workload === KEEPS ? [number] : [])));
	const kept = plan.experiments.filter(
		(one) => one.isolation === 'block' && keeping.has(one.job) && sizeMiB(one) <= KEPT_POOL_MIB,
	);
	const blocks = Map.groupBy(kept, ({job, block}) => `${job} ${block}`);
	const atOnce = countAtOnce(plan);
	// Of a sweep there may be more blocks than a call takes arguments.
	return [...blocks.values()].reduce((most, own) => Math.max(most, sumOfWorkers(own) - sumOfLanes(own, atOnce)), 0);
}

const KEEPS = 'vit_pipeline';

const sumOfWorkers = (experiments: readonly Experiment[]): number =>
	[...Map.groupBy(experiments, nameWorker).values()].map(findLargest).reduce(add, 0);

/** The greediest of each lane, as many as run at once. */
const sumOfLanes = (experiments: readonly Experiment[], atOnce: number): number =>
	[...Map.groupBy(experiments, ({lane}) => lane).values()]
		.map(findLargest)
		.toSorted((a, b) => b - a)
		.slice(0, atOnce)
		.reduce(add, 0);

const add = (sum: number, size: number): number => sum + size;

/** MiB that are pinned while as many experiments run as may, the greediest of each lane. */
export const estimatePinnedMiB = (plan: Plan): number => sumOfLanes(plan.experiments, countAtOnce(plan));

/** At most, see `estimateDiskBytes`. */
export function estimateDiskMiB({experiments}: Plan): number {
	const bytes = experiments.reduce((sum, experiment) => sum + estimateDiskBytes(experiment), 0);
	return Math.max(1, Math.ceil(bytes / 2 ** 20));
}
