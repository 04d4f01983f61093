import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {type Ended, fourGpuHost, makeWorkplace, ONE_EACH, runProgram, type Workplace} from '../rig/built-program.ts';
import {findRunFolder, readResults} from '../rig/run-files.ts';

type Fault = {readonly gpu: number; readonly afterS: number; readonly lost?: string; readonly xid?: number};

/** Two GPUs of the played host with six models each, so that one that breaks has something left to run. */
const TWO_GPUS = [
	'numa_study',
	...ONE_EACH,
	'experiment.hardware.gpu_ids=[0,1]',
	'experiment.hardware.numa_nodes=[0]',
	'experiment.max_workers=2',
	'experiment.test.num_samples=100',
];

async function play(
	context: TestContext,
	change: {readonly faults?: readonly Fault[]; readonly leastMeasureS?: number; readonly gpu?: object},
	words: readonly string[],
): Promise<{readonly ended: Ended; readonly place: Workplace}> {
	const place = makeWorkplace();
	context.after(place.remove);
	const host = JSON.parse(readFileSync(fourGpuHost, 'utf8'));
	const gpu = {...host.simulation.gpu, ...change.gpu};
	const simulation = {...host.simulation, failOneIn: 0, timeScale: 0.2, leastMeasureS: 0.5, ...change, gpu};
	const file = join(place.folder, 'host.json');
	writeFileSync(file, JSON.stringify({...host, simulation}));
	const args = ['run', '--headless', '--simulate', file, ...words];
	return {place, ended: await runProgram(place, args)};
}

const countStatuses = async (place: Workplace) => {
	const records = readResults(await findRunFolder(place));
	return Object.fromEntries(
		[...Map.groupBy(records, ({status}) => String(status))].map(([status, own]) => [status, own.length]),
	);
};

suite('a GPU that is lost in the middle of a night', () => {
	const lost = {faults: [{gpu: 1, afterS: 3, lost: 'GPU is lost'}]};

	test('is given up: the other one goes on, and what it leaves is postponed with the reason', async (context) => {
		const {ended, place} = await play(context, lost, TWO_GPUS);

		assert.equal(ended.code, 1);
		assert.match(ended.stdout, /warning lane gpu1 starts nothing more: GPU 1 is lost \(GPU is lost\)/);
		assert.match(ended.stdout, /Postponed: not tried, and tried by: warpdeck resume/);
		const {succeeded = 0, failed = 0, postponed = 0} = await countStatuses(place);
		assert.equal(succeeded + failed + postponed, 12);
		assert.ok(postponed > 0 && succeeded >= 6 && failed <= 1, JSON.stringify({succeeded, failed, postponed}));
	});

	test('gives its queue to the other one where the suite allows it, and each result says so', async (context) => {
		const {ended, place} = await play(context, lost, [...TWO_GPUS, 'experiment.guards.move=true']);

		const {succeeded = 0, degraded = 0, failed = 0, postponed = 0} = await countStatuses(place);
		assert.deepEqual([succeeded + degraded + failed, postponed], [12, 0]);
		assert.ok(degraded > 0 && failed <= 1);
		assert.match(ended.stdout, /degraded: moved: planned for lane gpu1, ran on gpu0/);
	});
});

suite('a GPU that gets too hot', () => {
	test('rests between experiments, and all of them come out well', async (context) => {
		// Nothing is hot for long on a played machine, whose seconds are short.
		const change = {leastMeasureS: 10, gpu: {idleCelsius: 30, busyCelsius: 2000}};
		const {ended, place} = await play(context, change, ['quick_test', 'experiment.guards.max_celsius=50']);

		assert.equal(ended.code, 0, ended.stderr);
		assert.match(ended.stdout, /wait {4}lane gpu0: GPU 0 has \d+ °C, and the suite's limit is 50 °C/);
		assert.match(ended.stdout, /go on {3}lane gpu0/);
		assert.deepEqual(await countStatuses(place), {succeeded: 3});
	});
});
