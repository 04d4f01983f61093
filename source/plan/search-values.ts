import type {SearchMark} from '../domain/batch-search.ts';
import type {Experiment} from '../domain/experiment.ts';
import type {JsonObject} from '../domain/json.ts';
import {readNumber} from '../domain/json.ts';

const MIB = 2 ** 20;
const BYTES = 4;

/** Of the bundled pipeline: a pass and a warm-up hold whole batches, and the pinned pool holds the inputs of two. */
export const GROWING: readonly string[] = ['num_samples', 'warmup_samples', 'memory_size_mb'];

const WHOLE_BATCHES = 2;

/** The settings for a value; what grows with it is never less than it was declared. */
export function giveValue(params: JsonObject, {key, grown}: Pick<SearchMark, 'key' | 'grown'>, value: number) {
	const samples = WHOLE_BATCHES * value;
	const shape = Array.isArray(params.tensor_shape) ? params.tensor_shape : [];
	const poolMiB = Math.ceil((BYTES * samples * shape.reduce<number>((size, one) => size * Number(one), 1)) / MIB);
	const least: {readonly [key: string]: number} = {
		num_samples: samples,
		warmup_samples: samples,
		memory_size_mb: poolMiB,
	};
	const sizes = Object.entries(grown).map(([name, declared]) => {
		const own = readNumber(declared) ?? 0;
		return [name, own === 0 ? 0 : Math.max(own, least[name] ?? 0)] as const;
	});
	return {...params, ...Object.fromEntries(sizes), [key]: value};
}

/** An experiment of the search that tries another value. */
export function tryValue(
	experiment: Experiment,
	mark: SearchMark,
	{runId, value, block}: {readonly runId: string; readonly value: number; readonly block: number},
): Experiment {
	// A postponement and an earlier move or lowering are those of one value.
	const {postponed: _postponed, movedFrom: _moved, declared: _declared, ...rest} = experiment;
	const axes = Object.hasOwn(experiment.axes, mark.key) ? {...experiment.axes, [mark.key]: value} : experiment.axes;
	return {
		...rest,
		runId,
		id: block === 1 ? runId : `${runId}.b${block}`,
		block,
		axes,
		params: giveValue(experiment.params, mark, value),
		search: {...mark, value},
	};
}

const SHORT: {readonly [key: string]: string} = {batch_size: 'batch'};

/** Names come from values. */
export const nameValue = ({series, key}: Pick<SearchMark, 'series' | 'key'>, value: number): string =>
	`${series}_${SHORT[key] ?? `${key}-`}${value}`;
