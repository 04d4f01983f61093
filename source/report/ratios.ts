import {computeLogInterval, estimateEffect, isEstimate} from './effect.ts';
import {listMeasured} from './samples.ts';
import {computeGeometricMean} from './statistics.ts';

/** Values of one thing (a model) under the setting that is asked about and under the one beside it. */
type Contrast = {
	readonly name: string;
	readonly changed: readonly (number | null)[];
	readonly reference: readonly (number | null)[];
};

type RatioRow = {
	readonly name: string;
	/** changed over reference, geometric means; null where a side has no value. */
	readonly ratio: number | null;
	readonly nChanged: number;
	readonly nReference: number;
};

type Ratios = {
	/** One for each that was planned, in its order. */
	readonly rows: readonly RatioRow[];
	/** Geometric mean of the ratios; null without one. */
	readonly overall: number | null;
	/** 95 % interval over the things by Student's t on the logs; null for fewer than two. */
	readonly low: number | null;
	readonly high: number | null;
	readonly planned: number;
	/** Things that have a ratio. */
	readonly n: number;
};

/** How many times as much a setting takes: each thing counts once in the whole, however often it was measured. */
export function measureRatios(contrasts: readonly Contrast[]): Ratios {
	const rows = contrasts.map(measureRatio);
	const logs = rows.flatMap(({ratio}) => (ratio === null ? [] : [Math.log(ratio)]));
	const effect = estimateEffect(logs);
	const interval = effect && isEstimate(effect) ? computeLogInterval(effect) : null;
	return {
		rows,
		overall: effect && Math.exp(effect.mean),
		low: interval && Math.exp(interval.low),
		high: interval && Math.exp(interval.high),
		planned: contrasts.length,
		n: logs.length,
	};
}

function measureRatio({name, changed, reference}: Contrast): RatioRow {
	const [above, below] = [listPositive(changed), listPositive(reference)];
	const [mean, other] = [computeGeometricMean(above), computeGeometricMean(below)];
	const ratio = mean === null || other === null ? null : mean / other;
	return {name, ratio, nChanged: above.length, nReference: below.length};
}

const listPositive = (values: readonly (number | null)[]): readonly number[] =>
	listMeasured(values).filter((value) => value > 0);
