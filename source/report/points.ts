import type {Experiment, ExperimentResult} from '../domain/experiment.ts';
import {findLocalNode, type Topology} from '../domain/topology.ts';
import type {ExperimentRecord} from '../journal/state.ts';
import {getResult, groupBy} from './cells.ts';
import {labelConfigurations} from './comparison-labels.ts';
import {identifyConfiguration, isWhole} from './configuration.ts';
import {estimateEffect} from './effect.ts';
import {readRate} from './pairs.ts';
import {isSameList, rememberFor} from './remember.ts';
import {computeMean} from './statistics.ts';

/** A result that may enter a figure of a study, with the log of its throughput. */
export type Point = {
	readonly experiment: Experiment;
	readonly gpuId: number;
	readonly result: ExperimentResult;
	readonly logRate: number;
	/** On the node of its GPU; null where that is unknown. */
	readonly isLocal: boolean | null;
};

/** Results of one model with one configuration, on whichever GPU and node; the same object while its points are the same. */
export type Configuration = {
	/** See `identifyConfiguration`. */
	readonly key: string;
	readonly experiment: Experiment;
	readonly points: readonly Point[];
	/** On the GPU's own node; all where there are none. */
	readonly near: readonly Point[];
};

/** Words for a configuration: the model, and the values in which it differs from others of that model. */
export type Name = (configuration: Configuration) => string;

/** Measured on a GPU, succeeded as declared, with CPUs and memory on one node. */
export function listConfigurations(records: readonly ExperimentRecord[], topology: Topology): readonly Configuration[] {
	const read = readPoints(topology);
	const points = records.map(read).filter((point) => point !== null);
	return [...groupBy(points, ({experiment}) => identifyConfiguration(experiment))].flatMap(describe);
}

/** Labels are made with the first that is asked for: a night of ten thousand that has no row needs none. */
export function nameConfigurations(configurations: readonly Configuration[]): Name {
	let byKey: ReadonlyMap<string, string> | null = null;
	return ({key}) => {
		byKey ??= labelAll(configurations);
		return byKey.get(key) ?? '';
	};
}

function labelAll(configurations: readonly Configuration[]): ReadonlyMap<string, string> {
	const labels = labelConfigurations(configurations);
	return new Map(configurations.map(({key}, index) => [key, labels[index] ?? '']));
}

const latestOf = rememberFor((_first: Point): {configuration: Configuration | null} => ({configuration: null}));

function describe([key, points]: readonly [string, readonly Point[]]): readonly Configuration[] {
	const [first] = points;
	if (!first) return [];
	const latest = latestOf(first);
	if (latest.configuration && isSameList(latest.configuration.points, points)) return [latest.configuration];
	const near = points.filter(({isLocal}) => isLocal);
	latest.configuration = {key, experiment: first.experiment, points, near: near.length > 0 ? near : points};
	return [latest.configuration];
}

const readPoints = rememberFor((topology: Topology) =>
	rememberFor((record: ExperimentRecord) => makePoint(record, topology)),
);

function makePoint(record: ExperimentRecord, topology: Topology): Point | null {
	const {experiment} = record;
	const result = getResult(record);
	const rate = readRate(record);
	if (!result || rate === null || experiment.gpuId === null || experiment.block < 1 || !isWhole(experiment))
		return null;
	const local = findLocalNode(topology, experiment);
	const isLocal = local === null || experiment.numaNode === null ? null : experiment.numaNode === local;
	return {experiment, gpuId: experiment.gpuId, result, logRate: Math.log(rate), isLocal};
}

/** Geometric mean of throughput, samples a second; each place counts once, however many blocks it has. */
export function averageRate(points: readonly Point[]): number {
	const places = [...groupBy(points, namePlace).values()].map((members) => meanLogRate(members));
	return Math.exp(computeMean(places) ?? 0);
}

const meanLogRate = (points: readonly Point[]): number => computeMean(points.map(({logRate}) => logRate)) ?? 0;

export const namePlace = ({gpuId, experiment}: Point): string => `GPU ${gpuId} on node ${experiment.numaNode ?? '-'}`;

/** Logs of b over a, one for each block that both have in every place where they both ran. */
export function pairPoints(a: readonly Point[], b: readonly Point[]): ReturnType<typeof estimateEffect> {
	const placesOfA = groupBy(a, namePlace);
	const shared = [...groupBy(b, namePlace)].flatMap(([place, others]) => {
		const own = placesOfA.get(place);
		return own ? [ratioByBlock(own, others)] : [];
	});
	const blocks = [...new Set(shared.flatMap((ratios) => [...ratios.keys()]))];
	const complete = blocks.filter((block) => shared.every((ratios) => ratios.has(block)));
	return estimateEffect(complete.map((block) => computeMean(shared.map((ratios) => ratios.get(block) ?? 0)) ?? 0));
}

function ratioByBlock(a: readonly Point[], b: readonly Point[]): ReadonlyMap<number, number> {
	const byBlock = groupBy(a, ({experiment}) => experiment.block);
	const ratios = [...groupBy(b, ({experiment}) => experiment.block)].flatMap(([block, members]) => {
		const others = byBlock.get(block);
		return others ? [[block, meanLogRate(members) - meanLogRate(others)] as const] : [];
	});
	return new Map(ratios);
}
