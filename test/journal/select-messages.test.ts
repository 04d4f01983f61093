import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Fact} from '../../source/journal/event.ts';
import {selectMessages} from '../../source/journal/select.ts';
import {
	cell,
	failed,
	HEAT,
	opened,
	paused,
	planned,
	play,
	quarantined,
	ran,
	repeated,
	STORY_START,
	spoilt,
	tried,
} from '../rig/story.ts';

const cells = ['a', 'b'].map((model) => cell({model}));
const [a, b] = ['gpu0_numa0_a', 'gpu0_numa0_b'] as const;

suite('the messages of a run', () => {
	test('stand in the order in which things happened, each end with its own words', () => {
		const state = play(
			opened({notices: ['binding is off here']}),
			planned(cells),
			...ran(a, {throughputSamplesPerS: 71.54, durationS: 12.3}),
			{type: 'noted', level: 'warning', message: 'the disk fills up'},
			...failed(b),
		);

		assert.deepEqual(selectMessages(state), [
			{at: STORY_START, level: 'info', text: 'binding is off here', advice: null},
			{at: STORY_START + 4000, level: 'ok', text: `${a}: 71.5 samples/s in 12.3 s`, advice: null},
			{at: STORY_START + 6000, level: 'warning', text: 'the disk fills up', advice: null},
			{at: STORY_START + 9000, level: 'failed', text: `${b}: exited with code 1`, advice: 'read the log'},
		]);
	});

	test('give every reason of a degraded result', () => {
		const state = play(opened(), planned(cells), ...ran(a, {status: 'degraded', degraded: ['one', 'two']}));

		assert.deepEqual(
			selectMessages(state).map(({level, text}) => [level, text]),
			[['degraded', `${a}: one; two`]],
		);
	});

	test('keep saying what holds a lane as long as it does', () => {
		const held = play(
			opened(),
			paused('gpu0', {reason: 'GPU 0 is used by pid 5150'}),
			quarantined('gpu1', 'GPU 1 is lost'),
		);
		const free = play(opened(), paused('gpu0'), {type: 'lane-continued', lane: 'gpu0'});

		assert.deepEqual(
			selectMessages(held).map(({level, text}) => [level, text]),
			[
				['warning', 'lane gpu0 waits: GPU 0 is used by pid 5150'],
				['failed', 'lane gpu1 starts nothing more: GPU 1 is lost'],
			],
		);
		assert.deepEqual(selectMessages(free), []);
	});

	test('are as many as were asked for, the newest of them', () => {
		const notes = ['one', 'two', 'three'].map((message) => ({type: 'noted', level: 'info', message}) as const);

		assert.deepEqual(
			selectMessages(play(opened(), ...notes), 2).map(({text}) => text),
			['two', 'three'],
		);
	});

	test('say a notice once, although the run notes it as a fact too', () => {
		const state = play(
			opened({notices: ['binding is off here']}),
			{type: 'noted', level: 'info', message: 'binding is off here'},
			{type: 'noted', level: 'info', message: 'something else'},
		);

		assert.deepEqual(
			selectMessages(state).map(({text}) => text),
			['binding is off here', 'something else'],
		);
	});

	test('are the newest ends by time, wherever their experiments stand in the plan', () => {
		const many = Array.from({length: 300}, (_, index) => cell({model: `m${index}`}));
		const order = [...many.slice(150), ...many.slice(0, 150)];
		const state = play(opened(), planned(many), ...order.flatMap(({runId}) => ran(runId)));

		assert.deepEqual(
			selectMessages(state, 10).map(({text}) => text.split(':')[0]),
			many.slice(140, 150).map(({runId}) => runId),
		);
	});

	test('are those of the last hundred ends, and of a repeated experiment the last one', () => {
		const many = Array.from({length: 150}, (_, index) => cell({model: `m${index}`}));
		const first = many.map(({runId}) => (runId === many[149]?.runId ? failed(runId) : ran(runId)));
		const resumed = {type: 'resumed', version: 1, warpdeck: '0.1.0', pid: 1, droppedBytes: 0} as const;
		const again = ['launching', 'started', 'ended', 'committed'].map((_, step) => ({
			...ran(many[149]?.runId ?? '')[step],
			attempt: 2,
		}));
		const state = play(opened(), planned(many), ...first.flat(), resumed, ...(again as Fact[]));
		const messages = selectMessages(state);

		assert.equal(messages.length, 100);
		assert.equal(messages.filter(({text}) => text.startsWith(many[149]?.runId ?? '')).length, 1);
		assert.equal(messages.at(-1)?.level, 'ok');
	});

	test('name no speed that nothing can have, as an old journal may', () => {
		const [message] = selectMessages(play(opened(), planned(cells), ...ran(a, {throughputSamplesPerS: 0})));

		assert.equal(message?.text, `${a}: in 12.5 s`);
	});
});

suite('the messages of an invalid result', () => {
	const spoiled = [opened(), planned(cells), ...spoilt(a)];

	test('give its reasons, and what to do once it is final', () => {
		assert.deepEqual(selectMessages(play(...spoiled)), [
			{
				at: STORY_START + 4000,
				level: 'invalid',
				text: `${a}: ${HEAT}`,
				advice: 'warpdeck resume, once what spoilt it is gone',
			},
		]);
	});

	test('go on telling that it was tried once more, after its result was replaced', () => {
		const messages = selectMessages(play(...spoiled, repeated(a), ...tried(a, 2)));

		assert.deepEqual(
			messages.map(({level, text}) => [level, text]),
			[
				['invalid', `${a} is tried once more: ${HEAT}`],
				['ok', `${a}: 1000.0 samples/s in 12.5 s`],
			],
		);
	});
});
