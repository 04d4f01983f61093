import type {Experiment} from '../domain/experiment.ts';
import {countAtOnce} from './executions.ts';
import type {Plan} from './plan.ts';
import {type Need, sayMiB} from './room.ts';

/** What an experiment takes of the host, MiB; 0 where nobody has said or measured it. */
export type HostNeed = {readonly mib: number; readonly source: Need['source']};

/** MiB; null where nobody can say. `freeMiB` is null for another machine than this one, too. */
export type HostRoom = {readonly totalMiB: number | null; readonly freeMiB: number | null};

/** Experiments that take the same, of which fewer run at once than lanes and workers allow. */
type HostLimit = {
	readonly neededMiB: number;
	readonly source: Need['source'];
	readonly experiments: number;
	/** Of the first of them. */
	readonly ids: readonly string[];
	/** 0: not even one fits now. */
	readonly atOnce: number;
	/** Not even with all of the machine. */
	readonly isNever: boolean;
};

export type HostMemory = {
	readonly totalMiB: number | null;
	/** What the run can have. */
	readonly roomMiB: number | null;
	/** The most that run at once without memory. */
	readonly lanesAtOnce: number;
	/** What memory makes of it. */
	readonly atOnce: number;
	readonly limits: readonly HostLimit[];
	/** The greediest of each lane, as many as run at once, where there is no room for all of them; else empty. */
	readonly apart: readonly {readonly id: string; readonly mib: number}[];
};

const SHOWN_IDS = 10;

/** Which experiments the host's memory keeps apart. */
export function judgeHostMemory(
	plan: Plan,
	needOf: (experiment: Experiment) => HostNeed,
	{totalMiB, freeMiB}: HostRoom,
): HostMemory {
	const roomMiB = freeMiB ?? totalMiB;
	const lanesAtOnce = countAtOnce(plan);
	const needs = plan.experiments.map((experiment) => ({experiment, need: needOf(experiment)}));
	const nothing = {totalMiB, roomMiB, lanesAtOnce, atOnce: lanesAtOnce, limits: [], apart: []};
	if (roomMiB === null) return nothing;
	const told = needs.filter(({need: {mib}}) => mib > 0);
	const limits = [...Map.groupBy(told, ({need: {mib, source}}) => `${mib} ${source}`).values()].flatMap(
		(own): readonly HostLimit[] => {
			const [first] = own;
			if (!first) return [];
			const {mib, source} = first.need;
			const atOnce = Math.floor(roomMiB / mib);
			const lanes = Math.min(lanesAtOnce, new Set(own.map(({experiment: {lane}}) => lane)).size);
			if (atOnce > 0 && atOnce >= lanes) return [];
			const ids = own.slice(0, SHOWN_IDS).map(({experiment: {id}}) => id);
			const isNever = totalMiB !== null && source === 'declared' && mib > totalMiB;
			return [{neededMiB: mib, source, experiments: own.length, ids, atOnce, isNever}];
		},
	);
	return {
		...nothing,
		atOnce: countBeside(needs, roomMiB, lanesAtOnce),
		limits: limits.toSorted(byNeed),
		apart: listApart(needs, roomMiB, lanesAtOnce),
	};
}

function listApart(needs: readonly Needing[], roomMiB: number, lanesAtOnce: number): HostMemory['apart'] {
	const most = new Map<string, {readonly id: string; readonly mib: number}>();
	for (const {experiment, need} of needs) {
		if (need.mib > (most.get(experiment.lane)?.mib ?? 0)) most.set(experiment.lane, {id: experiment.id, mib: need.mib});
	}
	const greediest = [...most.values()].sort((a, b) => b.mib - a.mib).slice(0, lanesAtOnce);
	return greediest.length > 1 && greediest.reduce((sum, {mib}) => sum + mib, 0) > roomMiB ? greediest : [];
}

const byNeed = (a: HostLimit, b: HostLimit): number => b.neededMiB - a.neededMiB;

type Needing = {readonly experiment: Experiment; readonly need: HostNeed};

/** The most that can run at once: of each lane what takes least, as long as there is room; alone anything may try. */
function countBeside(needs: readonly Needing[], roomMiB: number, lanesAtOnce: number): number {
	const least = new Map<string, number>();
	for (const {experiment, need} of needs)
		least.set(experiment.lane, Math.min(need.mib, least.get(experiment.lane) ?? Number.POSITIVE_INFINITY));
	let [left, count] = [roomMiB, 0];
	for (const mib of [...least.values()].sort((a, b) => a - b)) {
		if (mib > left) break;
		left -= mib;
		count++;
	}
	return Math.min(lanesAtOnce, Math.max(1, count));
}

/** As a person reads it; nothing where memory stands in nobody's way. */
export function describeHostMemory({
	totalMiB,
	roomMiB,
	lanesAtOnce,
	atOnce,
	limits,
	apart,
}: HostMemory): readonly string[] {
	if (roomMiB === null) return [];
	const room = `${sayMiB(roomMiB)} ${roomMiB === totalMiB ? 'in all' : 'that are free now'}`;
	const all = apart.reduce((sum, {mib}) => sum + mib, 0);
	const named = apart.slice(0, NAMED).map(({id, mib}) => `${id} ${sayMiB(mib)}`);
	const together =
		apart.length === 0
			? []
			: [
					`host memory: ${named.join(', ')}${apart.length > NAMED ? ' and others' : ''} do not fit together: ${sayMiB(all)} of ${room}; they wait for each other`,
				];
	const most = atOnce < lanesAtOnce ? [`host memory: at most ${atOnce} at once, and not ${lanesAtOnce}`] : [];
	return [...limits.map((limit) => describeLimit(limit, room)), ...together, ...most];
}

const NAMED = 3;

function describeLimit({neededMiB, source, experiments, ids, atOnce, isNever}: HostLimit, room: string): string {
	const isOne = experiments === 1;
	const who = isOne ? `${ids[0]}` : `${experiments} experiments (${ids[0]} and others)`;
	const verb = source === 'learnt' ? 'took in an earlier run' : isOne ? 'needs' : 'need';
	const fate = isNever
		? 'this machine never has it'
		: atOnce === 0
			? `no room in ${room}`
			: `${atOnce} at once in ${room}`;
	return `host memory: ${who} ${verb} ${sayMiB(neededMiB)}${isOne ? '' : ' each'}: ${fate}`;
}
