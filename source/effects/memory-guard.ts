import type {Experiment} from '../domain/experiment.ts';
import type {Verdict} from '../engine/ports.ts';
import {findPosition} from '../journal/positions.ts';
import type {RunState} from '../journal/state.ts';
import {getAt} from '../journal/vector.ts';
import {type MemoryNeeds, measureNeeds, type Peaks} from '../plan/memory-needs.ts';
import {judgeNeeds, type Need} from '../plan/room.ts';
import type {MemoryReader} from './free-memory.ts';

export type MemoryGuard = {
	/** Whether what the experiment needs is free, `now` in epoch ms. */
	readonly judge: (experiment: Experiment, state: RunState, now: number) => Promise<Verdict>;
};

type Options = {
	readonly reader: MemoryReader;
	/** Only the bundled workload pins what `memory_size_mb` says. */
	readonly isBundled: (experiment: Experiment) => boolean;
	readonly findPeaks: (experiment: Experiment) => Peaks;
};

/** What has just ended gives its memory back within this; what is short for longer is short because of others. */
const PATIENCE_MS = 60_000;
/** A program that has run for this long has taken what it will take. */
const SETTLED_MS = 60_000;

export function createMemoryGuard(options: Options): MemoryGuard {
	const shortSince = new Map<string, number>();
	const granted = new Map<string, Grant>();
	let idleMiB: number | null = null;
	let asked: Promise<unknown> = Promise.resolve();

	const judge = async (experiment: Experiment, state: RunState, now: number): Promise<Verdict> => {
		for (const [id, {at}] of granted) if (now - at > GRANT_MS) granted.delete(id);
		const others = [...granted.values()].filter(({experiment: {id}}) => waits(state, id) && id !== experiment.id);
		const starting = [...listStarting(state, now), ...others.map((grant) => grant.experiment)];
		const beside = [...listRunning(state), ...others.map((grant) => grant.experiment)];
		if (beside.length === 0) idleMiB = await readUsed(options.reader);
		const reserved = beside.reduce((sum, other) => sum + needsOf(other, options).hostMiB, 0);
		const fit = judgeNeeds(await listNeeds(experiment, state, {starting, reserved, idleMiB}, options));
		// What earlier runs took is no reason to give up: alone it may try.
		const isAlone = state.counts.active + others.length === 0 || (fit.kind === 'short' && !fit.isShared);
		if (fit.kind === 'fits' || (fit.kind === 'short' && fit.source === 'learnt' && isAlone)) {
			shortSince.delete(experiment.id);
			granted.set(experiment.id, {experiment, at: now});
			return {kind: 'admitted'};
		}
		if (fit.kind === 'never') return fit;
		const since = shortSince.get(experiment.id) ?? now;
		shortSince.set(experiment.id, isAlone ? since : now);
		if (isAlone && now - since >= PATIENCE_MS) {
			return {kind: 'never', reason: `${fit.reason}, and nothing of this run could free more`};
		}
		return {kind: 'wait', cause: 'memory', reason: `${fit.brief} (${experiment.id})`};
	};

	return {
		judge: (experiment, state, now) => {
			// One after the other, or two lanes would both be given the last free memory.
			const answer = asked.then(() => judge(experiment, state, now));
			asked = answer.catch(() => {});
			return answer;
		},
	};
}

/** Let in, and perhaps not yet in the state. */
type Grant = {readonly experiment: Experiment; readonly at: number};

/** From being let in to its launch. */
const GRANT_MS = 10_000;

const waits = ({positions, experiments}: RunState, id: string): boolean =>
	getAt(experiments, findPosition(positions, id) ?? -1)?.stage.kind === 'waiting';

type Beside = {
	readonly starting: readonly Experiment[];
	/** What all that runs or was let in is going to have, MiB of the host. */
	readonly reserved: number;
	/** Of the host, used while nothing of this run was running; null while it was never seen so. */
	readonly idleMiB: number | null;
};

