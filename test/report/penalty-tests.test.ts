import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {listPenaltyTests} from '../../source/report/penalty-tests.ts';
import {cell, opened, planned, play} from '../rig/story.ts';
import {createNormal, runBlocks} from '../rig/studies.ts';

const LOCAL = cell({numaNode: 0, runId: 'gpu0_numa0_a'});
const REMOTE = cell({numaNode: 2, runId: 'gpu0_numa2_a'});

/** Remote is 5 % slower, with a scatter of half a percent. */
function runStudy(blocks: number) {
	const normal = createNormal(20_261_129);
	const measure = ({numaNode}: typeof LOCAL) => 1000 * (numaNode === 2 ? 0.95 : 1) * (1 + 0.005 * normal());
	return play(opened(), planned([LOCAL, REMOTE], {blocks}), ...runBlocks([LOCAL, REMOTE], blocks, measure));
}

suite('a comparison by every test that a reviewer may ask for', () => {
	test('is found by all of them where remote is slower in each of ten blocks', () => {
		const [row, ...others] = listPenaltyTests(runStudy(10));

		assert.ok(row);
		assert.deepEqual(others, []);
		assert.deepEqual([row.n, row.planned, row.familySize, row.refused], [10, 10, 1, []]);
		// All ten differences have one sign: 2 of the 2^10 choices of signs are as extreme.
		assert.equal(row.wilcoxonP, 2 / 1024);
		assert.ok((row.pairedTP ?? 1) < 0.001);
		assert.deepEqual([row.pHolm, row.pBonferroni], [row.pairedTP, row.pairedTP]);
		assert.ok((row.bootstrapLowPercent ?? 9) < 5 && (row.bootstrapHighPercent ?? 0) > 5);
		assert.ok((row.cohenDPaired ?? 0) > 0 && (row.cohenDPooled ?? 0) > 0);
	});

	test('leaves out what three blocks are too few for, and says so', () => {
		const [row] = listPenaltyTests(runStudy(3));

		assert.deepEqual([row?.wilcoxonP, row?.bootstrapLowPercent], [null, null]);
		assert.ok((row?.pairedTP ?? 1) < 1);
		assert.equal(row?.refused.length, 2);
	});

	test('is not made of foreign results', () => {
		const foreign = {kind: 'hydra-runner', folder: 'old', limits: []} as const;
		assert.deepEqual(listPenaltyTests(play(opened({foreign}), planned([LOCAL, REMOTE]))), []);
	});
});
