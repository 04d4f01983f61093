import type {Conditions} from '../domain/experiment.ts';
import {readThrottles} from '../domain/gpu-limits.ts';
import type {Fact, GpuSample} from '../journal/event.ts';
import type {LaneState, RunState} from '../journal/state.ts';
import {getAt} from '../journal/vector.ts';

/** A GPU goes on when it is this much cooler than its limit, or it would be paused again at once. */
const COOLER_BY = 5;

/**
 * Xid errors that a program causes by itself and that leave the GPU as it was; after any other one the GPU has to be
 * looked at. Source: NVIDIA, "XID Errors", causes "user application".
 */
const HARMLESS_XIDS: ReadonlySet<number> = new Set([13, 31, 43, 45, 68, 69, 94, 137]);

/** Facts that new samples make true of their lanes: pure, so that a story can tell them. */
export function judgeSamples(state: RunState, samples: readonly GpuSample[]): readonly Fact[] {
	if (state.closed) return [];
	const lanes = [...state.lanes.values()];
	return samples.flatMap((sample) => {
		const lane = lanes.find((candidate) => candidate.lane.gpuId === sample.gpuIndex);
		return lane && isInUse(lane) ? judgeLane(state, lane, sample) : [];
	});
}

const isInUse = ({waiting, running, quarantined}: LaneState): boolean =>
	quarantined === null && (waiting > 0 || running !== null);

function judgeLane(state: RunState, lane: LaneState, sample: GpuSample): readonly Fact[] {
	const broken = findBreakage(sample);
	if (broken !== null) return [{type: 'lane-quarantined', lane: lane.lane.id, reason: broken}];
	const heat = findHeat(sample, readConditions(state, lane), lane.held?.cause === 'hot');
	if (lane.held === null) return heat ? [{type: 'lane-paused', lane: lane.lane.id, ...heat}] : [];
	const isGuarded = lane.held.cause === 'hot' || lane.held.cause === 'throttled';
	// What still runs heats on: its end is waited for, or a lane would be paused and continued with every sample.
	return isGuarded && lane.running === null && !heat ? [{type: 'lane-continued', lane: lane.lane.id}] : [];
}

function findBreakage({gpuIndex, lost, xid}: GpuSample): string | null {
	if (lost) return `GPU ${gpuIndex} is lost (${lost}); nvidia-smi shows it`;
	if (typeof xid !== 'number' || HARMLESS_XIDS.has(xid)) return null;
	return `GPU ${gpuIndex} reported Xid ${xid}; sudo dmesg shows it`;
}

type Heat = {readonly cause: 'hot' | 'throttled'; readonly reason: string};

function findHeat(sample: GpuSample, {maxCelsius, throttling}: Conditions, isHeld: boolean): Heat | null {
	const {gpuIndex, celsius} = sample;
	const limit = maxCelsius === undefined ? null : isHeld ? maxCelsius - COOLER_BY : maxCelsius;
	if (limit !== null && celsius !== null && celsius > limit) {
		return {cause: 'hot', reason: `GPU ${gpuIndex} has ${celsius} °C, and the suite's limit is ${maxCelsius} °C`};
	}
	if (throttling === 'ignore' || !findSlowdowns(sample).some(({isHeat}) => isHeat)) return null;
	return {cause: 'throttled', reason: `GPU ${gpuIndex} slows itself down: ${listSlowdowns(sample).join(', ')}`};
}

/** How a GPU slows itself down at the moment; a power limit that is reached is how many are meant to run, and is none. */
export const listSlowdowns = (sample: GpuSample): readonly string[] => findSlowdowns(sample).map(({words}) => words);

const findSlowdowns = ({throttleReasons}: GpuSample) =>
	(readThrottles(throttleReasons) ?? []).filter(({kind}) => kind === 'slowdown');

/** Of what runs there, else of what comes next. */
function readConditions({experiments}: RunState, {running, queue, next}: LaneState): Conditions {
	const position = running ?? queue[next] ?? -1;
	return getAt(experiments, position)?.experiment.conditions ?? {};
}
