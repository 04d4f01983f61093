import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {findNearest, UserError} from '../../source/domain/errors.ts';

suite('an error for users', () => {
	test('is about the command line unless it says that the machine is the reason', () => {
		assert.equal(new UserError('no', {tryThis: ['yes']}).exitCode, 2);
		assert.equal(new UserError('no', {tryThis: ['yes'], exitCode: 3}).exitCode, 3);
	});

	test('keeps its advice and its cause', () => {
		const cause = new Error('ENOENT');
		const error = new UserError('no', {tryThis: ['this', 'that'], cause});

		assert.deepEqual([error.tryThis, error.cause, error.message], [['this', 'that'], cause, 'no']);
	});
});

suite('the nearest word', () => {
	const known = ['batch_size', 'num_samples', 'depth', 'dim'];

	for (const [word, nearest] of [
		['batchsize', 'batch_size'],
		['batch_sise', 'batch_size'],
		['numsample', 'num_samples'],
		['dept', 'depth'],
		['dim', 'dim'],
		['dom', 'dim'],
		['temperature', undefined],
		['xyz', undefined],
		['', undefined],
	] as const) {
		test(`to ${JSON.stringify(word)} is ${nearest}`, () => {
			assert.equal(findNearest(word, known), nearest);
		});
	}

	test('of several as near is the first', () => {
		assert.equal(findNearest('rat', ['cat', 'bat']), 'cat');
	});
});
