import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Experiment} from '../../source/domain/experiment.ts';
import type {Fact, Measurement} from '../../source/journal/event.ts';
import {decide, findNextDeadline, type Intention} from '../../source/plan/decide.ts';
import {
	cell,
	committed,
	ended,
	failed,
	HEAT,
	launching,
	opened,
	planned,
	play,
	quarantined,
	ran,
	repeated,
	STORY_START,
	spoilt,
	started,
	tried,
} from '../rig/story.ts';

type Told = readonly (Fact | Measurement)[];

const night = (told: Told, change: Partial<Experiment> = {}, maxWorkers = 4): Told => [
	opened({maxWorkers}),
	planned(cells, {change}),
	...told,
];
/** Two models on each of four GPUs, in the order of the matrix. */
const cells = [0, 1, 2, 3].flatMap((gpuId) =>
	['a', 'b'].map((model) => cell({gpuId, numaNode: gpuId < 2 ? 0 : 2, model, runId: `${model}${gpuId}`})),
);
/** Facts are a second apart from STORY_START on. */
const second = (count: number): number => STORY_START + count * 1000;

const say = (intention: Intention): string =>
	[
		intention.kind,
		'id' in intention
			? intention.id
			: 'reason' in intention
				? intention.reason
				: 'phase' in intention
					? intention.phase
					: 'by' in intention
						? intention.by
						: '',
		'attempt' in intention ? intention.attempt : '',
	]
		.join(' ')
		.trim();
const decided = (told: Told, now = second(60)): readonly string[] => decide(play(...told), now).map(say);

suite('what should be done', () => {
	test('is nothing before the run is open and after it is closed', () => {
		assert.deepEqual(decided([]), []);
		assert.deepEqual(decided(night([{type: 'closed', reason: 'drained'}])), []);
	});

	test('is one launch a lane, in the planned order', () => {
		assert.deepEqual(decided(night([])), ['launch a0 1', 'launch a1 1', 'launch a2 1', 'launch a3 1']);
	});

	test('is never a second launch on a GPU that is in use, at any step of what runs there (A7.4)', () => {
		const steps: Told = ran('a0');
		for (const count of [1, 2, 3]) {
			assert.ok(!decided(night(steps.slice(0, count))).some((one) => one.endsWith('0 1')), `after ${count} facts`);
		}
		assert.ok(decided(night(steps)).includes('launch b0 1'));
	});

	test('is no more at once than there are workers, the earliest in the plan first', () => {
		assert.deepEqual(decided(night([], {}, 3)), ['launch a0 1', 'launch a1 1', 'launch a2 1']);
		assert.deepEqual(decided(night([launching('a0'), launching('a1')], {}, 3)), ['launch a2 1']);
		assert.deepEqual(decided(night([launching('a0')], {}, 1)), []);
	});

	test('is, while a profile waits for its report, nothing but the next one of its process', () => {
		const profile: Partial<Experiment> = {role: 'profile', isolation: 'block', profiler: 'nsys'};
		const steps: Told = ran('a0').slice(0, 3);
		assert.deepEqual(decided(night(steps, profile, 1)), ['launch b0 1']);
		assert.deepEqual(decided(night(steps, {...profile, exclusive: 'host'})), ['launch b0 1']);
		assert.deepEqual(decided(night([...steps, ...ran('b0').slice(0, 3)], profile, 1)), []);
	});

	test('goes on in a lane after a failure, and in the other lanes', () => {
		assert.deepEqual(decided(night(failed('a0'))), ['launch b0 1', 'launch a1 1', 'launch a2 1', 'launch a3 1']);
	});

	test('is to close the run as finished once nothing waits or runs', () => {
		const all = cells.flatMap(({runId}) => ran(runId));

		assert.deepEqual(decided(night(all)), ['close finished']);
		assert.deepEqual(decided(night(all.slice(0, -1))), []);
	});

	test('is no start while the run drains, and to close it as drained when the last one has ended', () => {
		const draining: Fact = {type: 'draining', by: 'user'};

		assert.deepEqual(decided(night([launching('a0'), started('a0'), draining])), []);
		assert.deepEqual(decided(night([...ran('a0'), draining])), ['close drained']);
	});

	test('is to close a run as finished that had nothing left to drain', () => {
		assert.deepEqual(decided(night([...cells.flatMap(({runId}) => ran(runId)), {type: 'draining', by: 'user'}])), [
			'close finished',
		]);
	});

	test('is to end all that runs once the run stops, also what is only being launched', () => {
		const stopping: Fact = {type: 'stopping', by: 'user'};
		const told = night([launching('a0'), launching('a1'), started('a1'), stopping]);

		assert.deepEqual(decide(play(...told), second(60)), [
			{kind: 'stop', id: 'a0', by: 'user'},
			{kind: 'stop', id: 'a1', by: 'user'},
		]);
		assert.deepEqual(decided([...told, ended('a0'), committed('a0'), ended('a1'), committed('a1')]), ['close stopped']);
	});

	test('is the same for the same state and time, however often it is asked', () => {
		const state = play(...night(ran('a0')));

		assert.deepEqual(decide(state, second(5)), decide(state, second(5)));
	});

	test('is decided by facts alone: measurements change no answer', () => {
		const facts = night([launching('a0'), started('a0')], {timeoutMs: 1000});
		const measured: Told = [
			...facts,
			{type: 'phase', id: 'a0', name: 'measure'},
			{type: 'progress', id: 'a0', done: 9, total: 10},
			{type: 'telemetry-lost', reason: 'the driver hangs'},
			{type: 'storage', problem: 'ENOSPC'},
		];

		assert.deepEqual(decided(measured), decided(facts));
	});
});

