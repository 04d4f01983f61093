import type {Fact, Measurement} from '../../source/journal/event.ts';
import {reduce} from '../../source/journal/reduce.ts';
import type {RunState} from '../../source/journal/state.ts';
import {cell, launching, planned, playFast, ran, started} from '../rig/story.ts';
import {busy, cellsOn, gpuSample, openedOn} from './run-stories.ts';

/** Said `afterMs` later than everything before it. */
const later = (state: RunState, afterMs: number, ...told: readonly (Fact | Measurement)[]): RunState =>
	told.reduce<RunState>(
		(before, event) => reduce(before, {...event, seq: before.seq + 1, at: state.at + afterMs}),
		state,
	);

const start = (count: number): RunState => playFast(openedOn(count), planned(cellsOn(count)), ...busy(count));

/** GPU 2 protects itself from heat, GPU 1 waits for the CPU, the disk is nearly full and the host swaps. */
export const throttledRun = (): RunState =>
	later(
		start(4),
		4000,
		{
			type: 'gpus',
			samples: [
				gpuSample(0, {throttleReasons: '0x0000000000000004'}),
				gpuSample(1, {utilizationPercent: 31, celsius: 48, powerWatts: 118.2}),
				gpuSample(2, {celsius: 87, smClockMHz: 1410, throttleReasons: '0x0000000000000060'}),
				gpuSample(3, {celsius: 91}),
			],
		},
		{
			type: 'host',
			sample: {
				cpuPercent: 100,
				memoryUsedMiB: 250_000,
				memoryTotalMiB: 262_144,
				swapUsedMiB: 12_288,
				diskFreeMiB: 700,
			},
		},
	);

/** Both lanes have measured; then GPU 0 speaks on and GPU 1 does not. */
export function stalledRun(): RunState {
	return later(
		start(2),
		75_000,
		{type: 'progress', id: 'gpu0_numa0_vit32x6x512', done: 88, total: 100},
		{type: 'gpus', samples: [gpuSample(0), gpuSample(1, {utilizationPercent: 0, powerWatts: 71})]},
	);
}

/** Nothing is measured yet; the suite says what it expects. */
export const guessedRun = (): RunState =>
	playFast(
		openedOn(2, {config: {experiment: {name: 'numa_locality_study', expected_s: 45}}}),
		planned(cellsOn(2)),
		launching('gpu0_numa0_vit32x2x256'),
		started('gpu0_numa0_vit32x2x256'),
		{type: 'phase', id: 'gpu0_numa0_vit32x2x256', name: 'load'},
	);

/** Names that a terminal draws two columns wide. */
export function wideNamesRun(): RunState {
	const cells = [0, 1].map((gpuId) => cell({gpuId, model: '模型🚀大', runId: `gpu${gpuId}_numa0_模型🚀大`}));
	const [one = cell(), two = cell()] = cells;
	return playFast(
		openedOn(2, {suite: '深夜の測定🚀'}),
		planned(cells),
		...ran(one.runId),
		launching(two.runId),
		started(two.runId),
		{type: 'phase', id: two.runId, name: 'warmup'},
		{type: 'gpus', samples: [gpuSample(0), gpuSample(1)]},
	);
}
