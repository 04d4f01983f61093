import {isJsonObject, type Json} from '../domain/json.ts';
import {averageRate, type Configuration, type Name, type Point} from './points.ts';
import {rememberFor} from './remember.ts';
import {computeGeometricMean} from './statistics.ts';
import type {Cause, ClassRow, Study} from './study.ts';

/** A stage bounds a model when it takes at least this many times as long as the next one; anything closer is mixed. */
export const BOUND_RATIO = 1.25;

/** Microseconds a sample in which each stage works alone. */
export type StageTimes = {
	readonly h2dUs: number;
	/** Without waiting for launches; 0 of a model that computes nothing. */
	readonly computeUs: number;
	/** For which the GPU waits for the host in the forward pass. */
	readonly launchUs: number;
	readonly d2hUs: number;
};

/** Both directions are copied at the same time, so the longer one counts. */
export const findCopyUs = ({h2dUs, d2hUs}: StageTimes): number => Math.max(h2dUs, d2hUs);

const findForwardUs = ({computeUs, launchUs}: StageTimes): number => computeUs + launchUs;

/** By what its stages take alone, and not by its name: a penalty of launches is none of copies. Or why that is unknown. */
export const classify = rememberFor(({near}: Configuration): Omit<ClassRow, 'model'> | {readonly reason: string} => {
	const times = averageStages(near);
	if (typeof times === 'string') return {reason: times};
	const floorUs = Math.max(findCopyUs(times), findForwardUs(times));
	return {
		...findCause(times),
		n: near.length,
		shares: shareOut(times),
		reachedPercent: (averageRate(near) * floorUs) / 1e4,
	};
});

function shareOut(times: StageTimes): ClassRow['shares'] {
	const sum = findForwardUs(times) + times.h2dUs + times.d2hUs;
	return {
		h2dPercent: (100 * times.h2dUs) / sum,
		computePercent: (100 * times.computeUs) / sum,
		launchPercent: (100 * times.launchUs) / sum,
		d2hPercent: (100 * times.d2hUs) / sum,
	};
}

function findCause(times: StageTimes): {readonly cause: Cause; readonly reason: string | null} {
	const [copyUs, forwardUs] = [findCopyUs(times), findForwardUs(times)];
	const {computeUs, launchUs} = times;
	if (copyUs >= BOUND_RATIO * forwardUs) return {cause: 'copy-bound', reason: null};
	if (forwardUs < BOUND_RATIO * copyUs)
		return {cause: 'mixed', reason: 'copies take about as long as the forward pass'};
	if (computeUs >= BOUND_RATIO * launchUs) return {cause: 'compute-bound', reason: null};
	if (launchUs >= BOUND_RATIO * computeUs) return {cause: 'launch-bound', reason: null};
	return {cause: 'mixed', reason: 'launches take about as long as computing'};
}

/** Geometric means over results; or why they are not known. */
export function averageStages(points: readonly Point[]): StageTimes | string {
	const stages = points.map(({result, experiment}) =>
		readStages(result.metrics, {...experiment.params, ...result.effective}),
	);
	const known = stages.filter((one) => typeof one !== 'string');
	if (known.length === 0) return stages.find((one) => typeof one === 'string') ?? 'nothing was measured';
	const average = (read: (times: StageTimes) => number): number => averageTimes(known.map(read));
	return {
		h2dUs: average(({h2dUs}) => h2dUs),
		computeUs: average(({computeUs}) => computeUs),
		launchUs: average(({launchUs}) => launchUs),
		d2hUs: average(({d2hUs}) => d2hUs),
	};
}

/** A stage that one result does without has no logarithm; an arithmetic mean serves as well there. */
const averageTimes = (times: readonly number[]): number =>
	times.every((time) => time > 0)
		? (computeGeometricMean(times) ?? 0)
		: times.reduce((sum, time) => sum + time, 0) / times.length;

function readStages(
	metrics: {readonly [key: string]: Json},
	settings: {readonly [key: string]: Json},
): StageTimes | string {
	const {floors} = metrics;
	if (!isJsonObject(floors))
		return settings.measure_floors === false
			? 'experiment.test.measure_floors=false'
			: 'its program measures no floors';
	const read = (stage: string): number | null => toUs(floors[`${stage}_samples_per_s`]);
	const [h2dUs, d2hUs, computeUs, launchedUs] = [read('h2d'), read('d2h'), read('compute'), read('launch')];
	if (h2dUs === null || d2hUs === null) return 'its copies could not be measured alone';
	if (settings.depth === 0) return {h2dUs, d2hUs, computeUs: 0, launchUs: 0};
	if (computeUs === null) return 'its forward pass could not be measured alone';
	if (launchedUs === null && settings.execution !== 'graph') return 'its launches were not measured';
	return {h2dUs, d2hUs, computeUs, launchUs: Math.max(0, (launchedUs ?? computeUs) - computeUs)};
}

const toUs = (samplesPerS: Json | undefined): number | null =>
	typeof samplesPerS === 'number' && samplesPerS > 0 ? 1e6 / samplesPerS : null;

export function listClasses(
	configurations: readonly Configuration[],
	name: Name,
): Pick<Study, 'classes' | 'unclassified'> {
	const reasons = new Map<string, number>();
	const classes = configurations.flatMap((one) => {
		const found = classify(one);
		if ('cause' in found) return [{model: name(one), ...found}];
		reasons.set(found.reason, (reasons.get(found.reason) ?? 0) + 1);
		return [];
	});
	const unclassified = [...reasons].map(([reason, count]) => ({reason, count})).toSorted((a, b) => b.count - a.count);
	return {classes, unclassified};
}
