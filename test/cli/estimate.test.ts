import assert from 'node:assert/strict';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {findRoomProblems, readRoom} from '../../source/cli/check-room.ts';
import {describeDeadline} from '../../source/cli/deadline.ts';
import {describeTimes, formatTime} from '../../source/cli/describe-time.ts';
import {estimateKeptMiB, estimatePinnedMiB} from '../../source/cli/estimate.ts';
import {type Durations, estimateTimes, findDuration, identifyDuration} from '../../source/cli/estimate-time.ts';
import {readKnownDurations} from '../../source/cli/known-durations.ts';
import {readDurations} from '../../source/cli/past-durations.ts';
import type {Preparation} from '../../source/cli/prepare.ts';
import {estimateDiskBytes} from '../../source/domain/disk-need.ts';
import type {JsonObject} from '../../source/domain/json.ts';
import type {SuiteFile} from '../../source/plan/compose.ts';
import {KEPT_POOL_MIB} from '../../source/plan/worker.ts';
import {composeLine, machine, ownSuite, planLine, shippedSuites} from '../rig/suites.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const plan = planLine('experiment=quick_test');
const [first] = plan.experiments;
const identity = identifyDuration(first ?? assert.fail('quick_test has no experiments'), 'process');

function keepRun(folder: string, time: string, ...records: readonly JsonObject[]): void {
	const path = join(folder, time.includes('/') ? time : `quick_test/2026-01-01/${time}`);
	mkdirSync(path, {recursive: true});
	writeFileSync(join(path, 'journal.jsonl'), '');
	writeFileSync(join(path, 'results.json'), JSON.stringify(records));
}

const record = (changes: JsonObject = {}): JsonObject => ({
	run_id: 'any name',
	success: true,
	simulated: false,
	duration: 12,
	declared: first?.params ?? {},
	axes: {},
	device: 'cuda',
	gpu_id: 0,
	duplicate_of: null,
	blocks: [{}],
	...changes,
});

suite('a duration of an earlier run', () => {
	test('counts for the same declared configuration on the same device, whatever its name; several are averaged', (context) => {
		const folder = makeTemporaryFolder(context);
		keepRun(folder, '10-00-00', record(), record({duration: 20, blocks: [{}, {}]}));

		assert.deepEqual([...readDurations(folder, 'quick_test')], [[identity, 11]]);
	});

	for (const [what, changes] of [
		['of a simulation', {simulated: true}],
		['of a failure', {success: false}],
		['that is shared', {duplicate_of: 'other'}],
		['on another device', {device: 'cpu'}],
		['with other settings', {declared: {...first?.params, batch_size: 999}}],
		['with another axis', {axes: {size: 1}}],
		['in a process that was warm', {isolation: 'block'}],
	] as const) {
		test(`does not count ${what}`, (context) => {
			const folder = makeTemporaryFolder(context);
			keepRun(folder, '10-00-00', record(changes as JsonObject));

			assert.ok(!readDurations(folder, 'quick_test').has(identity));
		});
	}
});

suite('what is known of a campaign', () => {
	const phases = ['first', 'second'].map((name) => ({name, runs: [{overrides: ['quick_test']}]}));
	const config = {experiment: {name: 'plan', phases}};
	const suites = [...shippedSuites, {name: 'plan', origin: 'plan.yaml', config}];
	const find = (folder: string) => {
		const line = `experiment=plan output.base_dir=${folder}`;
		const [planned, composition] = [planLine(line, {suites}), composeLine(line, {suites})];
		const known = readKnownDurations(planned, composition);
		return ['first', 'second'].map((name) => {
			const experiment = planned.experiments.find(({phase}) => phase === name);
			return experiment && findDuration(known, experiment);
		});
	};

	test('is what the suites that it runs have measured, for each phase that runs them', (context) => {
		const folder = makeTemporaryFolder(context);
		keepRun(folder, '10-00-00', record());

		assert.deepEqual(find(folder), [12, 12]);
	});

	test('is what a phase itself has measured, and never what another phase has', (context) => {
		const folder = makeTemporaryFolder(context);
		keepRun(folder, 'plan/2026-01-01/10-00-00', record({phase: 'second', duration: 30}));

		assert.deepEqual(find(folder), [undefined, 30]);
	});
});

