import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {suite, type TestContext, test} from 'node:test';
import {readExitStatus} from '../../source/effects/exit-wrapper.ts';
import {createProcesses} from '../../source/effects/processes.ts';
import {filesIn, isAlive, makeFolder, readIfThere, workload} from '../rig/launching.ts';
import {until} from '../rig/until.ts';

/** Lets another runner launch the script, and kills that runner while the script runs. */
async function orphan(context: TestContext, script: string) {
	const folder = makeFolder(context);
	const tag = `orphan ${folder}`;
	context.after(() => createProcesses().endTagged(tag, 0));
	const argv = ['--import=tsx', workload('launch-then-wait.ts'), folder, 'sh', '-c', script];
	const runner = spawn(process.execPath, argv, {stdio: ['ignore', 'pipe', 'inherit']});
	const [printed] = await once(runner.stdout, 'data');
	const files = filesIn(folder);
	await until(() => readIfThere(files.stdout) !== '', 'the program prints');
	runner.kill('SIGKILL');
	await once(runner, 'exit');
	return {tag, files, pid: Number(printed)};
}

suite('a program whose runner was killed', () => {
	test('goes on printing to its end, and its exit status can be read later', async (context) => {
		const script = 'for i in 1 2 3 4 5; do echo $i; sleep 0.2; done; echo done >&2; exit 3';

		const {files, pid} = await orphan(context, script);
		assert.ok(isAlive(pid));
		assert.equal(readExitStatus(files), null);
		await until(() => readExitStatus(files) !== null, 'the status is written');

		assert.deepEqual(readExitStatus(files), {kind: 'exited', code: 3});
		assert.equal(readIfThere(files.stdout), '1\n2\n3\n4\n5\n');
		assert.equal(readIfThere(files.stderr), 'done\n');
	});

	test('is ended by its tag, wrapper included, by a runner that never saw its pid', async (context) => {
		const {tag, pid, files} = await orphan(context, 'echo started; sleep 300');

		assert.equal(await createProcesses().endTagged(tag, 5000), 3);
		assert.ok(!isAlive(pid));
		assert.deepEqual(readExitStatus(files), {kind: 'signalled', signal: 'SIGTERM'});
	});
});

suite('endTagged', () => {
	test('finds nothing for a tag that nobody carries', async () => {
		assert.equal(await createProcesses().endTagged('a tag that nobody carries', 1000), 0);
	});
});
