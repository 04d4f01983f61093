import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {UserError} from '../../source/domain/errors.ts';
import {readExitStatus} from '../../source/effects/exit-wrapper.ts';
import {filesIn, launchHere, makeFolder} from '../rig/launching.ts';

const withAdvice = (message: RegExp) => (error: unknown) => {
	assert.ok(error instanceof UserError);
	assert.match(error.message, message);
	assert.ok(error.tryThis.length > 0);
	return true;
};

suite('a program that cannot be started', () => {
	test('because it does not exist is named before anything is spawned', async (context) => {
		await assert.rejects(launchHere(context, ['no-such-program']), withAdvice(/'no-such-program' does not exist/));
		await assert.rejects(launchHere(context, ['./absent']), withAdvice(/'\.\/absent' does not exist/));
	});

	test('because PATH of its own environment lacks it is missing, although warpdeck would find it', async (context) => {
		const launching = launchHere(context, ['sleep', '1'], {env: {PATH: '/nowhere'}});

		await assert.rejects(launching, withAdvice(/'sleep' does not exist/));
	});

	test('because it is not executable is told apart from a missing one', async (context) => {
		const path = join(makeFolder(context), 'data');
		writeFileSync(path, '', {mode: 0o644});

		await assert.rejects(launchHere(context, [path]), withAdvice(/is not executable/));
	});

	test('because its folder does not exist blames the folder, not the program', async (context) => {
		await assert.rejects(launchHere(context, ['true'], {cwd: '/no/such/folder'}), withAdvice(/'\/no\/such\/folder'/));
	});

	test('because the command is empty, too long or holds a NUL byte leaves no process and no crash', async (context) => {
		await assert.rejects(launchHere(context, []), withAdvice(/empty/));
		await assert.rejects(launchHere(context, ['true', 'x'.repeat(4 << 20)]), withAdvice(/E2BIG/));
		await assert.rejects(launchHere(context, ['true', 'a\0b']), withAdvice(/null bytes/));
	});

	test('because its log cannot be created is refused with the path', async (context) => {
		const files = filesIn('/no/such/folder');

		await assert.rejects(launchHere(context, ['true'], {files}), withAdvice(/\/no\/such\/folder\/stdout/));
	});

	test('by the kernel, for want of its interpreter, ends with 127 and says so in stderr', async (context) => {
		const path = join(makeFolder(context), 'script');
		writeFileSync(path, '#!/no/such/interpreter\n', {mode: 0o755});

		const {end, stderrTail} = await (await launchHere(context, [path])).finished;

		assert.deepEqual(end, {kind: 'exited', code: 127});
		assert.match(stderrTail, /not found/);
	});
});

suite('an error in the consumer of lines', () => {
	test('rejects the report once the process is gone, and is not lost', async (context) => {
		const onLine = () => {
			throw new Error('consumer broke');
		};
		const {finished} = await launchHere(context, ['echo', 'hello'], {onLine});

		await assert.rejects(finished, /consumer broke/);
	});
});

suite('what an earlier attempt left in a status file', () => {
	test('is gone before the program starts, so that it is never taken for the new status', async (context) => {
		const files = filesIn(makeFolder(context));
		writeFileSync(files.exitStatus, '0\n');

		const {stop, finished} = await launchHere(context, ['sleep', '300'], {files});

		assert.equal(readExitStatus(files), null);
		stop(0);
		await finished;
		assert.deepEqual(readExitStatus(files), {kind: 'signalled', signal: 'SIGKILL'});
	});
});
