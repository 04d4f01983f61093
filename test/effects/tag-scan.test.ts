import assert from 'node:assert/strict';
import {type ChildProcess, spawn} from 'node:child_process';
import {copyFileSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {parseProcessStat, readProcessStat} from '../../source/effects/process-identity.ts';
import {createTagScanner} from '../../source/effects/tag-scan.ts';
import {makeFolder, readIfThere} from '../rig/launching.ts';
import {until} from '../rig/until.ts';

function start(context: TestContext, argv: readonly [string, ...string[]], env: NodeJS.ProcessEnv): ChildProcess {
	const [program, ...args] = argv;
	const child = spawn(program, args, {env, stdio: 'ignore'});
	context.after(() => child.kill('SIGKILL'));
	return child;
}

const pidsOf = (processes: readonly {readonly pid: number}[]) => processes.map(({pid}) => pid);

suite('a search for a tag', () => {
	test('finds it wherever it stands in the environment, even a very large one', async (context) => {
		const large = Object.fromEntries(Array.from({length: 6}, (_, index) => [`LARGE${index}`, 'x'.repeat(100_000)]));
		const tag = `tag of ${makeFolder(context)}`;
		const {PATH} = process.env;
		const first = start(context, ['sleep', '300'], {WARPDECK_TAG: tag, PATH, ...large});
		const last = start(context, ['sleep', '300'], {PATH, ...large, WARPDECK_TAG: tag});

		assert.deepEqual(pidsOf(await createTagScanner().find(tag)), [first.pid, last.pid]);
	});

	test('finds all tags that begin with one that ends with a colon, and only whole ones otherwise', async (context) => {
		const run = `tag of ${makeFolder(context)}`;
		const [worker, attempt] = [`${run}:worker:gpu0.node0.b1:1`, `${run}:a:1`].map((tag) =>
			start(context, ['sleep', '300'], {...process.env, WARPDECK_TAG: tag}),
		);
		const scanner = createTagScanner();

		assert.deepEqual(pidsOf(await scanner.find(`${run}:worker:`)), [worker?.pid]);
		assert.deepEqual(pidsOf(await scanner.find(`${run}:`)), [worker?.pid, attempt?.pid]);
		assert.deepEqual(pidsOf(scanner.findRecent(`${run}:worker:gpu0.node0.b1:`)), [worker?.pid]);
		assert.deepEqual(pidsOf(await scanner.find(`${run}:worker`)), []);
	});

	test('started twice at once is one scan with one answer', async (context) => {
		const tag = `tag of ${makeFolder(context)}`;
		const {pid} = start(context, ['sleep', '300'], {...process.env, WARPDECK_TAG: tag});
		const scanner = createTagScanner();

		const [once, twice] = await Promise.all([scanner.find(tag), scanner.find(tag)]);

		assert.deepEqual(pidsOf(once), [pid]);
		assert.equal(once, twice);
	});

	test('finds processes that are younger than its memory of the others', async (context) => {
		const tag = `tag of ${makeFolder(context)}`;
		const scanner = createTagScanner();
		assert.deepEqual(await scanner.find(tag), []);
		const {pid} = start(context, ['sleep', '300'], {...process.env, WARPDECK_TAG: tag});

		assert.deepEqual(pidsOf(await scanner.find(tag)), [pid]);
	});

	test('does not take a process without any environment for one that is just starting', async (context) => {
		start(context, ['env', '-i', '/bin/sleep', '300'], process.env);
		const scanner = createTagScanner();

		assert.deepEqual(await scanner.find('nobody'), []);
		assert.deepEqual(await scanner.find(''), []);
	});

	test('does not count a process that has ended and waits for its parent', async (context) => {
		const folder = makeFolder(context);
		const tag = `tag of ${folder}`;
		const script =
			'import os, sys, time\npid = os.fork()\nif pid == 0: os._exit(0)\nopen(sys.argv[1], "w").write(f"{pid}\\n")\ntime.sleep(300)';
		const parent = start(context, ['python3', '-c', script, join(folder, 'pid')], {...process.env, WARPDECK_TAG: tag});
		await until(() => readProcessStat(Number(readIfThere(join(folder, 'pid'))))?.isZombie === true, 'a zombie');

		assert.deepEqual(pidsOf(await createTagScanner().find(tag)), [parent.pid]);
	});
});

suite('the stat line of a process', () => {
	test('is read behind its name, which may hold blanks and parentheses', (context) => {
		const program = join(makeFolder(context), 'a) S (b');
		copyFileSync('/bin/sleep', program);
		const {pid} = start(context, [program, '300'], process.env);

		const stat = readProcessStat(pid ?? 0);

		const uptimeTicks = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 100;
		assert.equal(stat?.isZombie, false);
		assert.ok(Math.abs((stat?.startTicks ?? 0) - uptimeTicks) < 6000, 'started within the last minute');
	});

	test('tells a kernel thread and a zombie from a process', () => {
		const line = (state: string, flags: number, threads = 1) =>
			`7 (x) ${state} 1 7 7 0 -1 ${flags} 0 0 0 0 0 0 0 0 20 0 ${threads} 0 4711 0 0`;

		assert.deepEqual(parseProcessStat(line('S', 0x400000)), {startTicks: 4711, isZombie: false, isKernelThread: false});
		assert.equal(parseProcessStat(line('Z', 0x400000)).isZombie, true);
		assert.equal(parseProcessStat(line('Z', 0x400000, 3)).isZombie, false, 'threads of it still live');
		assert.equal(parseProcessStat(line('I', 0x208040)).isKernelThread, true);
	});

	test('of a process that does not exist is null', () => {
		assert.equal(readProcessStat(2 ** 30), null);
	});
});
