import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {parseComputePrograms, queryComputePrograms} from '../../source/effects/compute-programs.ts';
import {createForeignPrograms} from '../../source/effects/foreign-programs.ts';
import {tagVariable} from '../../source/effects/tag-scan.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const FIRST_NAMESPACE = 'pid:[4026531836]';

/** A /proc with the given programs: name and environment by pid. */
const makeProc = (
	context: TestContext,
	programs: {readonly [pid: number]: {readonly comm: string; readonly environ: readonly string[]}},
	namespace = FIRST_NAMESPACE,
): string => {
	const procRoot = makeTemporaryFolder(context);
	mkdirSync(join(procRoot, 'self/ns'), {recursive: true});
	symlinkSync(namespace, join(procRoot, 'self/ns/pid'));
	for (const [pid, {comm, environ}] of Object.entries(programs)) {
		mkdirSync(join(procRoot, pid));
		writeFileSync(join(procRoot, pid, 'comm'), `${comm}\n`);
		writeFileSync(join(procRoot, pid, 'environ'), environ.join('\0'));
	}
	return procRoot;
};

const on = (...pids: readonly number[]) => pids.map((pid) => ({pid, memoryMiB: 8123}));
/** Larger than any pid that a kernel gives, so that no living process answers for it. */
const [OURS, THEIRS, OTHER_RUN, GONE] = [9_000_001, 9_000_002, 9_000_003, 9_000_004];
const PROGRAMS = {
	[OURS]: {comm: 'python3', environ: ['PATH=/bin', `${tagVariable}=a1b2c3d4:gpu0:1`]},
	[THEIRS]: {comm: 'train', environ: ['PATH=/bin']},
	[OTHER_RUN]: {comm: 'python3', environ: [`${tagVariable}=ffffffff:gpu0:1`]},
};

suite('programs on a GPU', () => {
	test('are foreign unless they carry a tag of this run; one that has ended is nobody’s', (context) => {
		const foreign = createForeignPrograms({token: 'a1b2c3d4', procRoot: makeProc(context, PROGRAMS)});

		const listed = foreign.list(on(OURS, THEIRS, OTHER_RUN, GONE));

		assert.deepEqual(listed, [`pid ${THEIRS} (train, 8123 MiB)`, `pid ${OTHER_RUN} (python3, 8123 MiB)`]);
		assert.deepEqual(foreign.listAll(on(OURS, THEIRS), 1), [`pid ${THEIRS} (train, 8123 MiB)`]);
	});

	test('are not told apart by numbers of another namespace, which might be anybody’s here', (context) => {
		const procRoot = makeProc(context, PROGRAMS, 'pid:[4026532871]');
		const foreign = createForeignPrograms({token: 'a1b2c3d4', procRoot});

		assert.equal(foreign.canTell, false);
		assert.deepEqual(foreign.list(on(OURS, THEIRS)), []);
	});

	test('of another namespace are all named where nothing of this run can be among them', (context) => {
		const procRoot = makeProc(context, PROGRAMS, 'pid:[4026532871]');
		const foreign = createForeignPrograms({token: 'a1b2c3d4', procRoot});

		assert.deepEqual(foreign.listAll([{pid: THEIRS, memoryMiB: null}], 0), [`pid ${THEIRS} outside this container`]);
	});

	test('of another namespace may be our idle workers, so only more of them than workers are somebody’s', (context) => {
		const procRoot = makeProc(context, PROGRAMS, 'pid:[4026532871]');
		const foreign = createForeignPrograms({token: 'a1b2c3d4', procRoot});

		assert.deepEqual(foreign.listAll(on(OURS, THEIRS), 2), []);
		assert.deepEqual(foreign.listAll(on(OURS, THEIRS, OTHER_RUN), 2), [
			'at least 1 of 3 programs outside this container, of which 2 may be idle workers of this run',
		]);
	});

	test('are ours when a worker of this run idles there', (context) => {
		const idle = {[OURS]: {comm: 'python3', environ: [`${tagVariable}=a1b2c3d4:worker:gpu0.node0.b1:1`]}};
		const foreign = createForeignPrograms({token: 'a1b2c3d4', procRoot: makeProc(context, idle)});

		assert.deepEqual([foreign.list(on(OURS)), foreign.listAll(on(OURS), 0)], [[], []]);
	});

	test('that really run are named with their user and name', async (context) => {
		const child = spawn('sleep', ['60'], {stdio: 'ignore'});
		context.after(() => child.kill('SIGKILL'));
		const procRoot = makeProc(context, {[child.pid ?? 0]: {comm: 'sleep', environ: []}});
		const foreign = createForeignPrograms({token: 'a1b2c3d4', procRoot});

		const [name = ''] = foreign.list([{pid: child.pid ?? 0, memoryMiB: null}]);

		assert.match(name, new RegExp(`^pid ${child.pid} \\((root|[a-z_][a-z0-9_-]*|user \\d+), sleep\\)$`));
	});
});

suite('nvidia-smi, asked for programs that compute', () => {
	test('tells them by GPU, and null for memory that it does not tell', () => {
		const programs = parseComputePrograms('GPU-a, 4242, 1843\nGPU-a, 4243, [N/A]\nGPU-b, 7, 10\n');

		assert.deepEqual(
			[...programs],
			[
				[
					'GPU-a',
					[
						{pid: 4242, memoryMiB: 1843},
						{pid: 4243, memoryMiB: null},
					],
				],
				['GPU-b', [{pid: 7, memoryMiB: 10}]],
			],
		);
	});

	test('tells none by an empty answer or by words', () => {
		assert.equal(parseComputePrograms('').size, 0);
		assert.equal(parseComputePrograms('No running processes found\n').size, 0);
	});

	test('that is missing tells nothing, which is not none', async (context) => {
		assert.equal(await queryComputePrograms({PATH: makeTemporaryFolder(context)}), null);
	});
});
