import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {createRecorder} from '../../source/engine/recorder.ts';
import type {Fact, JournalEvent} from '../../source/journal/event.ts';
import {reduce} from '../../source/journal/reduce.ts';
import {initialState} from '../../source/journal/state.ts';
import {createStore} from '../../source/journal/store.ts';
import {createFakeClock, takeSettled} from '../rig/fake-clock.ts';
import {createFakeDisk} from '../rig/fake-ports.ts';
import {cell, opened, planned, ran, STORY_START} from '../rig/story.ts';

const note = (message: string): Fact => ({type: 'noted', level: 'info', message});

function open() {
	const clock = createFakeClock();
	const disk = createFakeDisk();
	const store = createStore();
	const told: JournalEvent[] = [];
	const recorder = createRecorder({runStore: disk.runStore, store, clock, onEvent: (event) => told.push(event)});
	const notes = () => store.get().notes.map(({message}) => message);
	return {clock, disk, store, recorder, told, notes};
}

suite('a fact', () => {
	test('is on the disk before anybody sees it', async () => {
		const {clock, disk, recorder, notes, told} = open();
		disk.hold();

		const recorded = recorder.record(note('first'));
		await clock.advance(10_000);
		assert.deepEqual([notes(), told, disk.facts()], [[], [], []]);
		disk.release();
		await takeSettled(recorded);

		assert.deepEqual(notes(), ['first']);
		assert.deepEqual(
			disk.facts().map(({type, seq, at}) => [type, seq, at]),
			[['noted', 1, STORY_START]],
		);
	});

	test('that is none costs no write, which would leave an empty line', async () => {
		const {disk, recorder} = open();

		await takeSettled(recorder.recordAll([]));

		assert.equal(disk.syncs(), 0);
	});

	test('stays true in a journal that is read back: the fold of the file is the state', async () => {
		const {disk, store, recorder} = open();

		await takeSettled(recorder.recordAll([opened(), planned([cell({runId: 'a'})]), ...ran('a')]));

		assert.deepEqual(disk.facts().reduce(reduce, initialState), store.get());
		assert.deepEqual(
			disk.facts().map(({seq}) => seq),
			[1, 2, 3, 4, 5, 6],
		);
	});

	test('is numbered on from the state that a resume begins with', async () => {
		const disk = createFakeDisk();
		const clock = createFakeClock();
		const store = createStore({...initialState, seq: 41});

		await takeSettled(createRecorder({runStore: disk.runStore, store, clock}).record(note('on')));

		assert.equal(store.get().seq, 42);
	});

	test('shares a sync with all that came while the disk was busy', async () => {
		const {disk, recorder, notes} = open();
		disk.hold();

		const recorded = Promise.all(['1', '2', '3'].map((message) => recorder.record(note(message))));
		await takeSettled(Promise.resolve());
		const rest = Promise.all(['4', '5'].map((message) => recorder.record(note(message))));
		disk.release();
		await takeSettled(Promise.all([recorded, rest]));

		assert.deepEqual([disk.syncs(), notes()], [2, ['1', '2', '3', '4', '5']]);
	});

	test('keeps its order with every other, and its own time', async () => {
		const {clock, disk, recorder} = open();
		disk.hold();

		const first = recorder.record(note('first'));
		await clock.advance(3000);
		const second = recorder.record(note('second'));
		disk.release();
		await takeSettled(Promise.all([first, second]));

		assert.deepEqual(
			disk.facts().map(({at}) => at - STORY_START),
			[0, 3000],
		);
	});
});

suite('a disk that is full', () => {
	test('loses no fact: they are kept, tried again, and stand in order when it takes them', async () => {
		const {clock, disk, recorder, store, notes} = open();
		disk.refuse('ENOSPC: no space left on device');

		const recorded = Promise.all(['1', '2'].map((message) => recorder.record(note(message))));
		await clock.advance(10_000);
		const later = recorder.record(note('3'));
		await clock.advance(10_000);
		assert.deepEqual([notes(), store.get().storageProblem], [[], 'ENOSPC: no space left on device']);
		disk.refuse(null);
		await clock.advance(1000);
		await takeSettled(Promise.all([recorded, later]));

		assert.deepEqual([notes(), store.get().storageProblem], [['1', '2', '3'], null]);
		assert.deepEqual(
			disk.facts().map(({seq}) => seq),
			[1, 2, 3],
		);
	});

	test('is told on the screen once, and not written on itself', async () => {
		const {clock, disk, recorder, told} = open();
		disk.refuse('ENOSPC');

		const recorded = recorder.record(note('1'));
		await clock.advance(2500);
		disk.refuse(null);
		await clock.advance(1000);
		await takeSettled(recorded);

		assert.deepEqual(
			told.map((event) => (event.type === 'storage' ? event.problem : event.type)),
			['ENOSPC', null, 'noted'],
		);
		assert.deepEqual(disk.measurements, []);
	});

	test('is waited for no longer once it is given up: who waits gets the reason, and the state lacks the fact', async () => {
		const {clock, disk, recorder, notes} = open();
		disk.refuse('ENOSPC');
		const outcomes = ['1', '2'].map((message) => recorder.record(note(message)).catch((error: Error) => error.message));
		const commit = recorder.commit('results/a.json', '{}').catch((error: Error) => error.message);

		await clock.advance(5000);
		recorder.abandon(new Error('given up'));
		const reasons = await takeSettled(Promise.all([...outcomes, commit]));

		assert.deepEqual([reasons, notes()], [['given up', 'given up', 'given up'], []]);
	});

	test('has its results committed later, whole', async () => {
		const {clock, disk, recorder} = open();
		disk.refuse('EIO');

		const committed = recorder.commit('results/a.json', '{}\n');
		await clock.advance(5000);
		assert.equal(disk.files.size, 0);
		disk.refuse(null);
		await clock.advance(1000);
		await takeSettled(committed);

		assert.deepEqual([...disk.files], [['results/a.json', '{}\n']]);
	});
});

suite('a measurement', () => {
	test('is seen at once and counted apart from facts, which it must not wait for', async () => {
		const {disk, recorder, store} = open();
		disk.hold();
		void recorder.record(note('waits'));

		recorder.measure({type: 'telemetry-lost', reason: 'gone'});

		assert.deepEqual([store.get().telemetryLost, store.get().seq], ['gone', 0]);
		assert.match(disk.measurements.join(''), /^\{"type":"telemetry-lost".*"seq":1.*\}\n$/);
	});
});

suite('a recorder that hides secrets', () => {
	test('writes them down nowhere, and the state holds what the disk does', async () => {
		const clock = createFakeClock();
		const disk = createFakeDisk();
		const store = createStore();
		const hide = (text: string) => text.replaceAll('secret', 'hidden');
		const recorder = createRecorder({runStore: disk.runStore, store, clock, hide});

		await takeSettled(Promise.all([recorder.record(note('a secret')), recorder.commit('x.json', '{"a":"secret"}')]));

		assert.deepEqual(
			store.get().notes.map(({message}) => message),
			['a hidden'],
		);
		assert.ok(!JSON.stringify(disk.facts()).includes('secret'));
		assert.equal(disk.files.get('x.json'), '{"a":"hidden"}');
	});
});
