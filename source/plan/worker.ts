import type {Experiment, LaneId} from '../domain/experiment.ts';
import type {LaneState, RunState} from '../journal/state.ts';
import {getAt} from '../journal/vector.ts';

type Holding = Pick<Experiment, 'job' | 'lane' | 'binding' | 'memoryNode' | 'block' | 'profiler'>;

/** Names the process that may serve an experiment; equal for all of a lane, a binding and a block. Safe as a file name. */
export function nameWorker({job, lane, binding, memoryNode, block, profiler}: Holding): string {
	const held = {strict: 'node', cpu: 'cpus', off: ''}[binding.kind];
	const parts = [
		...(job === 0 ? [] : [`job${job}`]),
		lane,
		binding.kind === 'off' ? 'unbound' : `${held}${binding.node}`,
		...(memoryNode === undefined ? [] : [`memory${memoryNode}`]),
		`b${block}`,
		...(profiler === undefined ? [] : [profiler]),
	];
	return parts.join('.').replaceAll(/[^A-Za-z0-9._-]/g, '_');
}

/** Whether a profiler is around it, which writes its reports when it ends. */
export const leavesReports = (key: string): boolean => key.endsWith('.nsys');

/** Begins the tag of every worker of a run, or of those with this key. */
export const buildWorkerTag = (token: string, key?: string): string =>
	key === undefined ? `${token}:worker:` : `${token}:worker:${key}:`;

/** Whether something of the lane's present block still runs in this worker or waits for it. */
export function isWorkerWanted(state: RunState, lane: LaneId, key: string): boolean {
	const there = state.lanes.get(lane);
	if (!there) return false;
	const running = findRunning(state, there);
	if (running && nameWorker(running) === key) return true;
	const isOver = state.stopping !== null || state.draining !== null || state.closed !== null;
	if (isOver || there.quarantined !== null) return false;
	// Its reports come when it ends, and nobody knows how long a pause is.
	const isHeld = state.paused !== null || there.paused !== null || there.held !== null;
	if (isHeld && there.collecting.length > 0) return false;
	return waitsInBlock(state, there, running, key);
}

/** Looks no further than the block that runs, or that comes next: each block has processes of its own. */
function waitsInBlock(
	{experiments}: RunState,
	{lane, queue, next}: LaneState,
	running: Experiment | null,
	key: string,
): boolean {
	let block: Pick<Experiment, 'job' | 'block'> | null = running;
	for (let place = next; place < queue.length; place++) {
		const record = getAt(experiments, queue[place] ?? -1);
		if (record?.stage.kind !== 'waiting' || record.experiment.lane !== lane.id) continue;
		const {experiment} = record;
		block ??= experiment;
		if (experiment.block !== block.block || experiment.job !== block.job) return false;
		if (experiment.isolation === 'block' && nameWorker(experiment) === key) return true;
	}
	return false;
}

const findRunning = ({experiments}: RunState, {running}: LaneState): Experiment | null =>
	running === null ? null : (getAt(experiments, running)?.experiment ?? null);
