import type {Fact, Measurement} from '../../source/journal/event.ts';
import type {RunState} from '../../source/journal/state.ts';
import {cell, failed, launching, opened, planned, play, ran, started} from '../rig/story.ts';

const MODELS = ['vit32x2x256', 'vit32x6x512', '温度_模型'];
const NODES = [0, 2];
const GPUS = [0, 1, 2, 3];

const cells = GPUS.flatMap((gpuId) =>
	NODES.flatMap((numaNode) => MODELS.map((model, index) => cell({gpuId, numaNode, model, job: index === 0 ? 0 : 1}))),
);

const TIMEOUT = {
	kind: 'timeout',
	message: 'Still running after 600 s in phase load, and nothing was printed for 588 s.',
	advice: 'experiment.test.timeout_s=1200',
} as const;
const MEMORY = {
	kind: 'cuda-out-of-memory',
	message: 'CUDA out of memory: tried to allocate 2.00 GiB.',
	advice: 'experiment.test.batch_size=4',
} as const;

const measured = (index: number) => {
	const p50 = 8 + index * 1.7;
	return {
		throughputSamplesPerS: 10_000 / p50,
		latencyMs: {p50, p90: p50 * 1.2, p99: index % 2 === 0 ? p50 * 1.5 : null, mean: p50, n: 1000},
		durationS: 12 + index * 3.4,
	};
};

/** How each of the first cells ends: most as planned, some not. */
function tell(id: string, index: number): readonly Fact[] {
	if (index === 4) return failed(id, {failure: TIMEOUT, durationS: 600});
	if (index === 9 || index === 10) return failed(id, {failure: MEMORY});
	if (index === 7) {
		return ran(id, {...measured(index), status: 'degraded', degraded: ['batch_size: declared 10, effective 8']});
	}
	return ran(id, measured(index));
}

const running = (id: string, done: number): readonly (Fact | Measurement)[] => [
	launching(id),
	started(id),
	{type: 'phase', id, name: 'measure'},
	{type: 'progress', id, done, total: 100},
];

const ids = cells.map(({runId}) => runId);
const jobs = ['numa_study', 'scaling_study'].map((suite) => ({suite, overrides: [], workload: 0}));
const night: readonly (Fact | Measurement)[] = [
	opened({jobs}),
	planned(cells),
	...ids.slice(0, 16).flatMap((id, index) => tell(id, index)),
];

/** 24 experiments of a sweep over two suites: twelve ok, one degraded, three failed, two run, one starts, five wait. */
export const mixedNight = (): RunState =>
	play(...night, ...running(ids[18] ?? '', 40), ...running(ids[19] ?? '', 7), launching(ids[20] ?? ''));

/** The same, given up by its user. */
export const stoppedNight = (): RunState => play(...night, {type: 'closed', reason: 'drained'});

/** 10 000 experiments, all but a hundred of which have ended. */
export function longNight(): RunState {
	const many = Array.from({length: 10_000}, (_, index) => {
		const [gpuId, numaNode] = [index % 4, (Math.floor(index / 4) % 2) * 2];
		return cell({gpuId, numaNode, runId: `gpu${gpuId}_numa${numaNode}_vit32x2x256_n-${index}`, axes: {n: index}});
	});
	const ends = many.slice(0, -100).flatMap(({runId}, index) => tell(runId, index % 50));
	return play(opened(), planned(many), ...ends);
}
