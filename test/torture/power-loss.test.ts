import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {losePower} from './power-loss.ts';
import {SYNC_POINTS} from './simulated-disk.ts';

const CRASHES = 10_000;
const seed = Number(process.env.TORTURE_SEED ?? 20_260_731);

suite(`a disk that loses its power (seed ${seed})`, () => {
	test(`${CRASHES} times keeps every fact and result that was said to last, and each run goes on to its end`, async (context) => {
		const {crashes, runs, violation} = await losePower(CRASHES, seed);
		context.diagnostic(`${crashes} losses of power in ${runs} runs`);

		assert.equal(violation, null);
		assert.equal(crashes, CRASHES);
		assert.ok(runs > 100);
	});

	for (const point of SYNC_POINTS) {
		test(`breaks a promise when the sync of the ${point} is left out, so each of them is needed`, async (context) => {
			const {crashes, violation} = await losePower(CRASHES, seed, point);
			context.diagnostic(`after ${crashes} losses: ${violation}`);

			assert.notEqual(violation, null);
		});
	}
});
