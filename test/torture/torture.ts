import {createRandom, shuffle} from '../../source/plan/random.ts';
import {type Campaign, campaign} from './campaign.ts';
import {countVisits, POINTS, type Point} from './points.ts';
import type {Kill} from './victim.ts';

export type Torture = {
	readonly seed: number;
	/** Deaths of a runner, after each of which somebody went on with the run. */
	readonly rounds: number;
	readonly campaigns: number;
	readonly killsAtPoints: ReadonlyMap<Point, number>;
	readonly killsAtRandom: number;
	readonly orphans: number;
	readonly faults: readonly string[];
	readonly missedPoints: readonly Point[];
};

export type TortureOptions = {
	readonly rounds: number;
	readonly seed: number;
	/** Runs at the same time. */
	readonly atOnce: number;
	readonly onProgress?: (rounds: number) => void;
};

/** Late enough to be in the middle of experiments, early enough to be among the first things that a runner does. */
const LONGEST_MS = 2000;
const RANDOM_SHARE = 0.3;

/** Kills runners until as many have died as asked for; deaths that are on their way then are counted too. */
export async function torture({rounds, seed, atOnce, onProgress = () => {}}: TortureOptions): Promise<Torture> {
	const random = createRandom(seed);
	const nextPoint = createPoints(random);
	let died = 0;
	const nextKill = (): Kill | null => {
		if (died >= rounds) return null;
		return random() < RANDOM_SHARE ? {kind: 'time', afterMs: Math.round(random() * LONGEST_MS)} : nextPoint();
	};
	const onKilled = (): void => onProgress(++died);
	const campaigns: Campaign[] = [];
	const work = async (): Promise<void> => {
		while (died < rounds && campaigns.every(({faults}) => faults.length === 0)) {
			campaigns.push(await campaign({nextKill, onKilled}));
		}
	};
	await Promise.all(Array.from({length: atOnce}, work));
	return report(seed, campaigns);
}

/** All points in turn, each time in another order. */
function createPoints(random: () => number): () => Kill {
	let waiting: Point[] = [];
	return () => {
		if (waiting.length === 0) waiting = shuffle(POINTS, random);
		const point = waiting.pop() as Point;
		return {kind: 'point', point, count: 1 + Math.floor(random() * countVisits(point))};
	};
}

function report(seed: number, campaigns: readonly Campaign[]): Torture {
	const kills = campaigns.flatMap((one) => one.kills);
	const killsAtPoints = new Map<Point, number>(POINTS.map((point) => [point, 0]));
	for (const kill of kills) {
		if (kill.kind === 'point') killsAtPoints.set(kill.point, (killsAtPoints.get(kill.point) ?? 0) + 1);
	}
	return {
		seed,
		rounds: kills.length,
		campaigns: campaigns.length,
		killsAtPoints,
		killsAtRandom: kills.filter(({kind}) => kind === 'time').length,
		orphans: campaigns.reduce((sum, one) => sum + one.orphans, 0),
		faults: campaigns.flatMap(({faults}) => faults),
		missedPoints: POINTS.filter((point) => killsAtPoints.get(point) === 0),
	};
}

export const formatTorture = (torture: Torture): string =>
	[
		`${torture.rounds} rounds (seed ${torture.seed}) in ${torture.campaigns} runs of 48 experiments; ${torture.orphans} processes outlived their runner`,
		...[...torture.killsAtPoints].map(([point, times]) => `${String(times).padStart(6)}  killed ${point}`),
		`${String(torture.killsAtRandom).padStart(6)}  killed at a random time`,
		...torture.missedPoints.map((point) => `NEVER COME TO: ${point}`),
		...torture.faults.map((fault) => `FAULT: ${fault}`),
		'',
	].join('\n');
