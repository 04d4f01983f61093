import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {createForeignPrograms} from '../../source/effects/foreign-programs.ts';
import {createProcesses} from '../../source/effects/processes.ts';
import {buildWorkerTag} from '../../source/plan/worker.ts';
import {isAlive, makeFolder, readIfThere, workload} from '../rig/launching.ts';
import {openBench} from '../rig/serving.ts';
import {until} from '../rig/until.ts';

/** Lets another runner have a request served, and kills that runner once the worker has said `word`. */
async function orphan(context: TestContext, steps: readonly unknown[], word: string) {
	const folder = makeFolder(context);
	const token = `orphan ${folder}`;
	context.after(() => createProcesses().endTagged(buildWorkerTag(token), 0));
	const line = JSON.stringify({run_id: 'one', steps});
	const argv = ['--import=tsx', workload('serve-then-wait.ts'), folder, line];
	const runner = spawn(process.execPath, argv, {stdio: ['ignore', 'pipe', 'inherit']});
	const [printed] = await once(runner.stdout, 'data');
	const log = join(folder, 'worker-a.stdout');
	await until(() => readIfThere(log).includes(word), 'the worker says it');
	runner.kill('SIGKILL');
	await once(runner, 'exit');
	return {token, log, pid: Number(printed)};
}

suite('a worker whose runner was killed', () => {
	test('ends by itself when it idles, because its input closes', async (context) => {
		const {pid} = await orphan(context, [], '"done"');

		await until(() => !isAlive(pid), 'it has gone');
	});

	test('finishes the request that it serves, and ends then', async (context) => {
		const {pid, log} = await orphan(context, [{say: 'begins'}, {waitMs: 700}, {say: 'ends'}], 'begins');
		assert.ok(isAlive(pid));

		await until(() => !isAlive(pid), 'it has gone');
		assert.match(readIfThere(log), /begins\nends\n.*result.*\n.*done/);
	});

	test('is ended in the middle of its request by the tag of its key, and not by that of another', async (context) => {
		const {token, pid} = await orphan(context, [{say: 'hangs'}, {waitMs: 600_000}], 'hangs');

		assert.equal(await createProcesses().endTagged(buildWorkerTag(token, 'b'), 0), 0);
		assert.ok(isAlive(pid));
		// The wrapper, its subshell if the system's shell keeps one, and the program.
		assert.ok((await createProcesses().endTagged(buildWorkerTag(token, 'a'), 5000)) >= 2);
		assert.ok(!isAlive(pid));
	});
});

test('an idle worker is no foreign program to the run that it belongs to, and one to every other', async (context) => {
	const {finish, token} = openBench(context);
	const {lines} = await finish('one');
	const pid = Number(/"metrics":\{"pid":(\d+)\}/.exec(lines.join())?.[1]);
	const processes = [{pid, memoryMiB: null}];
	const ours = createForeignPrograms({token});
	const theirs = createForeignPrograms({token: 'another'});

	if (!ours.canTell) return context.skip('the processes of this namespace are not those of the driver');
	assert.deepEqual(ours.listAll(processes, 1), []);
	assert.match(theirs.listAll(processes, 0).join(), new RegExp(`^pid ${pid} `));
});
