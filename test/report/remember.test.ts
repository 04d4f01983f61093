import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {reduce} from '../../source/journal/reduce.ts';
import {initialState} from '../../source/journal/state.ts';
import {rememberList} from '../../source/report/remember.ts';
import {summarize} from '../../source/report/summarize.ts';
import {cell, failed, opened, planned, ran, spoilt, stamp, tried} from '../rig/story.ts';

const LOCAL = cell({gpuId: 0, numaNode: 0});
const REMOTE = cell({gpuId: 0, numaNode: 2});

test('what follows from a list is made anew only when another item is in it', () => {
	let made = 0;
	const count = rememberList((_key: object, items: readonly object[]) => {
		made++;
		return items.length;
	});
	const [key, a, b] = [{}, {}, {}];

	assert.deepEqual([count(key, [a]), count(key, [a]), made], [1, 1, 1]);
	assert.deepEqual([count(key, [b]), count(key, [b, a]), count({}, [b, a]), made], [1, 2, 2, 4]);
});

suite('a summary that remembers', () => {
	test('says after every fact what one says that never saw the run before', () => {
		const facts = stamp([
			opened(),
			planned([LOCAL, REMOTE], {blocks: 2}),
			...ran(LOCAL.runId, {throughputSamplesPerS: 1000}),
			...failed(REMOTE.runId),
			...spoilt(`${REMOTE.runId}.b2`),
			...ran(`${LOCAL.runId}.b2`, {throughputSamplesPerS: 1010}),
			{type: 'closed', reason: 'finished'},
			...tried(REMOTE.runId, 2, {throughputSamplesPerS: 900}),
			...tried(`${REMOTE.runId}.b2`, 2, {throughputSamplesPerS: 905}),
		]);
		let state = initialState;

		for (const fact of facts) {
			state = reduce(state, fact);
			assert.deepEqual(summarize(state, state.at), summarize(structuredClone(state), state.at));
		}
	});
});