async function listNeeds(
	experiment: Experiment,
	state: RunState,
	{starting, reserved, idleMiB}: Beside,
	options: Options,
): Promise<readonly Need[]> {
	const [own, others] = [needsOf(experiment, options), starting.map((other) => needsOf(other, options))];
	const sum = (pick: (needs: MemoryNeeds) => number) => others.reduce((total, needs) => total + pick(needs), 0);
	const needs: Need[] = [];
	if (own.pinnedMiB > 0 && own.node !== null) {
		const {node} = own;
		const taken = sum((other) => (other.node === node ? other.pinnedMiB : 0));
		const have = lessen(await options.reader.readNode(node), taken);
		needs.push({
			what: `pinned memory on node ${node}`,
			neededMiB: own.pinnedMiB,
			source: 'declared',
			isShared: true,
			...have,
		});
	}
	if (own.hostMiB > 0) {
		const host = await options.reader.readHost();
		const now = lessen(
			host,
			sum(({hostMiB}) => hostMiB),
		);
		const have = keepRoom(now, reserved, idleMiB);
		needs.push({what: 'host memory', neededMiB: own.hostMiB, source: own.hostSource, isShared: true, ...have});
	}
	if (own.gpuMiB > 0) {
		const have = readGpuMemory(experiment, state);
		needs.push({what: 'GPU memory', neededMiB: own.gpuMiB, source: own.gpuSource, isShared: false, ...have});
	}
	return needs;
}

type Have = Pick<Need, 'totalMiB' | 'freeMiB' | 'isKept'>;

/** A compilation reaches its peak after many minutes: what runs keeps room for all that it will have. */
function keepRoom({totalMiB, freeMiB}: Have, reserved: number, idleMiB: number | null): Have {
	if (totalMiB === null || reserved === 0) return {totalMiB, freeMiB};
	const left = totalMiB - (idleMiB ?? 0) - reserved;
	return freeMiB !== null && freeMiB <= left ? {totalMiB, freeMiB} : {totalMiB, freeMiB: left, isKept: true};
}

const lessen = ({totalMiB, freeMiB}: Have, takenMiB: number): Have => ({
	totalMiB,
	freeMiB: freeMiB === null ? null : freeMiB - takenMiB,
});

const needsOf = (experiment: Experiment, {isBundled, findPeaks}: Options): MemoryNeeds =>
	measureNeeds(experiment, isBundled(experiment), findPeaks(experiment));

/** Experiments whose memory is not yet in use, so that what is free is not free for others. */
function listStarting({lanes, experiments}: RunState, now: number): readonly Experiment[] {
	return [...lanes.values()].flatMap(({running}) => {
		const record = running === null ? undefined : getAt(experiments, running);
		if (!record) return [];
		const {experiment, stage} = record;
		if (stage.kind === 'launching') return [experiment];
		if (stage.kind !== 'running' || now - stage.since > SETTLED_MS) return [];
		return stage.phase === null || stage.phase.name === 'load' ? [experiment] : [];
	});
}

const listRunning = ({lanes, experiments}: RunState): readonly Experiment[] =>
	[...lanes.values()].flatMap(({running}) => {
		const record = running === null ? undefined : getAt(experiments, running);
		return record ? [record.experiment] : [];
	});

async function readUsed(reader: MemoryReader): Promise<number | null> {
	const {totalMiB, freeMiB} = await reader.readHost();
	return totalMiB === null || freeMiB === null ? null : totalMiB - freeMiB;
}

function readGpuMemory({gpuId}: Experiment, {gpus, opened}: RunState): Have {
	const sample = gpuId === null ? undefined : gpus.get(gpuId)?.sample;
	const listed = opened?.topology.gpus.find(({index}) => index === gpuId)?.memoryTotalMiB ?? null;
	const [total, used] = [sample?.memoryTotalMiB ?? listed, sample?.memoryUsedMiB ?? null];
	return {totalMiB: total, freeMiB: total === null || used === null ? null : total - used};
}