test('a deadline is compared with what earlier runs measured', (context) => {
	const folder = makeTemporaryFolder(context);
	const records = plan.experiments.map(({params}) => record({declared: params, duration: 3600}));
	keepRun(folder, '10-00-00', ...records);
	const line = `experiment=quick_test experiment.deadline=2026-11-29T08:00Z output.base_dir=${folder}`;
	const preparation = {plan: planLine(line), composition: composeLine(line)} as unknown as Preparation;
	const [said] = describeDeadline(preparation, Date.UTC(2026, 10, 29, 6, 30));

	assert.match(said ?? '', /by the times of earlier runs 1 of 3 experiments will not fit/);
});

suite('the time of a plan', () => {
	const timesOf = (line: string, durations: Durations, suites?: readonly SuiteFile[]) => {
		const circumstances = suites ? {suites} : {};
		const own = planLine(line, circumstances);
		const times = estimateTimes(own, composeLine(line, circumstances), durations);
		return {...times, said: describeTimes(times, own.experiments.length), experiments: own.experiments};
	};
	const QUICK = 'experiment=quick_test';
	const lasting = (seconds: number, isolation: 'process' | 'block' = 'process') =>
		plan.experiments.map((experiment) => [identifyDuration(experiment, isolation), seconds] as const);

	test('is not known where nothing was measured', () => {
		assert.match(timesOf(QUICK, new Map()).said[0] ?? '', /^time: not known/);
	});

	test('is that of the measured experiments, and the rest is said to be unknown', () => {
		const {planned, said} = timesOf(QUICK, new Map(lasting(40).slice(0, 1)));

		assert.deepEqual(planned, {wallS: 40, known: 1, guessed: 0});
		assert.equal(
			said[0],
			'time: about 40 s, from earlier runs of 1 of 3 experiments; the time of the rest is not known',
		);
		assert.equal(formatTime(planned, 3), '40 s for 1/3');
	});

	test('is whole where all were measured', () => {
		assert.equal(
			timesOf(QUICK, new Map(lasting(10))).said[0],
			'time: about 30 s, from earlier runs of 3 of 3 experiments',
		);
	});

	test('is said for both ways to isolate where a process could stay warm, each from its own past', () => {
		const both = new Map([...lasting(10), ...lasting(2, 'block')]);

		assert.equal(timesOf(QUICK, both).said[1], 'time by experiment.isolation: process 30 s, block 6 s');
		assert.equal(
			timesOf(QUICK, new Map(lasting(10))).said[1],
			'time by experiment.isolation: process 30 s, block not known',
		);
		assert.match(timesOf(`${QUICK} experiment.isolation=block`, both).said[0] ?? '', /about 6 s/);
		assert.equal(timesOf(`${QUICK} experiment.test.compile_model=true`, both).byIsolation, null);
	});

	test('is what the suite or the model expects where nobody measured it, marked as a guess', () => {
		const model = {patch_size: 32, depth: 2, heads: 4, dim: 256, mlp_dim: 1024};
		const guessing = ownSuite({
			hardware: {gpu_ids: [0], numa_nodes: [0]},
			expected_s: 20,
			vit_configs: [
				{...model, name: 'a'},
				{...model, name: 'b', depth: 4, expected_s: 100},
			],
		});
		const {planned, said, byIsolation} = timesOf('experiment=own', new Map(), [guessing]);

		assert.deepEqual(planned, {wallS: 120, known: 0, guessed: 2});
		assert.equal(said[0], 'time: about 2 min, a guess for 2 of 2 (expected_s)');
		assert.equal(formatTime(planned, 2), 'guess 2 min');
		assert.equal(byIsolation?.block.wallS, null, 'what is expected of a process says nothing of a warm one');
	});

	test('adds up what needs the host to itself, whatever the lanes', () => {
		const line = `${QUICK} experiment.hardware.gpu_ids=[0,1,2,3] experiment.max_workers=4`;
		const known = new Map(lasting(10));

		assert.equal(timesOf(line, known).planned.wallS, 30);
		assert.equal(timesOf(`${line} experiment.exclusive=host`, known).planned.wallS, 120);
	});
});

