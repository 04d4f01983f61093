import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {createHider, isSecretName, listHiddenForms, listSecrets} from '../../source/domain/secrets.ts';

suite('a variable whose name says that it is secret', () => {
	const secret = ['HF_TOKEN', 'WANDB_API_KEY', 'AWS_SECRET_ACCESS_KEY', 'DB_PASSWORD', 'GITHUB_PAT', 'mytoken'];
	for (const name of secret) test(`is ${name}`, () => assert.ok(isSecretName(name)));

	const open = ['HF_HOME', 'TOKENIZERS_PARALLELISM', 'KEYBOARD', 'PWD', 'OLDPWD', 'SSH_KEY_PATH', 'TOKEN_FILE', 'PATH'];
	for (const name of open) test(`is not ${name}`, () => assert.ok(!isSecretName(name)));
});

suite('a text that is written down', () => {
	const hide = createHider({
		HF_TOKEN: 'correct horse',
		MAX_KEYS: '100000000',
		API_KEY: 'short',
		HF_HOME: '/data/cache',
	});

	test('names the secret in the place of its value, wherever that stands', () => {
		assert.equal(
			hide('--token=correct horse: 401 for correct horse'),
			'--token=[HF_TOKEN is not stored]: 401 for [HF_TOKEN is not stored]',
		);
	});

	test('is itself where it holds none: neither numbers nor short values are taken for secrets', () => {
		const text = 'short 100000000 /data/cache';

		assert.equal(hide(text), text);
	});

	test('hides a value with quotes as JSON writes it', () => {
		const quoted = createHider({MY_SECRET: 'a"b\\c-long-enough'});
		const hidden = quoted(JSON.stringify({argv: ['a"b\\c-long-enough']}));

		assert.deepEqual(JSON.parse(hidden), {argv: ['[MY_SECRET is not stored]']});
	});

	test('hides the longer of two values of which one holds the other', () => {
		const both = createHider({A_TOKEN: 'abcdefgh', B_TOKEN: 'abcdefgh-and-more'});

		assert.equal(both('abcdefgh-and-more'), '[B_TOKEN is not stored]');
	});

	const tokens = [`hf_${'a1'.repeat(17)}`, `ghp_${'b2'.repeat(18)}`, `sk-${'c3'.repeat(12)}`, 'AKIAABCDEFGHIJKLMNOP'];
	for (const token of tokens) {
		test(`hides ${token.slice(0, 4)}… also where no variable holds it`, () => {
			assert.equal(hide(`said ${token}.`), 'said [a token is not stored].');
		});
	}
});

test('a log is searched for a secret as it is and as JSON writes it', () => {
	assert.deepEqual(listHiddenForms(listSecrets({A_TOKEN: 'with "quotes"', HOME: '/home/somebody'})), [
		'with \\"quotes\\"',
		'with "quotes"',
	]);
});
