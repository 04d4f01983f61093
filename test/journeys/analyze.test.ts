import assert from 'node:assert/strict';
import {copyFileSync, mkdirSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {checkout, makeWorkplace, openProgram, requireBuild, runProgram, type Workplace} from '../rig/built-program.ts';

const recorded = (name: string): string => join(checkout, 'fixtures/nsys', `${name}.sqlite`);

type Document = {
	readonly format: number;
	readonly captures: readonly {
		readonly file: string;
		readonly capture: {readonly runId: string | null; readonly from: string};
		readonly profile: {readonly copies: readonly {readonly kind: string; readonly bytesPerS: number}[]};
	}[];
	readonly failures: readonly {readonly file: string; readonly problem: string}[];
};

suite('warpdeck analyze', () => {
	let place: Workplace;
	const analyze = (...args: readonly string[]) => runProgram(place, ['analyze', ...args]);

	before(() => {
		place = makeWorkplace();
		const [good, mixed] = ['good/deeper', 'mixed'].map((name) => join(place.folder, name));
		for (const folder of [good ?? '', mixed ?? '']) mkdirSync(folder, {recursive: true});
		copyFileSync(recorded('pipeline_range'), join(place.folder, 'good/gpu0_numa2_vit.sqlite'));
		copyFileSync(recorded('graph_node'), join(good ?? '', 'graph.sqlite'));
		copyFileSync(recorded('three_stream'), join(mixed ?? '', 'three.sqlite'));
		copyFileSync(recorded('pipeline_range'), join(mixed ?? '', 'torn.sqlite'));
		truncateSync(join(mixed ?? '', 'torn.sqlite'), 120_000);
		writeFileSync(join(mixed ?? '', 'foreign.sqlite'), 'no database '.repeat(1000));
		writeFileSync(join(mixed ?? '', 'lonely.nsys-rep'), 'a report');
		mkdirSync(join(place.folder, 'counted'));
		copyFileSync(join(checkout, 'fixtures/ncu/ncu-csv-log.csv'), join(place.folder, 'counted/gpu1_numa2_vit.csv'));
		copyFileSync(join(checkout, 'fixtures/messages/ncu-bad-metric.txt'), join(place.folder, 'counted/wrong.csv'));
		writeFileSync(join(place.folder, 'counted/results.csv'), 'run_id,status\na,ok\n');
	});
	after(() => place.remove());

	test('prints a folder of captures as text, in 80 columns and nothing on stderr', async () => {
		const {code, stdout, stderr} = await analyze('good');

		assert.deepEqual([code, stderr], [0, '']);
		assert.match(stdout, /^gpu0_numa2_vit +814\.3 us +53\.55 GB\/s +49\.41 GB\/s/m);
		assert.match(stdout, /CUDA graphs \(4 launches/);
		assert.deepEqual(
			stdout.split('\n').filter((line) => line.length > 80),
			[],
		);
	});

	test('prints the same as JSON, CSV and Markdown', async () => {
		const json = JSON.parse((await analyze('good', '--json')).stdout) as Document;
		const ours = json.captures.find(({capture}) => capture.runId === 'gpu0_numa2_vit');
		assert.equal(json.format, 1);
		assert.equal(Math.round((ours?.profile.copies[0]?.bytesPerS ?? 0) / 1e7), 5355);
		const [titles = '', ...rows] = (await analyze('--db-directory', 'good', '--csv')).stdout.trim().split('\n');
		assert.equal(rows.length, 2);
		assert.equal(titles.split(',').length, rows[0]?.split(',').length);
		assert.match(
			(await analyze('good', '--md')).stdout,
			/^\| gpu0_numa2_vit \| 0 \| 2 \| vit \| 20 \| 814\.3 \| 53\.55/m,
		);
	});

	test('names what is damaged, foreign or not exported in a line each, analyses the rest and ends with 1', async () => {
		const {code, stdout, stderr} = await runProgram(place, ['analyze', 'mixed'], {env: {PATH: ''}});

		assert.equal(code, 1);
		assert.match(stdout, /mixed\/three\.sqlite[\s\S]*Batches \(32/);
		assert.match(stdout, /Not analysed: 3 captures/);
		assert.match(stderr, /^mixed\/torn\.sqlite was not analysed: it is damaged or was cut off\.$/m);
		assert.match(stderr, /^mixed\/foreign\.sqlite was not analysed: it is no SQLite database\.$/m);
		assert.match(stderr, /^mixed\/lonely\.nsys-rep was not analysed: it has no database, and there is no nsys here/m);
		assert.match(stderr, /^ {2}try: nsys export --type=sqlite .*lonely\.nsys-rep/m);
		assert.doesNotMatch(stderr, / at /);
	});

	test('reads reports of ncu beside each other, passes over other tables, and says which has no figures and why', async () => {
		const {code, stdout, stderr} = await analyze('counted');

		assert.equal(code, 1);
		assert.match(stdout, /gpu1_numa2_vit\.csv\n {2}gpu1_numa2_vit[\s\S]*L2 hit rate {6}34\.1 %/);
		assert.match(stdout, /Not analysed: 1 capture/);
		assert.match(stderr, /^counted\/wrong\.csv was not analysed: ncu has no metric no_such_metric for this GPU\.$/m);
		assert.match(stderr, /try: ncu --query-metrics/);
	});

	test('ends with 3 where the machine lacks what all of it takes', async () => {
		const {code} = await runProgram(place, ['analyze', 'mixed/lonely.nsys-rep'], {env: {PATH: ''}});

		assert.equal(code, 3);
	});

	for (const [args, problem] of [
		[[], /was not told what[\s\S]*try: warpdeck analyze FOLDER/],
		[['nowhere'], /There is no nowhere/],
		[['empty'], /There is no capture in empty/],
		[['good', '--speed', '5'], /does not read --speed/],
		[['good', '--db-directory'], /--db-directory has no value/],
		[['good', '--json', '--csv'], /exclude each other/],
	] as const) {
		test(`refuses with 2: ${args.join(' ') || 'nothing'}`, async () => {
			mkdirSync(join(place.folder, 'empty'), {recursive: true});

			const {code, stderr} = await analyze(...args);

			assert.equal(code, 2);
			assert.match(stderr, problem);
		});
	}

	test('works as one file in an empty folder', async () => {
		const program = join(place.folder, 'alone.js');
		copyFileSync(requireBuild(), program);

		const {code, stdout} = await runProgram(place, ['analyze', 'good'], {program});

		assert.equal(code, 0);
		assert.match(stdout, /53\.55 GB\/s/);
	});

	test('shows on a terminal how far it is, and takes that away again', async () => {
		const screen = openProgram(place, ['analyze', 'good'], {columns: 80, rows: 100});

		await screen.until(/analysing .*0\/2 captures/);
		await screen.until(/53\.55 GB\/s/);
		assert.equal((await screen.exited).exitCode, 0);
		assert.doesNotMatch(screen.text(), /analysing/);
	});
});