suite('the disk that a plan needs', () => {
	const bytesOf = (...words: readonly string[]) =>
		estimateDiskBytes(planLine(['experiment=quick_test', ...words].join(' ')).experiments[0] ?? assert.fail());

	test('counts every pass of the window, as fast as any pipeline was', () => {
		const pass = 16 * 1024 + 20 * 20;

		assert.equal(bytesOf('experiment.test.min_window_s=0'), pass);
		assert.equal(bytesOf('experiment.test.min_window_s=1'), pass + 10_000 * 20);
		assert.equal(bytesOf('experiment.test.min_window_s=3'), pass + 3 * 10_000 * 20);
	});

	test('takes no batches to be faster than their copies', () => {
		// 5 x 3 x 1 024 x 1 024 values of 4 bytes: 858 copies a second.
		const large = bytesOf('experiment.test.tensor_shape=[3,1024,1024]');

		assert.ok(large > 16 * 1024 + 858 * 20 && large < 16 * 1024 + 900 * 20, `${large}`);
	});
});

suite('the room that a plan needs', () => {
	const room = {memoryMiB: 2048, diskFreeMiB: 1000, baseDir: 'outputs'};
	const four = planLine('experiment=numa_study experiment.test.memory_size_mb=600 experiment.exclusive=gpu');

	test('counts the pinned memory of what runs at once, a lane each', () => {
		assert.equal(estimatePinnedMiB(four), 2400);
		assert.equal(estimatePinnedMiB({...four, maxWorkers: 2}), 1200);
	});

	test('counts what idle workers keep beside it, as long as their pools are small and the pipeline is what they serve', () => {
		const keptOf = (line: string) => estimateKeptMiB(planLine(line), composeLine(line));
		const study = 'experiment=numa_study experiment.test.memory_size_mb';

		// Four GPUs on two nodes each are eight workers, of which one or four run.
		assert.equal(keptOf(`${study}=600`), 7 * 600);
		assert.equal(keptOf(`${study}=600 experiment.exclusive=gpu`), 4 * 600);
		assert.equal(keptOf(`${study}=600 experiment.isolation=process`), 0);
		assert.equal(keptOf(`${study}=${KEPT_POOL_MIB + 1}`), 0);
		assert.equal(keptOf('experiment=transfer_study'), 0);
		assert.equal(keptOf('experiment=quick_test'), 0);
	});

	test('knows of workers what they know themselves', () => {
		const shared = readFileSync(new URL('../../suites/workloads/_workload.py', import.meta.url), 'utf8');

		assert.equal(Number(/^KEPT_MIB = (\d+)/m.exec(shared)?.[1]), KEPT_POOL_MIB);
	});

	test('is a problem when more would be pinned than the host has, and none when it fits', () => {
		const [problem] = findRoomProblems(four, room);

		assert.match(problem?.message ?? '', /2400 MiB .* the host has 2048 MiB/);
		assert.deepEqual(findRoomProblems(four, {...room, memoryMiB: 2400}), []);
		assert.deepEqual(findRoomProblems(four, {...room, memoryMiB: null}), []);
	});

	test('is a problem when not one experiment has the memory that it declares, and none where some have', () => {
		const large = planLine('experiment=quick_test experiment.memory.host_mb=62000');
		const [first, ...others] = large.experiments;
		const small = {...(first ?? assert.fail()), conditions: {hostMiB: 100}};

		assert.match(findRoomProblems(large, room)[0]?.message ?? '', /needs 60\.5 GiB of host memory/);
		assert.deepEqual(findRoomProblems({...large, experiments: [small, ...others]}, room), []);
	});

	test('is a problem when more would be written than the disk takes', () => {
		const large = planLine('experiment=numa_study experiment.test.num_samples=100000000 experiment.test.batch_size=1');
		const [problem] = findRoomProblems(large, {...room, memoryMiB: null});

		assert.match(problem?.message ?? '', /would be written, and outputs has 1000 MiB free/);
		assert.match(problem?.advice ?? '', /output\.base_dir=/);
	});

	test('is measured on the disk of the nearest folder that exists', (context) => {
		const folder = makeTemporaryFolder(context);
		const composition = composeLine(`experiment=quick_test output.base_dir=${folder}/not/yet`);

		const here = readRoom(machine({origin: 'measured'}), composition);
		assert.ok((here.diskFreeMiB ?? 0) > 0);
		assert.ok((here.memoryMiB ?? 0) > 0);
		assert.equal(readRoom(machine({origin: 'file'}), composition).diskFreeMiB, null);
	});

	test('is not judged by a node that is too small, because virtual machines show wrong sizes', () => {
		const composition = composeLine('experiment=quick_test');
		const nodes = machine().topology.nodes.map((node) => ({...node, memoryTotalMiB: 1}));

		assert.ok((readRoom(machine({nodes, origin: 'measured'}), composition).memoryMiB ?? 0) > nodes.length);
	});
});
