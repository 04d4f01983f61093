import {estimateDiskBytes} from '../domain/disk-need.ts';
import type {Experiment} from '../domain/experiment.ts';
import type {JsonObject} from '../domain/json.ts';
import type {Plan} from '../plan/plan.ts';

/** Seconds of an experiment by its identity, see `identify`. */
export type Durations = ReadonlyMap<string, number>;

export type TimeEstimate = {
	/** Wall time of the experiments whose duration is known; null when none is. */
	readonly wallS: number | null;
	/** How many of the plan's experiments earlier runs have measured. */
	readonly known: number;
};

/** What makes the time of an experiment comparable: the same declared configuration on the same kind of device. */
export const identify = ({params, axes, device}: Identity): string =>
	JSON.stringify([device, sort(params), sort(axes)]);

type Identity = Pick<Experiment, 'params' | 'axes'> & {readonly device: string};

const sort = (values: JsonObject) => Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));

/** The slowest lane, or everything spread over what may run at once; only of what earlier runs have measured. */
export function estimateTime({experiments, maxWorkers}: Plan, durations: Durations): TimeEstimate {
	// Of 100 000 experiments none needs to be identified when nothing is known of any.
	if (durations.size === 0) return {wallS: null, known: 0};
	const known = experiments.flatMap((experiment) => {
		const seconds = durations.get(identify(experiment));
		return seconds === undefined ? [] : [{lane: experiment.lane, seconds}];
	});
	if (known.length === 0) return {wallS: null, known: 0};
	const lanes = [...Map.groupBy(known, ({lane}) => lane).values()].map(sumSeconds);
	return {wallS: lanes.reduce((most, own) => Math.max(most, own), sumSeconds(known) / maxWorkers), known: known.length};
}

const sumSeconds = (all: readonly {readonly seconds: number}[]): number =>
	all.reduce((sum, {seconds}) => sum + seconds, 0);

/** As a person reads it; what nobody has measured is said to be unknown. */
export function describeTime({wallS, known}: TimeEstimate, total: number): string {
	if (wallS === null) return 'time: not known, because no earlier run here measured these settings on this device';
	const span = `time: about ${formatSpan(wallS)}, from earlier runs of ${known} of ${total} experiments`;
	return known === total ? span : `${span}; the time of the rest is not known`;
}

/** The same in the width of a column. */
export function formatTime({wallS, known}: TimeEstimate, total: number): string {
	if (wallS === null) return 'not known';
	return known === total ? formatSpan(wallS) : `${formatSpan(wallS)} for ${known}/${total}`;
}

/** MiB that are pinned while as many experiments run as may, the greediest of each lane. */
export function estimatePinnedMiB({experiments, maxWorkers}: Plan): number {
	const byLane = Map.groupBy(experiments, ({lane}) => lane);
	const largest = [...byLane.values()].map((own) =>
		own.reduce((most, {params}) => Math.max(most, Number(params.memory_size_mb ?? 0)), 0),
	);
	return largest
		.toSorted((a, b) => b - a)
		.slice(0, maxWorkers)
		.reduce((sum, size) => sum + size, 0);
}

export function estimateDiskMiB({experiments}: Plan): number {
	const bytes = experiments.reduce((sum, experiment) => sum + estimateDiskBytes(experiment), 0);
	return Math.max(1, Math.ceil(bytes / 2 ** 20));
}

function formatSpan(seconds: number): string {
	if (seconds < 90) return `${Math.ceil(seconds)} s`;
	return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
