import type {Fact, GpuSample, HostSample, JournalEvent, Measurement} from '../../source/journal/event.ts';
import {
	cell,
	committed,
	ended,
	failed,
	launching,
	moved,
	opened,
	paused,
	planned,
	postponed,
	quarantined,
	ran,
	requeued,
	STORY_START,
	stamp,
	started,
} from './story.ts';

/** A night with all there is: every kind of event, failures, a resume, duplicates, blocks, a drain and a stop. */
export function richNight(): readonly JournalEvent[] {
	return stamp([
		opened(),
		planned(cells, {blocks: 2}),
		{type: 'noted', level: 'info', message: 'two blocks'},
		{type: 'host', sample: HOST},
		{type: 'telemetry-source', source: 'nvml', everyMs: 1000, reason: null},
		{type: 'gpus', samples: [0, 1, 2, 3].map(gpuSample)},
		...watched('gpu0_numa0_a'),
		...failed('gpu1_numa0_a'),
		...ran('gpu2_numa2_a', {status: 'degraded', degraded: ['batch_size: declared 10, effective 5']}),
		launching('gpu0_numa0_b'),
		ended('gpu0_numa0_b', {kind: 'not-spawned', message: 'ENOENT'}),
		committed('gpu0_numa0_b', {status: 'failed'}),
		launching('gpu1_numa0_b'),
		started('gpu1_numa0_b'),
		{type: 'run-paused', reason: 'a demo', by: 'alice', now: true},
		{type: 'suspended', id: 'gpu1_numa0_b', attempt: 1, by: 'alice'},
		{type: 'workers-set', maxWorkers: 3, by: 'alice'},
		{type: 'deadline-set', deadline: STORY_START + 3_600_000, said: '03:31', by: 'alice'},
		{type: 'run-continued', by: 'alice'},
		{type: 'woken', id: 'gpu1_numa0_b', attempt: 1, by: 'alice'},
		{type: 'storage', problem: 'ENOSPC'},
		{type: 'storage', problem: null},
		ended('gpu1_numa0_b', {kind: 'timed-out', limitMs: 600_000}),
		committed('gpu1_numa0_b', {status: 'failed'}),
		paused('gpu2'),
		{type: 'lane-continued', lane: 'gpu2'},
		quarantined('gpu2'),
		moved('gpu2_numa2_b', 'gpu3'),
		postponed('gpu2_numa2_a.b2'),
		requeued('gpu2_numa2_a.b2'),
		requeued('gpu1_numa0_b', {by: 'policy', reason: 'timeout: once more', after: 'timeout', params: {batch_size: 4}}),
		{type: 'skipped', id: 'gpu1_numa0_b.b2', reason: 'enough of it', by: 'alice'},
		{type: 'moved', id: 'gpu0_numa0_b.b2', lane: 'gpu0', before: 'gpu0_numa0_a.b2', by: 'alice'},
		paused('gpu1', {cause: 'user', by: 'alice'}),
		{type: 'lane-continued', lane: 'gpu1', by: 'alice'},
		postponed('gpu2_numa2_a.b2'),
		{type: 'telemetry-lost', reason: 'nvidia-smi died'},
		{type: 'draining', by: 'user'},
		{type: 'closed', reason: 'drained'},
		{type: 'resumed', version: 1, warpdeck: '0.1.0', pid: 9, droppedBytes: 17},
		{type: 'telemetry-source', source: 'nvidia-smi stream', everyMs: 1000, reason: 'NVML is not here'},
		{type: 'gpus', samples: [gpuSample(0)]},
		...again('gpu1_numa0_a'),
		...again('gpu0_numa0_b'),
		...ran('gpu0_numa0_a.b2', {throughputSamplesPerS: 970}),
		launching('gpu3_numa2_a'),
		started('gpu3_numa2_a'),
		{type: 'progress', id: 'gpu3_numa2_a', done: 4, total: 100},
		{type: 'stopping', by: 'user'},
		ended('gpu3_numa2_a', {kind: 'stopped', by: 'user'}),
		committed('gpu3_numa2_a', {status: 'failed', failure: {kind: 'stopped', message: 'stopped', advice: 'resume'}}),
		{type: 'closed', reason: 'stopped'},
	]);
}

const cells = [
	...[0, 1, 2, 3].flatMap((gpuId) => ['a', 'b'].map((model) => cell({gpuId, numaNode: gpuId < 2 ? 0 : 2, model}))),
	cell({runId: 'gpu0_numa0_a_2', model: 'a', duplicateOf: 'gpu0_numa0_a'}),
];

/** A run to the end with everything that is measured on the way. */
const watched = (id: string): readonly (Fact | Measurement)[] => [
	launching(id),
	started(id),
	{type: 'phase', id, name: 'load'},
	{type: 'phase', id, name: 'measure'},
	{type: 'progress', id, done: 50, total: 100},
	{type: 'samples', id, latencyMs: [9.1, 9.4, 10.2]},
	{type: 'samples', id, latencyMs: [9.2]},
	ended(id),
	{type: 'progress', id, done: 100, total: 100},
	committed(id),
];

const again = (id: string): readonly Fact[] => [
	launching(id, 2),
	started(id, 2),
	ended(id, undefined, 2),
	committed(id, {}, 2),
];

const gpuSample = (gpuIndex: number): GpuSample => ({
	gpuIndex,
	celsius: 60 + gpuIndex,
	utilizationPercent: 97,
	memoryUsedMiB: 4096,
	memoryTotalMiB: 49_140,
	powerWatts: null,
	powerLimitWatts: 350,
	smClockMHz: 2100,
	memoryClockMHz: null,
	throttleReasons: '0x0000000000000000',
});

const HOST: HostSample = {
	cpuPercent: 12,
	memoryUsedMiB: 8192,
	memoryTotalMiB: 65_536,
	swapUsedMiB: 0,
	diskFreeMiB: 120_000,
};
