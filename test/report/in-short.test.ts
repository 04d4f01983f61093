import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {sayInShort} from '../../source/report/in-short.ts';
import {summarize} from '../../source/report/summarize.ts';
import {cell} from '../rig/story.ts';
import {createNormal} from '../rig/studies.ts';
import {tellRun} from '../rig/two-runs.ts';

const models = ['slow', 'even', 'rough', 'lost'];
const cells = models.flatMap((model) => [cell({model}), cell({model, numaNode: 2})]);

const say = (blocks: number) => {
	const normal = createNormal(3);
	const state = tellRun('a', {
		cells,
		blocks,
		measure: ({model, numaNode}) => {
			const rate = 1000 * (model === 'slow' && numaNode === 2 ? 0.9 : 1);
			const scatter = model === 'rough' ? 0.05 : 0.002;
			const result = {throughputSamplesPerS: rate * Math.exp(scatter * normal())};
			return model === 'lost' && numaNode === 2 ? {status: 'failed', throughputSamplesPerS: null} : result;
		},
	});
	return sayInShort(summarize(state, state.at)).join('\n');
};

suite('a summary in short', () => {
	test('counts verdicts of all comparisons that were planned, those without a pair too', () => {
		assert.match(
			say(8),
			/^NUMA verdicts of 4: 1 penalty, 1 none above 2 %, 1 inconclusive, 1 without a pair; the largest (9|10)\.\d %$/,
		);
	});

	test('calls single runs what they are', () =>
		assert.equal(say(1), 'NUMA verdicts of 4: 3 single runs, 1 without a pair'));

	test('says nothing of a single comparison, which stands below', () => {
		const state = tellRun('a', {cells: cells.slice(0, 2)});
		assert.deepEqual(sayInShort(summarize(state, state.at)), []);
	});
});
