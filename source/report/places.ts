import {findDistance} from '../domain/locality.ts';
import {findLocalNode, type Topology} from '../domain/topology.ts';
import {groupBy} from './cells.ts';
import {type Effect, estimateEffect, isEstimate, testDifference} from './effect.ts';
import {adjustHolm} from './holm.ts';
import {averageRate, type Configuration, type Name, namePlace, type Point} from './points.ts';
import {rememberFor} from './remember.ts';
import type {DistanceRow, PairingRow} from './study.ts';
import {LEAST_BLOCKS, LEVEL} from './verdict.ts';

/** Throughput by the distance from the GPU's own node to that of the process, as the firmware tells it. */
export const listDistances = (
	configurations: readonly Configuration[],
	name: Name,
	topology: Topology,
): readonly DistanceRow[] =>
	configurations.flatMap((one) => groupByDistance(topology)(one).map((row) => ({model: name(one), ...row})));

/** Only where there is more than one distance to compare. */
const groupByDistance = rememberFor((topology: Topology) =>
	rememberFor(({points}: Configuration): readonly Omit<DistanceRow, 'model'>[] => {
		const groups = groupBy(points, (point) => measureDistance(point, topology));
		const known = [...groups].filter((group): group is [number, readonly Point[]] => group[0] !== null);
		if (known.length < 2) return [];
		return known.toSorted(([a], [b]) => a - b).map(([distance, members]) => buildRow(points, distance, members));
	}),
);

function measureDistance({experiment}: Point, topology: Topology): number | null {
	const local = findLocalNode(topology, experiment);
	return local === null || experiment.numaNode === null ? null : findDistance(topology, local, experiment.numaNode);
}

function buildRow(all: readonly Point[], distance: number, points: readonly Point[]): Omit<DistanceRow, 'model'> {
	const gpus = new Set(points.map(({gpuId}) => gpuId));
	const local = all.filter(({isLocal, gpuId}) => isLocal && gpus.has(gpuId));
	const samplesPerS = averageRate(points);
	return {
		distance,
		places: new Set(points.map(namePlace)).size,
		n: points.length,
		samplesPerS,
		ofLocalPercent: local.length === 0 ? null : (100 * samplesPerS) / averageRate(local),
	};
}

type Place = {readonly name: string; readonly points: readonly Point[]; readonly samplesPerS: number};

/** The GPU and node on which a model is fastest, named only where it is faster than every other place. */
export const findPairings = (configurations: readonly Configuration[], name: Name): readonly PairingRow[] =>
	configurations.flatMap((one) => {
		const found = findPairing(one);
		return found === null ? [] : [{model: name(one), ...found}];
	});

/** null where it ran in one place only. */
const findPairing = rememberFor(({points}: Configuration): Omit<PairingRow, 'model'> | null => {
	const places = [...groupBy(points, namePlace)]
		.map(([name, members]) => ({name, points: members, samplesPerS: averageRate(members)}))
		.toSorted((a, b) => b.samplesPerS - a.samplesPerS);
	const [fastest] = places;
	return !fastest || places.length < 2 ? null : judge(fastest, places);
});

/** The fastest is chosen after it was seen, so the family is all pairs of places and not those with the fastest. */
function judge(fastest: Place, places: readonly Place[]): Omit<PairingRow, 'model'> {
	const effects = places.slice(1).map((place) => compare(fastest, place));
	const ps = effects.map((effect) =>
		effect && effect.n >= LEAST_BLOCKS && isEstimate(effect) ? testDifference(effect) : null,
	);
	const adjusted = adjustHolm(ps, (places.length * (places.length - 1)) / 2);
	const alike = places.slice(1).filter((_, index) => !isFaster(effects[index] ?? null, adjusted[index] ?? null));
	const hasBlocks = effects.some((effect) => effect !== null && effect.n > 1);
	const [point] = fastest.points;
	const node = point?.experiment.numaNode ?? null;
	if (alike.length > 0 || !point || node === null) {
		return {best: null, places: places.length, hasBlocks, verdict: explain(fastest, alike, effects)};
	}
	const best = {gpuId: point.gpuId, node, samplesPerS: fastest.samplesPerS};
	return {best, places: places.length, hasBlocks, verdict: fastest.name};
}

const isFaster = (effect: Effect | null, p: number | null): boolean =>
	effect !== null && effect.mean > 0 && p !== null && p < LEVEL;

function explain(fastest: Place, alike: readonly Place[], effects: readonly (Effect | null)[]): string {
	const blocks = effects.reduce((most, effect) => Math.max(most, effect?.n ?? 0), 0);
	if (blocks < LEAST_BLOCKS) return `not distinguishable: ${LEAST_BLOCKS} blocks are needed`;
	const others = alike.length === 1 ? (alike[0]?.name ?? '') : `${alike.length} others`;
	return `not distinguishable: ${fastest.name} and ${others}`;
}

/** Log of a over b in each block that both have. */
function compare(a: Place, b: Place): Effect | null {
	const byBlock = new Map(b.points.map(({experiment, logRate}) => [experiment.block, logRate]));
	const ratios = a.points.flatMap(({experiment, logRate}) => {
		const other = byBlock.get(experiment.block);
		return other === undefined ? [] : [logRate - other];
	});
	return estimateEffect(ratios);
}
