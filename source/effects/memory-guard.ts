import type {Experiment} from '../domain/experiment.ts';
import {readNumber} from '../domain/json.ts';
import type {Verdict} from '../engine/ports.ts';
import {findPosition} from '../journal/positions.ts';
import type {RunState} from '../journal/state.ts';
import {getAt} from '../journal/vector.ts';
import {judgeNeeds, type Need} from '../plan/room.ts';
import type {MemoryReader} from './free-memory.ts';

/** Peaks of earlier runs, MiB; null where none measured it. */
export type Peaks = {readonly hostMiB: number | null; readonly gpuMiB: number | null};

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
	let asked: Promise<unknown> = Promise.resolve();

	const judge = async (experiment: Experiment, state: RunState, now: number): Promise<Verdict> => {
		for (const [id, {at}] of granted) if (now - at > GRANT_MS) granted.delete(id);
		const others = [...granted.values()].filter(({experiment: {id}}) => waits(state, id) && id !== experiment.id);
		const starting = [...listStarting(state, now), ...others.map((grant) => grant.experiment)];
		const fit = judgeNeeds(await listNeeds(experiment, state, starting, options));
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
		return {kind: 'wait', cause: 'memory', reason: `${experiment.id} waits: ${fit.reason}`};
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

async function listNeeds(
	experiment: Experiment,
	state: RunState,
	starting: readonly Experiment[],
	options: Options,
): Promise<readonly Need[]> {
	const [own, others] = [measureNeeds(experiment, options), starting.map((other) => measureNeeds(other, options))];
	const sum = (pick: (needs: Needs) => number) => others.reduce((total, needs) => total + pick(needs), 0);
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
		const have = lessen(
			await options.reader.readHost(),
			sum(({hostMiB}) => hostMiB),
		);
		needs.push({what: 'host memory', neededMiB: own.hostMiB, source: own.hostSource, isShared: true, ...have});
	}
	if (own.gpuMiB > 0) {
		const have = readGpuMemory(experiment, state);
		needs.push({what: 'GPU memory', neededMiB: own.gpuMiB, source: own.gpuSource, isShared: false, ...have});
	}
	return needs;
}

type Have = Pick<Need, 'totalMiB' | 'freeMiB'>;

const lessen = ({totalMiB, freeMiB}: Have, takenMiB: number): Have => ({
	totalMiB,
	freeMiB: freeMiB === null ? null : freeMiB - takenMiB,
});

type Needs = {
	readonly pinnedMiB: number;
	/** Node that its memory is bound to. */
	readonly node: number | null;
	readonly hostMiB: number;
	readonly hostSource: Need['source'];
	readonly gpuMiB: number;
	readonly gpuSource: Need['source'];
};

/** What is declared counts, else what earlier runs have measured, and at least what is pinned. */
function measureNeeds(experiment: Experiment, {isBundled, findPeaks}: Options): Needs {
	const {binding, memoryNode, params, conditions = {}} = experiment;
	const peaks = findPeaks(experiment);
	const pinnedMiB = isBundled(experiment) ? (readNumber(params.memory_size_mb) ?? 0) : 0;
	const learntMiB = Math.ceil(peaks.hostMiB ?? 0);
	return {
		pinnedMiB,
		node: binding.kind === 'strict' ? (memoryNode ?? binding.node) : null,
		hostMiB: conditions.hostMiB ?? Math.max(learntMiB, pinnedMiB),
		hostSource: conditions.hostMiB === undefined && learntMiB > pinnedMiB ? 'learnt' : 'declared',
		gpuMiB: conditions.gpuMiB ?? Math.ceil(peaks.gpuMiB ?? 0),
		gpuSource: conditions.gpuMiB === undefined ? 'learnt' : 'declared',
	};
}

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

function readGpuMemory({gpuId}: Experiment, {gpus, opened}: RunState): Have {
	const sample = gpuId === null ? undefined : gpus.get(gpuId)?.sample;
	const listed = opened?.topology.gpus.find(({index}) => index === gpuId)?.memoryTotalMiB ?? null;
	const [total, used] = [sample?.memoryTotalMiB ?? listed, sample?.memoryUsedMiB ?? null];
	return {totalMiB: total, freeMiB: total === null || used === null ? null : total - used};
}
