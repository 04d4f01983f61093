import assert from 'node:assert/strict';
import {before, suite, test} from 'node:test';
import {formatTorture, type Torture, torture} from './torture.ts';

const ROUNDS = 200;
const seed = Number(process.env.TORTURE_SEED ?? 20_260_731);

suite(`runs of 48 experiments whose runner is killed ${ROUNDS} times (seed ${seed})`, () => {
	let outcome: Torture;

	before(async () => {
		outcome = await torture({rounds: ROUNDS, seed, atOnce: 2});
	});

	test('lose nothing, repeat no success, and leave no process, lease or lock', (context) => {
		context.diagnostic(formatTorture(outcome));

		assert.deepEqual(outcome.faults, []);
		assert.ok(outcome.rounds >= ROUNDS, `${outcome.rounds} rounds`);
	});

	test('were killed at every point that has a name, and between them', () => {
		assert.deepEqual(outcome.missedPoints, []);
		assert.ok(outcome.killsAtRandom > 0);
	});

	test('left workloads alive when their runner died, or there would have been nothing to end', () => {
		assert.ok(outcome.orphans > 0);
	});
});