suite('a time limit', () => {
	const running = night([launching('a0'), started('a0')], {timeoutMs: 10_000});

	test('is reached when the program ran that long, and not a millisecond before', () => {
		assert.ok(!decided(running, second(13) - 1).includes('time-out a0'));
		assert.ok(decided(running, second(13)).includes('time-out a0'));
	});

	test('counts from the start of the program, so that a slow launch costs nothing', () => {
		assert.ok(!decided(night([launching('a0')], {timeoutMs: 10_000}), second(500)).includes('time-out a0'));
	});

	test('that comes next is known, and one that has passed is not asked for again', () => {
		const state = play(...night([launching('a0'), started('a0'), launching('a1'), started('a1')], {timeoutMs: 10_000}));

		assert.deepEqual(
			[second(4), second(13), second(14), second(15)].map((now) => findNextDeadline(state, now)),
			[second(13), second(15), second(15), null],
		);
		assert.equal(findNextDeadline(play(...night([])), second(0)), null);
	});
});

suite('an experiment that must have something for itself', () => {
	test('has the whole host', () => {
		assert.deepEqual(decided(night([], {exclusive: 'host'})), ['launch a0 1']);
		assert.deepEqual(decided(night([launching('a0')], {exclusive: 'host'})), []);
	});

	test('has its socket, and one runs on each', () => {
		assert.deepEqual(decided(night([], {exclusive: 'socket'})), ['launch a0 1', 'launch a2 1']);
		assert.deepEqual(decided(night(ran('a0'), {exclusive: 'socket'})), ['launch b0 1', 'launch a2 1']);
	});

	test('has every socket that nobody knows, because it may be the same one', () => {
		const {experiments, ...plan} = planned(cells, {change: {exclusive: 'socket'}});
		const unknown = experiments.map((one) => (one.id === 'a2' ? {...one, socket: null} : one));

		assert.deepEqual(decided(night([], {exclusive: 'socket', socket: null})), ['launch a0 1']);
		assert.deepEqual(decided([opened(), {...plan, experiments: unknown}, launching('a0')]), []);
	});

	const mixed = (exclusive: Experiment['exclusive']): Told => {
		const {experiments, ...plan} = planned(cells);
		return [
			opened(),
			{...plan, experiments: experiments.map((one) => (one.id === 'b0' ? {...one, exclusive} : one))},
			...ran('a0'),
		];
	};

	for (const exclusive of ['host', 'socket'] as const) {
		test(`is not overtaken by what would keep it waiting for a ${exclusive} for ever`, () => {
			const busy = [...mixed(exclusive), launching('a1'), started('a1'), launching('a2'), started('a2')];
			const free = [...busy, ended('a1'), committed('a1')];

			assert.ok(!decided(busy).includes('launch b0 1'));
			assert.ok(!decided(free).includes('launch b1 1'), 'b1 comes after b0 in the plan and would keep its socket busy');
			assert.equal(decided([...free, ended('a2'), committed('a2')])[0], 'launch b0 1');
		});
	}

	test('for a socket leaves the other socket at work meanwhile', () => {
		const busy = [...mixed('socket'), launching('a1'), started('a1')];

		assert.deepEqual(decided(busy), ['launch a2 1', 'launch a3 1']);
	});
});

