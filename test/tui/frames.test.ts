import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {createStore} from '../../source/journal/store.ts';
import {createFrames} from '../../source/tui/frames.ts';
import {STORY_START} from '../rig/story.ts';
import {cpuRun, hostSample} from './run-stories.ts';

const TICK_MS = 250;

function watch() {
	const store = createStore(cpuRun());
	let ms = 0;
	const frames = createFrames({store, clock: {now: () => STORY_START + ms}, viewer: {now: () => ms}});
	let drawn = 0;
	frames.subscribe(() => drawn++);
	const tick = (count: number): number => {
		const before = drawn;
		for (let done = 0; done < count; done++) {
			ms += TICK_MS;
			frames.tick();
		}
		return drawn - before;
	};
	const measure = () => store.accept({...hostSample, seq: 1, at: STORY_START + ms});
	const note = () =>
		store.accept({type: 'noted', level: 'info', message: 'a fact', seq: store.get().seq + 1, at: STORY_START + ms});
	return {tick, measure, note};
}

suite('a frame', () => {
	test('comes once a second for the clock, and not more often', () => assert.equal(watch().tick(40), 10));

	test('is one for all that is measured within a second', () => {
		const {tick, measure} = watch();
		let drawn = 0;
		for (let count = 0; count < 40; count++) {
			measure();
			drawn += tick(1);
		}

		assert.equal(drawn, 10);
	});

	test('comes half a second after the last one for a fact', () => {
		const {tick, note} = watch();
		tick(4);

		note();

		assert.equal(tick(1), 0);
		assert.equal(tick(1), 1);
	});

	test('is one for eight facts at once', () => {
		const {tick, note} = watch();
		tick(4);

		for (let count = 0; count < 8; count++) note();

		assert.equal(tick(3), 1);
	});
});
