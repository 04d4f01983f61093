import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {openSync, writeFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import {interpretExitCode, readExitStatus, wrapProgram} from '../../source/effects/exit-wrapper.ts';
import {filesIn, makeFolder, readIfThere} from '../rig/launching.ts';

suite('an exit status file', () => {
	for (const text of ['', '1', '12', 'x\n', '-1\n', '1\n2\n', '1234\n']) {
		test(`that holds ${JSON.stringify(text)} says nothing, because only digits up to a line break are complete`, (context) => {
			const files = filesIn(makeFolder(context));
			writeFileSync(files.exitStatus, text);

			assert.equal(readExitStatus(files), null);
		});
	}

	test('that does not exist says nothing', (context) => {
		assert.equal(readExitStatus(filesIn(makeFolder(context))), null);
	});

	test('that is complete is an exit code, or above 128 the signal', (context) => {
		const files = filesIn(makeFolder(context));
		writeFileSync(files.exitStatus, '124\n');
		assert.deepEqual(readExitStatus(files), {kind: 'exited', code: 124});

		writeFileSync(files.exitStatus, '137\n');
		assert.deepEqual(readExitStatus(files), {kind: 'signalled', signal: 'SIGKILL'});
	});
});

suite('an exit code of the shell', () => {
	test('is a signal by its usual name only where there is such a signal', () => {
		assert.deepEqual(interpretExitCode(134), {kind: 'signalled', signal: 'SIGABRT'});
		assert.deepEqual(interpretExitCode(139), {kind: 'signalled', signal: 'SIGSEGV'});
		for (const code of [0, 128, 200, 255]) assert.deepEqual(interpretExitCode(code), {kind: 'exited', code});
	});
});

suite('the wrapper', () => {
	const shells = [['sh'], ['bash', '--posix'], ['busybox', 'sh']] as const;
	for (const [shell, ...options] of shells) {
		const isThere = spawnSync(shell, [...options, '-c', 'true']).status === 0;
		const skip = isThere ? false : `${shell} is not installed`;

		test(`run by ${shell} keeps the status of a killed program, and its remarks out of the log`, {skip}, (context) => {
			const files = filesIn(makeFolder(context));
			const args = wrapProgram('/bin/sh', ['-c', 'echo out; echo err >&2; kill -KILL $$'], files.exitStatus);
			const stdio = ['ignore', openSync(files.stdout, 'a'), 'ignore', openSync(files.stderr, 'a')] as const;

			const {status} = spawnSync(shell, [...options, ...args], {stdio: [...stdio]});

			assert.equal(status, 137);
			assert.equal(readIfThere(files.exitStatus), '137\n');
			assert.equal(readIfThere(files.stdout), 'out\n');
			assert.equal(readIfThere(files.stderr), 'err\n');
		});
	}
});
