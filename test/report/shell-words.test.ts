import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {suite, test} from 'node:test';
import {quoteShellWords} from '../../source/report/shell-words.ts';

suite('a command for people to copy', () => {
	test('is left as it is where a shell would leave it', () => {
		const words = ['numactl', '--cpunodebind=0', '/opt/venv/bin/python3', '-u', 'a,b', 'x@y'];

		assert.equal(quoteShellWords(words), words.join(' '));
	});

	test('comes out of a real shell as the words that went in', () => {
		const words = [
			'my file',
			"it's",
			'$HOME',
			'`id`',
			'*',
			'',
			'a"b',
			'line\nbreak',
			'~',
			'!x',
			'#y',
			'é',
			'-',
			'[3,4]',
		];
		const command = `printf '%s\\0' ${quoteShellWords(words)}`;

		assert.deepEqual(execFileSync('sh', ['-c', command], {encoding: 'utf8'}).split('\0').slice(0, -1), words);
	});
});
