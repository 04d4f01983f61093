import assert from 'node:assert/strict';
import {copyFileSync, mkdirSync, writeFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {checkout, type Ended, fixtureSuites, makeWorkplace, runProgram, type Workplace} from '../rig/built-program.ts';
import {findByAxis, findRunFolder, listTagged, type ResultRecord, readJson, readResults} from '../rig/run-files.ts';

type Numbers = {readonly [name: string]: unknown};

/** A habit, what of its numbers is found, and what is said of it. */
type Row = readonly [habit: string, metrics: Numbers, says?: RegExp];

const SCORE = {score: 1, mean_score: 1};
const NONE = {score: null, mean_score: null};
/** Root may read what nobody may. */
const MAY_READ_ALL = process.getuid?.() === 0;

const ROWS: readonly Row[] = [
	['silent', {}, /^score: no line has it$/],
	['binary', SCORE],
	['long_line', SCORE],
	['late_in_line', {}, /^late: no line has it \(of 1 long lines only the first 64 KiB were read\)$/],
	['endless_stages', {}, /^stages: it began more than 1000/],
	['forks', SCORE, /left over and had to be ended/],
	['closes_stdout', SCORE],
	['closes_stderr', SCORE],
	['writes_late', SCORE, /left over and had to be ended/],
	['nul_bytes', NONE, /^score is "1 2"$/],
	['invalid_utf8', NONE, /^score is "\ufffd+1"$/],
	['colours', {score: 7, mean_score: 7}],
	['takes_the_screen', {}, /^it said: doubt \ufffd?2Jgone$/],
	['huge', NONE, /^score is "1e400", larger than any number here$/],
	['overflows', {score: 1e308, mean_score: null}, /^mean_score is larger than any number here$/],
	['not_a_number', NONE, /^score is nan$/],
	['words', NONE, /^score is "fast"$/],
	['repeats_itself', {score: 6, mean_score: 3}],
	['long_number', NONE, /^score is "9+…"$/],
	['backtracks', SCORE, /^trap: no line has it/],
	['no_line_break', {score: 4, mean_score: 4}],
	['carriage_returns', {score: 3, mean_score: 2}],
	['windows_lines', {score: 3, mean_score: 2}],
	['counts_too_far', {}, /^inconsistent: progress of 5 out of 3$/],
	['counts_again', {}],
	['pretends', SCORE, /^a ::warpdeck line could not be read/],
	['negative_latency', {}, /^samples: 2 of them are no latencies and were left out$/],
	['nan_in_json', {loss: null}, /^loss is NaN$/],
	['huge_in_json', {loss: null}, /^loss is Infinity$/],
	['text_in_json', {loss: 12.5}],
	['list_in_json', {loss: 4}],
	['object_in_json', {loss: null}, /^loss is a list or an object$/],
	['prototype_in_json', {}, /has nothing at \/loss$/],
	['twice_in_json', {loss: 2}],
	['deep_json', {}, /^loss: left\/deep_json\.json: it ends in the middle$/],
	['torn_json', {}, /^loss: left\/torn_json\.json: it ends in the middle$/],
	['empty_json', {}, /it is empty$/],
	['binary_json', {}, /it is no JSON$/],
	['wide_json', {}, /it is no JSON$/],
	['large_json', {}, /it has 100 MiB, and no more than 16 are read$/],
	['folder_for_file', {}, /is a folder, no file$/],
	['pipe_for_file', {}, /is a pipe, no file$/],
	['zeros_for_file', {}, /is a device, no file$/],
	['loop_for_file', {}, /cannot be looked at$/],
	MAY_READ_ALL ? ['forbidden_file', {loss: 5}] : ['forbidden_file', {}, /this user may not read it$/],
	['old_file', {}, /was there before, and this attempt did not write it$/],
	['elsewhere', {}, /^loss: left\/elsewhere\.json is not there$/],
	['odd_csv', {csv_ms: 2}],
	['torn_csv', {csv_ms: 5}, /its last row is cut off$/],
	['foreign_csv', {csv_ms: 5}],
	['gaps_in_csv', {csv_ms: null}, /^csv_ms 1 of 2 values: nan$/],
	['other_csv', {}, /it has no column ms; its columns are step, seconds$/],
	['empty_csv', {}, /its columns are none$/],
	['parquet', {parquet_ms: 8.5}],
	['torn_parquet', {}, /it is no whole parquet file/],
	['lying_parquet', {}, /it is no whole parquet file/],
];

suite('a run of programs that leave what they should not', () => {
	let place: Workplace;
	let ended: Ended;
	let run = '';
	let records: readonly ResultRecord[] = [];

	before(async () => {
		place = makeWorkplace();
		mkdirSync(join(place.folder, 'left'));
		writeFileSync(join(place.folder, 'left/old_file.json'), '{"loss": 1}');
		ended = await runProgram(place, ['run', 'hostile', '--headless', '--suites', fixtureSuites]);
		run = await findRunFolder(place);
		records = readResults(run);
	});
	after(() => place.remove());

	test('comes to its end with every one of them, and ends all that they started', () => {
		assert.equal(ended.code, 0, ended.stderr);
		assert.deepEqual(
			records.map(({axes}) => axes.habit),
			ROWS.map(([habit]) => habit),
		);
		assert.deepEqual(listTagged(run), []);
	});

	for (const [habit, metrics, says] of ROWS) {
		test(`takes of one that ${habit.replaceAll('_', ' ')} only what is a number, and says what is not`, () => {
			const record = findByAxis(records, habit);

			assert.equal(record.status, 'degraded');
			assert.deepEqual(record.metrics, metrics);
			assert.ok(!says || record.degraded.some((reason) => says.test(reason)), record.degraded.join('\n'));
		});
	}

	test('gives a terminal nothing to obey', () => {
		const texts = [ended.stdout, JSON.stringify(records.map(({degraded}) => degraded)).replaceAll('\\u001b', '\u001b')];

		// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
		assert.ok(texts.every((text) => !/[\u0000-\u0008\u000b-\u001f\u009b]/.test(text)));
	});

	test('counts a counter that begins again as a stage of its own', () => {
		assert.deepEqual(Object.keys(findByAxis(records, 'counts_again').stages_s ?? {}), ['part 2']);
	});

	test('has a table of the numbers, with their unit', () => {
		assert.match(ended.stdout, /metrics by model/);
		assert.match(ended.stdout, /csv_ms +habit="odd_csv" .* 2 +ms$/m);
	});
});

const HABITS = [
	'ends well and exits 1',
	'prints an error and exits 0',
	'has no CUDA',
	'runs out of memory',
	'measures NaN',
	'stops in the middle',
	'does not compile',
	'lies about its rate',
];

suite("the field's own program, unchanged and imitated", () => {
	let place: Workplace;
	let ended: Ended;
	let records: readonly ResultRecord[] = [];
	let run = '';
	const findHabit = (habit: string): ResultRecord => {
		const found = records.find(({declared}) => (declared as Numbers).depth === 100 + HABITS.indexOf(habit));
		assert.ok(found, habit);
		return found;
	};

	before(async () => {
		place = makeWorkplace();
		mkdirSync(join(place.folder, 'leases'));
		const checkoutOfTheirs = join(place.folder, 'gpu_numa_pipeline_test.py');
		copyFileSync(join(checkout, 'fixtures/workloads/gpu_numa_pipeline_test.py'), checkoutOfTheirs);
		const depths = [6, ...HABITS.map((_, index) => 100 + index)];
		const models = depths.map((depth) => `{patch_size:32,depth:${depth},heads:8,dim:512,mlp_dim:2048}`);
		const env = {
			PATH: [join(checkout, 'fixtures/bin'), place.env.PATH].join(delimiter),
			FAKE_NVIDIA_SMI: JSON.stringify({gpus: 1}),
			WARPDECK_LEASES: join(place.folder, 'leases'),
		};
		const overrides = [
			`experiment.vit_configs=[${models.join(',')}]`,
			'experiment.hardware.numa_nodes=[]',
			'experiment.breaker.failures=0',
			'experiment.foreign=ignore',
		];
		ended = await runProgram(place, ['run', 'gpu_numa_pipeline_test', '--headless', ...overrides], {env});
		run = await findRunFolder(place);
		records = readResults(run);
	});
	after(() => place.remove());

	test('is started with its own options, and its lines give throughput, window and phases', () => {
		const [record] = records;

		assert.equal(ended.code, 1, ended.stderr);
		assert.equal(record?.status, 'succeeded', record?.degraded.join('\n'));
		assert.equal(record?.device, 'cuda');
		assert.equal(record?.device_name, 'Imitated H200');
		assert.deepEqual(
			[record?.throughput_samples_per_s, record?.window_s, record?.metrics],
			[100_000, 0.01, {throughput_samples_per_s: 100_000, window_s: 0.01, samples: 1000, host_pool_mb: 512}],
		);
		assert.deepEqual(Object.keys(record?.phases_s ?? {}), ['load', 'warmup', 'measure', 'report']);
	});

	test('has done well when it says so, whatever it exits with', () => {
		const {status, exit_code} = findHabit('ends well and exits 1');

		assert.deepEqual([status, exit_code], ['succeeded', 1]);
	});

	for (const [habit, kind, message] of [
		['prints an error and exits 0', 'exit', /vit-pytorch not found/],
		['has no CUDA', 'no-device', /CUDA not available/],
		['runs out of memory', 'cuda-out-of-memory', /2\.00 GiB wanted/],
		['measures NaN', 'no-result', /throughput_samples_per_s is nan; window_s is nan/],
		['stops in the middle', 'no-result', /success_pattern/],
	] as const) {
		test(`has failed when it ${habit}`, () => {
			const {status, failure} = findHabit(habit);

			assert.deepEqual([status, failure?.kind], ['failed', kind]);
			assert.match(failure?.message ?? '', message);
		});
	}

	for (const [habit, reason] of [
		['does not compile', /it said: Warning: .* non-compiled model/],
		['lies about its rate', /inconsistent: 100000 samples\/s x 0\.00002 s/],
	] as const) {
		test(`is degraded when it ${habit}`, () => {
			const {status, degraded} = findHabit(habit);

			assert.equal(status, 'degraded');
			assert.match(degraded.join('\n'), reason);
		});
	}

	test('has its numbers in the summary that programs read', () => {
		const {metrics_by_model: rows} = readJson<{readonly metrics_by_model: readonly Numbers[]}>(
			run,
			'experiment_summary.json',
		);

		assert.deepEqual(rows[0], {
			metric: 'throughput_samples_per_s',
			unit: 'samples/s',
			model: 'depth=6',
			device: 'cuda',
			n: 1,
			degraded: 0,
			mean: 100_000,
			min: 100_000,
			max: 100_000,
		});
	});
});
