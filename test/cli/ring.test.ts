import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {ringOnNews} from '../../source/cli/ring.ts';
import type {Fact} from '../../source/journal/event.ts';
import {createStore} from '../../source/journal/store.ts';
import {cell, opened, planned, ran, stamp} from '../rig/story.ts';

const STALL: Fact = {type: 'noted', level: 'warning', message: 'Stalled: a says nothing; look at its log'};

/** What a terminal gets while these facts come to its screen. */
function listen(before: readonly Fact[], after: readonly Fact[]): string {
	const [known, news] = [stamp(before).length, stamp([...before, ...after])];
	const store = createStore();
	for (const event of news.slice(0, known)) store.accept(event);
	let bytes = '';
	const silence = ringOnNews(store, (written) => {
		bytes += written;
	});
	for (const event of news.slice(known)) store.accept(event);
	silence();
	return bytes;
}

const START = [opened({suite: 's'}), planned([cell({runId: 'a'})])];
const CLOSED: Fact = {type: 'closed', reason: 'finished'};

suite('the terminal of a screen', () => {
	test('rings once when the run ends, and says how', () => {
		assert.equal(listen(START, [...ran('a'), CLOSED]), '\x07\x1b]9;s finished: 1 ok\x07');
	});

	test('rings for each workload that stalls, and for no other warning', () => {
		const other: Fact = {type: 'noted', level: 'warning', message: 'the disk is slow'};
		assert.equal(listen(START, [other, STALL]), '\x07\x1b]9;Stalled: a says nothing; look at its log\x07');
	});

	test('does not ring for what was over before it came', () => {
		assert.equal(listen([...START, ...ran('a'), CLOSED], []), '');
		assert.equal(listen([...START, STALL], ran('a')), '');
	});
});
