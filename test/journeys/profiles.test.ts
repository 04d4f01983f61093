import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import type {ExperimentResult} from '../../source/domain/experiment.ts';
import {checkout, type Ended, fixtureSuites, makeWorkplace, runProgram, type Workplace} from '../rig/built-program.ts';
import {findRunFolder, readJson, readResults} from '../rig/run-files.ts';

const WORDS = ['profiled', '--suites', fixtureSuites];

suite('a run with profiles', () => {
	let place: Workplace;
	before(() => {
		place = makeWorkplace();
	});
	after(() => place.remove());

	const PATH = [join(checkout, 'fixtures/profilers'), process.env.PATH].join(delimiter);
	const resultOf = (run: string, id: string) =>
		readJson<{readonly result: ExperimentResult}>(run, `results/${id}.json`).result;

	suite('under nsys', () => {
		let ended: Ended;
		let run = '';
		before(async () => {
			const env = {PATH, FAKE_NSYS_LOSES: '*/size-1.nsys'};
			ended = await runProgram(place, ['run', ...WORDS, '--profiler', 'nsys'], {env});
			run = await findRunFolder(place);
		});

		test('times what it would time without them, and then profiles each cell once', () => {
			const starts = [...ended.stdout.matchAll(/ start +(\S+)/g)].map(([, id]) => id);
			assert.deepEqual(starts, ['size-1', 'size-2', 'size-1.nsys', 'size-2.nsys']);
			const throughputs = readResults(run).map(({throughput_samples_per_s}) => throughput_samples_per_s);
			assert.deepEqual(throughputs, [500, 500]);
		});

		test('keeps the figures of each report and no time of it', () => {
			const {profiled, profile, status, throughputSamplesPerS} = resultOf(run, 'size-2.nsys');

			assert.deepEqual([status, profiled, throughputSamplesPerS], ['succeeded', 'nsys', null]);
			assert.ok(profile?.kind === 'nsys');
			assert.deepEqual([profile.batches, profile.throughputSamplesPerS], [20, 500]);
			assert.equal(profile.report, 'nsys_reports/size-2.nsys.nsys-rep');
			assert.ok(existsSync(join(run, profile.report)));
			assert.equal(resultOf(run, 'size-2').profiled, undefined);
		});

		test('fails a profile of which no report is there, and not its cell', () => {
			assert.equal(ended.code, 1, ended.stdout);
			assert.deepEqual(
				readResults(run).map(({status}) => status),
				['succeeded', 'succeeded'],
			);
			assert.match(ended.stdout, /nsys ended with code 0 and wrote no report/);
			assert.equal(resultOf(run, 'size-1.nsys').failure?.kind, 'no-result');
		});

		test('tells the profiled program of its capture, and the timed one of none', () => {
			const logs = ['size-1', 'size-1.nsys'].map((id) => readFileSync(join(run, `logs/${id}.stdout`), 'utf8'));

			assert.match(logs[0] ?? '', /^size 1 capture=$/m);
			assert.match(logs[1] ?? '', /^size 1 capture=size-1\.nsys$/m);
		});
	});

	test('that ncu may not make fails with who may allow it', async () => {
		const onGpu = ['experiment.axes.size=[1]', 'experiment.hardware.gpu_ids=[0]'];
		const ended = await runProgram(place, ['run', ...WORDS, '--profiler', 'ncu', ...onGpu], {
			env: {
				PATH: [join(checkout, 'fixtures/bin'), PATH].join(delimiter),
				FAKE_NVIDIA_SMI: JSON.stringify({gpus: 1}),
				FAKE_NCU: 'denied',
			},
		});
		const run = await findRunFolder(place);

		assert.equal(ended.code, 1, ended.stdout);
		assert.match(resultOf(run, 'gpu0_size-1.ncu').failure?.message ?? '', /ERR_NVGPUCTRPERM/);
		assert.deepEqual(
			readResults(run).map(({status}) => status),
			['succeeded'],
		);
	});

	test('goes on without them where there is no profiler, says so beforehand and keeps it in its notes', async () => {
		const PATH = process.env.PATH ?? '';
		const ended = await runProgram(place, ['run', ...WORDS, '--profiler', 'nsys', 'experiment.axes.size=[1]'], {
			env: {PATH},
		});
		const run = await findRunFolder(place);

		assert.equal(ended.code, 0, ended.stdout);
		assert.match(ended.stdout, /note +Without profiles: nsys is not on PATH/);
		assert.match(readFileSync(join(run, 'journal.jsonl'), 'utf8'), /"noted".*Without profiles: nsys/);
	});
});