suite('a resumed run', () => {
	test('skips committed successes and starts the rest with the next attempt', () => {
		const told = night([
			...ran('a0'),
			...failed('b0'),
			launching('a1'),
			started('a1'),
			launching('a2'),
			{type: 'resumed', version: 1, warpdeck: '0.1.0', pid: 9, droppedBytes: 0},
		]);

		assert.deepEqual(decided(told), ['launch b0 2', 'launch a1 2', 'launch a2 2', 'launch a3 1']);
	});
});

suite('an invalid result', () => {
	const spoiltNight = (...told: Told): Told => night([...spoilt('a0'), ...told]);
	const repeats = (told: Told) => decided(told).filter((one) => one.startsWith('repeat'));

	test('is tried once more, and nothing starts before it waits again, or its place in its block would be taken', () => {
		assert.deepEqual(decided(spoiltNight()), ['repeat a0']);
		assert.deepEqual(decided(spoiltNight(repeated('a0'))), [
			'launch a0 2',
			'launch a1 1',
			'launch a2 1',
			'launch a3 1',
		]);
	});

	test('says in the fact what was wrong with it', () => {
		const [intention] = decide(play(...night(spoilt('a0', [HEAT, 'pages: 0.0 % on node 0']))), second(60));

		assert.deepEqual(intention, {kind: 'repeat', id: 'a0', reason: `${HEAT}; pages: 0.0 % on node 0`});
	});

	test('is final the second time, and the queue goes on', () => {
		const told = spoiltNight(repeated('a0'), ...spoilt('a0', [HEAT], 2));

		assert.deepEqual(decided(told), ['launch b0 1', 'launch a1 1', 'launch a2 1', 'launch a3 1']);
	});

	test('is repeated after a lost attempt as after none, because that one measured nothing', () => {
		const resumed: Fact = {type: 'resumed', version: 1, warpdeck: '0.1.0', pid: 9, droppedBytes: 0};

		assert.deepEqual(repeats(night([launching('a0'), resumed, ...spoilt('a0', [HEAT], 2)])), ['repeat a0']);
	});

	test('that a resume tried again is not repeated a second time', () => {
		const resumed: Fact = {type: 'resumed', version: 1, warpdeck: '0.1.0', pid: 9, droppedBytes: 0};
		const told = spoiltNight(repeated('a0'), ...spoilt('a0', [HEAT], 2), resumed);

		assert.ok(decided(told).includes('launch a0 3'));
		assert.deepEqual(repeats([...told, ...spoilt('a0', [HEAT], 3)]), []);
	});

	test('is not repeated under a profiler, which would be there again', () => {
		const profiled = tried('a0', 1, {status: 'invalid', invalid: ['profiled: nsys'], profiled: 'nsys'});

		assert.deepEqual(repeats(night(profiled)), []);
	});

	test('is not repeated where nothing starts any more', () => {
		assert.deepEqual(repeats(spoiltNight({type: 'draining', by: 'user'})), []);
		assert.deepEqual(repeats(spoiltNight({type: 'stopping', by: 'user'})), []);
		assert.deepEqual(repeats(spoiltNight(quarantined('gpu0'))), []);
	});

	test('keeps the run open until it was repeated', () => {
		const told: Told = [opened(), planned([cell({runId: 'a0'})]), ...spoilt('a0')];

		assert.deepEqual(decided(told), ['repeat a0']);
		assert.deepEqual(decided([...told, repeated('a0'), ...spoilt('a0', [HEAT], 2)]), ['close finished']);
	});
});
