import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {suite, type TestContext, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {fourGpuHost} from '../rig/built-program.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const main = fileURLToPath(new URL('../../source/cli/main.ts', import.meta.url));

/** What `warpdeck plan` prints for the host of four GPUs, in an empty folder. */
async function plan(context: TestContext, ...args: readonly string[]): Promise<string> {
	const cwd = makeTemporaryFolder(context);
	const argv = [`--import=${import.meta.resolve('tsx')}`, main, 'plan', ...args, '--topology', fourGpuHost];
	const env = {...process.env, WARPDECK_CONFIG_DIR: cwd};
	return (await promisify(execFile)(process.execPath, argv, {cwd, env})).stdout;
}

suite('a printed plan', () => {
	test('says how many run at once: no more than there are lanes, and no more than max_workers', async (context) => {
		const overrides = ['experiment.max_workers=8', 'experiment.hardware.gpu_ids=[0,1]'];
		const shared = 'experiment.exclusive=gpu';

		assert.match(await plan(context, 'numa_study', ...overrides, shared), /GPU 1 .*; at most 2 at once\nseed: /);
		assert.match(await plan(context, 'numa_study', 'experiment.max_workers=3', shared), /; at most 3 at once\n/);
	});

	test('of a study has its executions apart, one at a time, and the order that its seed draws', async (context) => {
		const printed = await plan(context, 'numa_study');

		assert.match(printed, /: 48 cells, 48 distinct, 768 executions \(480 measured, 48 warm-up, 240 control\)\n/);
		assert.match(printed, /; at most 1 at once\nseed: \d+, drawn for this plan/);
		assert.match(printed, /\nnote: Nodes are compared, so one experiment runs at a time/);
	});

	test('as JSON estimates disk and pinned memory in MiB, and no time that nobody has measured', async (context) => {
		const {
			estimate: {gpu_memory: gpuMemory, ...estimate},
			seed,
		} = JSON.parse(await plan(context, 'quick_test', '--json'));

		assert.deepEqual(estimate, {
			disk_mib: 1,
			host_memory: {
				...{total_mib: 524_288, room_mib: 524_288, at_once: 1, at_once_without_limit: 1},
				...{limits: [], apart: []},
			},
			pinned_memory_mib: 256,
			kept_memory_mib: 0,
			time_s: null,
			time_is_guess: false,
			time_s_by_isolation: {process: null, block: null},
		});
		assert.equal(typeof seed, 'number');
		assert.deepEqual(
			new Set(
				gpuMemory.map((one: {readonly verdict: string; readonly measured: unknown}) =>
					[one.verdict, one.measured].join(),
				),
			),
			new Set(['unknown,']),
		);
	});

	test('of a sweep’s configurations begins each document with its job and overrides', async (context) => {
		const printed = await plan(context, '-m', 'quick_test', 'experiment.test.batch_size=4,8', '--cfg', 'job');
		const firstLines = printed.split('---\n').map((document) => document.split('\n')[0]);

		assert.deepEqual(firstLines, [
			'# job 0: experiment=quick_test experiment.test.batch_size=4',
			'# job 1: experiment=quick_test experiment.test.batch_size=8',
		]);
	});

	test('leaves out settings of Hydra that change no result, and says so', async (context) => {
		const printed = await plan(context, 'quick_test', 'hydra.job.name=night', '--override', 'test.batch_size=4');

		assert.match(printed, /\nnote: hydra\.job\.name=night is left out: .* which does not run here/);
		assert.match(printed, / --batch-size 4 /);
	});

	test('of one configuration is that configuration and nothing else', async (context) => {
		assert.match(await plan(context, 'quick_test', '--cfg', 'job'), /^experiment:/);
	});

	test('has a shuffled sweep in the same order again for a fixed seed', async (context) => {
		const sweep = ['-m', 'quick_test', 'experiment.test.batch_size=shuffle(1,2,3,4,5,6,7,8)', '--cfg', 'job'];
		const order = async (seed: number) =>
			(await plan(context, ...sweep, `experiment.seed=${seed}`)).match(/^# job.*$/gm);
		const [first, again, other] = await Promise.all([order(5), order(5), order(6)]);

		assert.deepEqual(first, again);
		assert.notDeepEqual(
			first?.map((line) => line.replace(/ \S*seed.*/, '')),
			other?.map((line) => line.replace(/ \S*seed.*/, '')),
		);
	});
});
