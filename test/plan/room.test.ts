import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {judgeNeeds, type Need} from '../../source/plan/room.ts';

const need = (changes: Partial<Need> = {}): Need => ({
	what: 'host memory',
	neededMiB: 100,
	source: 'declared',
	isShared: true,
	totalMiB: 1000,
	freeMiB: 500,
	...changes,
});

suite('what an experiment needs', () => {
	test('fits to the last MiB, and unknown amounts always do', () => {
		assert.equal(judgeNeeds([need({neededMiB: 500})]).kind, 'fits');
		assert.equal(judgeNeeds([need({totalMiB: null, freeMiB: null})]).kind, 'fits');
		assert.equal(judgeNeeds([]).kind, 'fits');
	});

	test('is short where less is free, and never fits where there is less in all', () => {
		assert.equal(judgeNeeds([need({neededMiB: 501})]).kind, 'short');
		assert.equal(judgeNeeds([need({neededMiB: 1001})]).kind, 'never');
	});

	test('that is only likely is never a reason to give up', () => {
		assert.equal(judgeNeeds([need({neededMiB: 1001, source: 'learnt'})]).kind, 'short');
	});

	test('is told by what is certain before what is likely', () => {
		const learnt = need({what: 'GPU memory', neededMiB: 501, source: 'learnt'});
		const fit = judgeNeeds([learnt, need({neededMiB: 600})]);

		assert.deepEqual(fit, {
			kind: 'short',
			source: 'declared',
			isShared: true,
			reason: 'it needs 600 MiB of host memory, and 500 MiB are free',
			brief: 'for host memory: needs 600 MiB, 500 MiB are free',
		});
	});

	test('is never negative, whatever others are still going to take', () => {
		const fit = judgeNeeds([need({freeMiB: -300})]);

		assert.ok(fit.kind === 'short' && fit.reason.endsWith('and 0 MiB are free'));
	});
});
