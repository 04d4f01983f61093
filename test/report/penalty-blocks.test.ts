import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Fact} from '../../source/journal/event.ts';
import {summarize} from '../../source/report/summarize.ts';
import {cell, opened, planned, play} from '../rig/story.ts';
import {runBlocks} from '../rig/studies.ts';

const PAIRS = [2, 3].flatMap((gpuId) => [2, 0].map((numaNode) => cell({gpuId, numaNode})));
/** GPU 2 loses 4 %, GPU 3 loses 6 %, with a little scatter that the two share. */
const MEASURE: Parameters<typeof runBlocks>[2] = ({gpuId, numaNode}, place) =>
	(numaNode === 2 ? 1000 : gpuId === 2 ? 960 : 940) + (place % 3);
const STORY = runBlocks(PAIRS, 8, MEASURE);

function tell(story: readonly Fact[], {cells = PAIRS, blocks = 8} = {}) {
	const {penalties, notes} = summarize(play(opened(), planned(cells, {blocks}), ...story), 0);
	assert.ok(penalties.kind === 'measured');
	return {...penalties, notes};
}

suite('a NUMA penalty of blocks', () => {
	test('has an interval, a verdict, and p-values that Holm adjusts for all comparisons of the plan', () => {
		const waiting = [2, 0].map((numaNode) => cell({gpuId: 3, numaNode, model: 'b'}));

		const {rows, comparisons} = tell(STORY, {cells: [...PAIRS, ...waiting]});

		assert.equal(comparisons, 3);
		assert.deepEqual(
			rows.map(({n, finding}) => [n, finding]),
			[
				[8, 'penalty'],
				[8, 'penalty'],
			],
		);
		const factors = rows.map(({p, pHolm}) => Math.round(Number(pHolm) / Number(p)));
		assert.deepEqual(factors.toSorted(), [2, 3]);
		for (const {interval, penaltyPercent} of rows) {
			assert.ok(interval && interval.lowPercent < penaltyPercent && penaltyPercent < interval.highPercent);
		}
	});

	test('is averaged over the GPUs of a model, block by block', () => {
		const {models} = tell(STORY);

		assert.deepEqual(
			models.map(({gpuIds, n, finding, penaltyPercent}) => [gpuIds, n, finding, penaltyPercent.toFixed(1)]),
			[[[2, 3], 8, 'penalty', '5.0']],
		);
	});

	test('is averaged over GPUs only in blocks that all of them have, and a note says that blocks are missing', () => {
		const lost = STORY.filter((fact) => !('id' in fact) || fact.id !== 'gpu3_numa0_vit32x2x256.b5');

		const {models, notes} = tell(lost);

		assert.deepEqual(
			models.map(({n}) => n),
			[7],
		);
		assert.match(notes.join('\n'), /1 of 2 comparisons lack blocks that were planned/);
	});

	test('of one block is not averaged over GPUs, because nothing would say how sure that is', () => {
		assert.deepEqual(tell(runBlocks(PAIRS, 1, MEASURE), {blocks: 1}).models, []);
	});

	test('is the same whichever block ends first', () => {
		const facts = Array.from({length: STORY.length / 4}, (_, index) => STORY.slice(4 * index, 4 * index + 4));
		const list = (story: readonly Fact[]) => tell(story).rows.map(({verdict}) => verdict);

		assert.deepEqual(list(facts.toReversed().flat()), list(STORY));
	});
});
