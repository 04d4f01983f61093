import type {Experiment} from '../domain/experiment.ts';
import type {Json} from '../domain/json.ts';
import {countVitOperations} from '../domain/vit-operations.ts';
import {groupBy} from './cells.ts';
import {identifyModelSeries} from './configuration.ts';
import {averageRate, type Configuration, type Name, type Point} from './points.ts';
import {fitSlope} from './regression.ts';
import {rememberFor} from './remember.ts';
import type {EfficiencyRow, ExponentRow} from './study.ts';

/**
 * How time per sample grows with a model's operations: the slope of the line through their logarithms, one point for
 * each model. About 1 where the GPU computes all the time, near 0 where copies or launches take longer.
 */
export function fitExponents(configurations: readonly Configuration[], name: Name): readonly ExponentRow[] {
	const series = groupBy(
		configurations.filter((one) => readPoint(one) !== null),
		({experiment}) => identifyModelSeries(experiment),
	);
	return [...series.values()].flatMap((members) => {
		const points = members.map(readPoint).filter((point) => point !== null);
		const fitted = fitSlope(points);
		if (!fitted) return [];
		return [
			{
				series: nameSeries(members, name),
				models: points.length,
				exponent: fitted.slope,
				low: fitted.low,
				high: fitted.high,
			},
		];
	});
}

const readPoint = rememberFor(({experiment, near}: Configuration): readonly [number, number] | null => {
	const operations = countOperations(experiment);
	return operations === null ? null : [Math.log(operations), -Math.log(averageRate(near))];
});

/** null for what is no vision transformer or computes nothing. */
export function countOperations({params}: Experiment): number | null {
	const [depth, dim, mlpDim, patchSize] = [params.depth, params.dim, params.mlp_dim, params.patch_size].map(toCount);
	const shape = Array.isArray(params.tensor_shape) ? params.tensor_shape.map(toCount) : [];
	const [channels, height, width] = shape;
	if (!depth || !dim || !mlpDim || !patchSize || !channels || !height || !width) return null;
	const fit = (side: number): number => Math.ceil(side / patchSize) * patchSize;
	return countVitOperations({depth, dim, mlpDim, patchSize, shape: [channels, fit(height), fit(width)]});
}

const toCount = (value: Json | undefined): number | null => (typeof value === 'number' && value > 0 ? value : null);

function nameSeries(members: readonly Configuration[], name: Name): string {
	const [first, last] = [members[0], members.at(-1)];
	return first && last ? `${name(first)} to ${name(last)}` : '';
}

/** What n GPUs do together over n times what the fastest of them does, each on its own node. */
export const measureEfficiency = (
	configurations: readonly Configuration[],
	name: Name,
	atOnce: boolean,
): readonly EfficiencyRow[] =>
	configurations.flatMap((one) => {
		const found = addUp(one);
		return found === null ? [] : [{model: name(one), ...found, atOnce}];
	});

/** null on a single GPU. */
const addUp = rememberFor(({near}: Configuration): Omit<EfficiencyRow, 'model' | 'atOnce'> | null => {
	const byGpu = [...groupBy(near, ({gpuId}: Point) => gpuId)];
	if (byGpu.length < 2) return null;
	const rates = byGpu.map(([, points]) => averageRate(points));
	const sumSamplesPerS = rates.reduce((sum, rate) => sum + rate, 0);
	const fastest = rates.reduce((most, rate) => Math.max(most, rate), 0);
	const gpuIds = byGpu.map(([gpuId]) => gpuId).toSorted((a, b) => a - b);
	return {gpuIds, sumSamplesPerS, efficiencyPercent: (100 * sumSamplesPerS) / (rates.length * fastest)};
});
