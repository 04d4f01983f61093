import assert from 'node:assert/strict';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {createProcesses} from '../../source/effects/processes.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';
import {until} from '../rig/until.ts';

/** Says one line, waits for a file, says another one, and ends with 3. */
async function launch(context: TestContext) {
	const cwd = makeTemporaryFolder(context);
	const files = {stdout: join(cwd, 'out'), stderr: join(cwd, 'err'), exitStatus: join(cwd, 'exit')};
	const tag = `adoption-${process.pid}-${Math.random()}`;
	const argv = ['sh', '-c', 'echo warned >&2; echo before; while [ ! -e go ]; do sleep 0.02; done; echo after; exit 3'];
	const request = {argv, env: {}, cwd, files, tag, onLine: () => {}};
	const first = createProcesses();
	const launched = await first.launch(request);
	context.after(() => first.endTagged(tag, 0));
	await until(() => readFileSync(files.stdout, 'utf8') === 'before\n', 'the first line');
	const release = () => writeFileSync(join(cwd, 'go'), '');
	return {request, launched, files, tag, release, second: createProcesses()};
}

suite('a process that an earlier runner started', () => {
	test('is followed to its end by another one, with its exit code and all of its output', async (context) => {
		const {request, launched, release, second} = await launch(context);
		const lines: (readonly [string, boolean | undefined])[] = [];
		const onLine = (line: string, isOld?: boolean) => void lines.push([line, isOld]);
		const adopted = await second.adopt?.(launched.identity, {...request, onLine});
		release();
		const report = await adopted?.finished;

		assert.deepEqual(report?.end, {kind: 'exited', code: 3});
		assert.deepEqual(lines, [
			['before', true],
			['after', false],
		]);
		assert.equal(report?.stdoutTail, 'before\nafter\n');
	});

	test('is heard on stderr too, from its beginning', async (context) => {
		const {request, launched, release, second} = await launch(context);
		const lines: string[] = [];
		const adopted = await second.adopt?.(launched.identity, {...request, onErrorLine: (line) => lines.push(line)});
		release();
		await adopted?.finished;

		assert.deepEqual(lines, ['warned']);
	});

	test('can be stopped by the one that adopted it', async (context) => {
		const {request, launched, second} = await launch(context);
		const adopted = await second.adopt?.(launched.identity, request);
		adopted?.stop(1000);

		assert.notDeepEqual((await adopted?.finished)?.end, {kind: 'exited', code: 3});
	});

	test('is known by its tag and its wrapper while it lives, and nothing else is taken for it', async (context) => {
		const {launched, files, tag, release, second} = await launch(context);
		const find = (changes: {readonly tag?: string; readonly stdout?: string} = {}) =>
			second.findLiving?.({files: {...files, stdout: changes.stdout ?? files.stdout}, tag: changes.tag ?? tag});

		assert.deepEqual(await find(), launched.identity);
		assert.equal(await find({tag: `${tag}0`}), null);
		assert.equal(await find({stdout: `${files.stdout}-gone`}), null);
		release();
		await launched.finished;
		assert.ok(existsSync(files.exitStatus));
		assert.equal(await find(), null);
	});
});
