import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {findRoomProblems, readRoom} from '../../source/cli/check-room.ts';
import {describeTime, estimatePinnedMiB, estimateTime, identify} from '../../source/cli/estimate.ts';
import {readDurations} from '../../source/cli/past-durations.ts';
import type {JsonObject} from '../../source/domain/json.ts';
import {composeLine, machine, planLine} from '../rig/suites.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const plan = planLine('experiment=quick_test');
const [first, ...others] = plan.experiments;
const identity = identify(first ?? assert.fail('quick_test has no experiments'));

function keepRun(folder: string, time: string, ...records: readonly JsonObject[]): void {
	const path = join(folder, 'quick_test/2026-01-01', time);
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
	] as const) {
		test(`does not count ${what}`, (context) => {
			const folder = makeTemporaryFolder(context);
			keepRun(folder, '10-00-00', record(changes as JsonObject));

			assert.ok(!readDurations(folder, 'quick_test').has(identity));
		});
	}
});

suite('the time of a plan', () => {
	test('is not known where nothing was measured', () => {
		assert.match(describeTime(estimateTime(plan, new Map()), 3), /^time: not known/);
	});

	test('is that of the measured experiments, and the rest is said to be unknown', () => {
		const time = estimateTime(plan, new Map([[identity, 40]]));

		assert.deepEqual(time, {wallS: 40, known: 1});
		assert.equal(
			describeTime(time, plan.experiments.length),
			'time: about 40 s, from earlier runs of 1 of 3 experiments; the time of the rest is not known',
		);
	});

	test('is whole where all were measured', () => {
		const durations = new Map([identity, ...others.map(identify)].map((name) => [name, 10]));

		assert.equal(
			describeTime(estimateTime(plan, durations), 3),
			'time: about 30 s, from earlier runs of 3 of 3 experiments',
		);
	});
});

suite('the room that a plan needs', () => {
	const room = {memoryMiB: 2048, diskFreeMiB: 10, baseDir: 'outputs'};
	const four = planLine('experiment=numa_study experiment.test.memory_size_mb=600 experiment.max_workers=4');

	test('counts the pinned memory of what runs at once, a lane each', () => {
		assert.equal(estimatePinnedMiB(four), 2400);
		assert.equal(estimatePinnedMiB({...four, maxWorkers: 2}), 1200);
	});

	test('is a problem when more would be pinned than the host has, and none when it fits', () => {
		const [problem] = findRoomProblems(four, room);

		assert.match(problem?.message ?? '', /2400 MiB .* the host has 2048 MiB/);
		assert.deepEqual(findRoomProblems(four, {...room, memoryMiB: 2400}), []);
		assert.deepEqual(findRoomProblems(four, {...room, memoryMiB: null}), []);
	});

	test('is a problem when more would be written than the disk takes', () => {
		const large = planLine('experiment=numa_study experiment.test.num_samples=100000000 experiment.test.batch_size=1');
		const [problem] = findRoomProblems(large, {...room, memoryMiB: null});

		assert.match(problem?.message ?? '', /would be written, and outputs has 10 MiB free/);
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
