import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Outcome} from '../../../source/domain/experiment.ts';
import type {Ending} from '../../../source/report/failure.ts';
import {classifyLeft, type LeftVerdict} from '../../../source/report/left/judge-left.ts';

const judge = (left: Partial<LeftVerdict>, changes: Partial<Ending> & {readonly code?: number} = {}) => {
	const {code = 0, ...rest} = changes;
	const outcome: Outcome = {kind: 'exited', code};
	return classifyLeft(
		{outcome, stdoutTail: '', stderrTail: '', said: null, timeoutMs: 1000, argv: ['prog'], ...rest},
		{rules: {}, hasSucceeded: false, failure: null, missing: [], doubts: [], advice: 'look', ...left},
	);
};

const SUCCESS = {rules: {success_pattern: '^done$'}};

suite('the end of a program, by what its suite says of it', () => {
	test('is judged by its exit code where the suite says nothing', () => {
		assert.equal(judge({}), null);
		assert.equal(judge({}, {code: 3})?.kind, 'exit');
	});

	test('is good with any of the codes that are said to be', () => {
		const rules = {exit_codes: {ok: [0, 3]}};
		assert.equal(judge({rules}, {code: 3}), null);
		assert.equal(judge({rules}, {code: 4})?.kind, 'exit');
	});

	test('is bad with code 0 where that is none of them', () => {
		const failure = judge({rules: {exit_codes: {ok: [3]}}});
		assert.match(failure?.message ?? '', /exited with code 0/);
		assert.match(failure?.advice ?? '', /exit_codes\.ok/);
	});

	test('is good with any code once it has said that all is well', () => {
		assert.equal(judge({...SUCCESS, hasSucceeded: true}, {code: 1}), null);
	});

	test('is still bad with a code that is not among those that are said to be good', () => {
		const rules = {...SUCCESS.rules, exit_codes: {ok: [0]}};
		assert.equal(judge({rules, hasSucceeded: true}, {code: 1})?.kind, 'exit');
	});

	test('is no result without the line that means success, whatever the code', () => {
		const failure = judge(SUCCESS);
		assert.equal(failure?.kind, 'no-result');
		assert.match(
			failure?.message ?? '',
			/exited with code 0, and no line of stdout or stderr matched success_pattern \^done\$/,
		);
	});

	test('is bad once it has said so, also with code 0 and the line that means success', () => {
		const failure = judge({...SUCCESS, hasSucceeded: true, failure: 'ERROR: no data'});
		assert.deepEqual([failure?.kind, failure?.message], ['exit', 'it said: ERROR: no data (exit code 0)']);
	});

	test('is told by what the output is known to mean, so that a smaller batch can be tried', () => {
		const failure = judge(
			{failure: 'GPU Error'},
			{stdoutTail: 'GPU Error: CUDA out of memory. Tried to allocate 2.00 GiB'},
		);
		assert.equal(failure?.kind, 'cuda-out-of-memory');
	});

	test('is no result where a number or a file is missing that it owes', () => {
		const failure = judge({missing: ['loss: no line has it', 'out.json is not there']});
		assert.equal(failure?.kind, 'no-result');
		assert.match(failure?.message ?? '', /loss: no line has it; out\.json is not there/);
		assert.equal(failure?.advice, 'look');
	});

	test('by a signal, a time limit or a person stays what it is', () => {
		const outcome: Outcome = {kind: 'timed-out', limitMs: 1000};
		assert.equal(judge({...SUCCESS, hasSucceeded: true, missing: ['x']}, {outcome})?.kind, 'timeout');
	});
});
