import {estimateDiskBytes} from '../domain/disk-need.ts';
import type {Experiment} from '../domain/experiment.ts';
import type {JsonObject} from '../domain/json.ts';
import {countAtOnce} from '../plan/executions.ts';
import type {Plan} from '../plan/plan.ts';

/** What makes the peaks of an experiment comparable: the same declared configuration on the same kind of device. */
export const identify = ({params, axes, device}: Identity): string =>
	JSON.stringify([device, sort(params), sort(axes)]);

type Identity = Pick<Experiment, 'params' | 'axes'> & {readonly device: string};

const sort = (values: JsonObject) => Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));

/** MiB that are pinned while as many experiments run as may, the greediest of each lane. */
export function estimatePinnedMiB(plan: Plan): number {
	const byLane = Map.groupBy(plan.experiments, ({lane}) => lane);
	const largest = [...byLane.values()].map((own) =>
		own.reduce((most, {params}) => Math.max(most, Number(params.memory_size_mb ?? 0)), 0),
	);
	return largest
		.toSorted((a, b) => b - a)
		.slice(0, countAtOnce(plan))
		.reduce((sum, size) => sum + size, 0);
}

/** At most, see `estimateDiskBytes`. */
export function estimateDiskMiB({experiments}: Plan): number {
	const bytes = experiments.reduce((sum, experiment) => sum + estimateDiskBytes(experiment), 0);
	return Math.max(1, Math.ceil(bytes / 2 ** 20));
}
