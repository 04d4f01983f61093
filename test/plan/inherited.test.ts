import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {isSet, listInherited, pickVariables} from '../../source/plan/inherited.ts';

const env = {PATH: '/bin', HF_HOME: '/hf', HF_TOKEN: 'x', XDG_CACHE_HOME: '/c', OTHER: '1', NOT_HF_A: '2', EMPTY: ''};

const reaching = (workload: Parameters<typeof listInherited>[0]) => {
	const patterns = listInherited(workload);
	return patterns === null ? 'all' : Object.keys(pickVariables(env, patterns));
};

suite('of the user’s environment reaches a command', () => {
	test('all, unless it names variables', () => assert.equal(reaching({}), 'all'));

	test('what it names and what a program needs to start, once it names any', () => {
		assert.deepEqual(reaching({env_from: ['HF_*']}), ['PATH', 'HF_HOME', 'HF_TOKEN', 'XDG_CACHE_HOME']);
		assert.deepEqual(reaching({env_required: ['OTHER']}), ['PATH', 'XDG_CACHE_HOME', 'OTHER']);
	});

	test('all or nothing more than that where it says so', () => {
		assert.equal(reaching({environment: 'inherit', env_from: ['HF_HOME']}), 'all');
		assert.deepEqual(reaching({environment: 'listed'}), ['PATH', 'XDG_CACHE_HOME']);
	});
});

test('a variable is set where it holds something', () => {
	assert.deepEqual(
		['HF_TOKEN', 'HF_*', 'EMPTY', 'NONE_*'].map((name) => isSet(env, name)),
		[true, true, false, false],
	);
});
