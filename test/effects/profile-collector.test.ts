import assert from 'node:assert/strict';
import {copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import type {Experiment} from '../../source/domain/experiment.ts';
import {createProfiling} from '../../source/effects/profile-collector.ts';
import type {CapturedPass} from '../../source/engine/ports.ts';
import {checkout} from '../rig/built-program.ts';
import {makeTwoBatches, writeDatabase} from '../rig/nsys-database.ts';
import {planLine} from '../rig/suites.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const env = {...process.env, PATH: [join(checkout, 'fixtures/profilers'), process.env.PATH].join(delimiter)};
const recorded = join(checkout, 'fixtures/nsys/pipeline_range.sqlite');

function profileOf(profiler: 'nsys' | 'ncu', line = ''): Experiment {
	const {experiments} = planLine(`experiment=quick_test experiment.profiler=${profiler} ${line}`);
	return experiments.find(({role}) => role === 'profile') ?? assert.fail('no profile is planned');
}

/** A run's folder and what collects in it; `onEnd` is what a worker does as its last, once somebody has looked for it. */
async function prepare(t: TestContext, experiment: Experiment, workerKey?: string, onEnd = (_folder: string) => {}) {
	const runDir = makeTemporaryFolder(t);
	const stem = join(runDir, experiment.capture?.report ?? '');
	const workerFolder = join(runDir, `nsys_reports/worker-${workerKey}`);
	let asked = 0;
	const isAlive = (): boolean => {
		if (++asked === 2) onEnd(workerFolder);
		return asked === 1;
	};
	const profiling = createProfiling({
		runDir,
		program: join(checkout, 'source/cli/main.ts'),
		loader: ['--import=tsx'],
		env,
		warm: {isAlive},
		lookEveryMs: 1,
	});
	await profiling.prepare(experiment, workerKey);
	const collect = (changes: Partial<CapturedPass> = {}) =>
		profiling.collect({experiment, workerKey, startedAt: 0, output: '', throughputSamplesPerS: 900, ...changes});
	return {profiling, runDir, stem, workerFolder, collect};
}

/** A report in which the workload opened a range with this id around its two batches. */
function writeNamed(path: string, id: string): void {
	const tables = makeTwoBatches();
	const [range] = tables.NVTX_EVENTS ?? [];
	writeDatabase(path, {
		...tables,
		NVTX_EVENTS: [...(tables.NVTX_EVENTS ?? []), {...range, text: `warpdeck ${id}`, textId: null}],
	});
}

suite('a pass under nsys', () => {
	test('is exported and read, and a file beside its report says whose it is', async (t) => {
		const experiment = profileOf('nsys');
		const {stem, collect} = await prepare(t, experiment);
		copyFileSync(recorded, `${stem}.nsys-rep`);

		const outcome = await collect();

		assert.ok(outcome.kind === 'figures' && outcome.figures.kind === 'nsys', JSON.stringify(outcome));
		const {batches, report, throughputSamplesPerS} = outcome.figures;
		assert.deepEqual(
			[batches, report, throughputSamplesPerS],
			[20, 'nsys_reports/gpu0_numa0_vit0x0x0.nsys.nsys-rep', 900],
		);
		assert.ok(existsSync(`${stem}.sqlite`));
		assert.equal(JSON.parse(readFileSync(`${stem}.json`, 'utf8')).run_id, 'gpu0_numa0_vit0x0x0');
	});

	test('that left no report has failed, and says what nsys says, whatever an attempt before it left', async (t) => {
		const {profiling, stem, collect} = await prepare(t, profileOf('nsys'));
		copyFileSync(recorded, `${stem}.nsys-rep`);
		await profiling.prepare(profileOf('nsys'), undefined);

		const outcome = await collect({output: 'Generated:\n\tNo reports were generated\n'});

		assert.equal(outcome.kind, 'problem');
		assert.match(
			outcome.kind === 'problem' ? outcome.message : '',
			/^nsys ended with code 0 and wrote no report; it says: No reports were generated$/,
		);
	});

	test('whose report was cut off has failed', async (t) => {
		const {stem, collect} = await prepare(t, profileOf('nsys'));
		copyFileSync(recorded, `${stem}.nsys-rep`);
		truncateSync(`${stem}.nsys-rep`, 100_000);

		const outcome = await collect();

		assert.match(outcome.kind === 'problem' ? outcome.message : '', /^the report could not be read: /);
	});
});

suite('a pass in a process that serves many', () => {
	const key = 'gpu0.node0.b1.nsys';
	const experiment = profileOf('nsys', 'experiment.isolation=block');

	test('is found by the range in its report, and others get their own names, too', async (t) => {
		const {runDir, workerFolder, collect} = await prepare(t, experiment, key);
		writeNamed(join(workerFolder, 'capture.1.nsys-rep'), 'gpu0_numa0_vit32x2x256.nsys');
		writeNamed(join(workerFolder, 'capture.2.nsys-rep'), experiment.id);
		writeDatabase(join(workerFolder, 'capture.3.nsys-rep'), makeTwoBatches());

		const outcome = await collect();

		assert.ok(outcome.kind === 'figures' && outcome.figures.kind === 'nsys', JSON.stringify(outcome));
		assert.equal(outcome.figures.batches, 2);
		const files = readdirSync(join(runDir, 'nsys_reports')).filter((name) => name.endsWith('.nsys-rep'));
		assert.deepEqual(files.toSorted(), ['gpu0_numa0_vit0x0x0.nsys.nsys-rep', 'gpu0_numa0_vit32x2x256.nsys.nsys-rep']);
	});

	test('is waited for until the process has ended, because some versions write their reports then', async (t) => {
		const write = (folder: string) => writeNamed(join(folder, 'capture.nsys-rep'), experiment.id);
		const {collect} = await prepare(t, experiment, key, write);

		assert.equal((await collect()).kind, 'figures');
	});

	test('comes with the others of its process, in the order of their ends', async (t) => {
		const other = planLine(
			'experiment=quick_test experiment.profiler=nsys experiment.isolation=block',
		).experiments.findLast(({role}) => role === 'profile');
		assert.ok(other && other.id !== experiment.id);
		const {profiling, collect} = await prepare(t, experiment, key, (folder) => {
			for (const [number, id] of [experiment.id, other.id, experiment.id].entries())
				writeNamed(join(folder, `capture.${number + 9}.nsys-rep`), id);
		});
		const first = collect();
		await profiling.prepare(other, key);

		const outcomes = await Promise.all([first, collect({experiment: other})]);

		assert.deepEqual(
			outcomes.map(
				(outcome) => outcome.kind === 'figures' && outcome.figures.kind === 'nsys' && outcome.figures.report,
			),
			[experiment, other].map(({id}) => `nsys_reports/${id}.nsys-rep`),
		);
	});

	test('has failed where its capture range never opened', async (t) => {
		const {collect} = await prepare(t, experiment, key);

		const outcome = await collect();

		assert.match(outcome.kind === 'problem' ? outcome.message : '', /its capture range never opened$/);
	});

	test('is not taken from what an attempt before it left', async (t) => {
		const {profiling, workerFolder, collect} = await prepare(t, experiment, key);
		writeNamed(join(workerFolder, 'capture.1.nsys-rep'), experiment.id);
		await profiling.prepare(experiment, key);

		assert.equal((await collect()).kind, 'problem');
	});
});

suite('a pass under ncu', () => {
	test('is read from its CSV, with what was done to clocks and caches', async (t) => {
		const {stem, collect} = await prepare(t, profileOf('ncu', 'experiment.ncu.clock_control=base'));
		copyFileSync(join(checkout, 'fixtures/ncu/ncu-csv-log.csv'), `${stem}.csv`);

		const outcome = await collect();

		assert.ok(outcome.kind === 'figures' && outcome.figures.kind === 'ncu', JSON.stringify(outcome));
		assert.ok(outcome.figures.kernels > 0);
		assert.deepEqual([outcome.figures.clockControl, outcome.figures.cacheControl], ['base', 'all']);
		assert.equal(JSON.parse(readFileSync(`${stem}.json`, 'utf8')).clockControl, 'base');
	});

	test('that was refused has failed, and says who may read the counters', async (t) => {
		const {stem, collect} = await prepare(t, profileOf('ncu'));
		mkdirSync(join(stem, '..'), {recursive: true});
		writeFileSync(`${stem}.csv`, '==ERROR== ERR_NVGPUCTRPERM - The user does not have permission\n');

		const outcome = await collect();

		assert.match(outcome.kind === 'problem' ? outcome.message : '', /^ncu left no figures: .*ERR_NVGPUCTRPERM/);
	});
});
