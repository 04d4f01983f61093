import assert from 'node:assert/strict';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {selectResults} from '../../source/journal/select-results.ts';
import type {RunState} from '../../source/journal/state.ts';
import {summarize} from '../../source/report/summarize.ts';
import {displayWidth} from '../../source/tui/parts/fit.ts';
import {showScreen} from '../../source/tui/show.tsx';
import {createScreen, KEY, type Size} from '../rig/render-to-screen.ts';
import {type DrawOptions, drawApp} from './draw-app.tsx';
import {spoiltRun} from './invalid-stories.ts';
import {longNight, mixedNight, stoppedNight} from './result-stories.ts';

const FRAMES = fileURLToPath(new URL('../../fixtures/screens/', import.meta.url));
const SMALL = {columns: 60, rows: 16};
const SIZES = [SMALL, {columns: 80, rows: 24}, {columns: 120, rows: 40}, {columns: 200, rows: 60}] as const;
const OPEN = {keys: KEY.tab, until: /^RESULTS/m};
const FILES = ['results.json', 'experiment_summary.json', 'logs/'].map(
	(name) => `outputs/numa_study/2025-07-12/02-31-02/${name}`,
);

type Shot = {readonly name: string; readonly state: RunState; readonly options: DrawOptions};

const SHOTS: readonly Shot[] = [
	{name: 'results', state: mixedNight(), options: {pressings: [OPEN]}},
	{name: 'results-ascii', state: mixedNight(), options: {pressings: [OPEN], ascii: true}},
	{
		name: 'results-filtered',
		state: mixedNight(),
		options: {pressings: [OPEN, {keys: '/node:remote modl:vit32 state:f', until: /state:f▏/}]},
	},
	{name: 'results-invalid', state: spoiltRun(), options: {pressings: [OPEN, {keys: 'f', until: /only failed/}]}},
	{
		name: 'summary-stopped',
		state: stoppedNight(),
		options: {files: ['outputs/numa_study/2025-07-12/02-31-02', ...FILES]},
	},
];

const draw = (size: Size, keys: readonly (readonly [string, RegExp])[] = [], options: DrawOptions = {}) =>
	drawApp(mixedNight(), size, {
		...options,
		pressings: [OPEN, ...keys.map(([typed, until]) => ({keys: typed, until}))],
	});

suite('the screen', () => {
	for (const {name, state, options} of SHOTS) {
		for (const size of SIZES) {
			test(`of ${name} at ${size.columns}x${size.rows} is the golden one and fills it`, async (t) => {
				const lines = await drawApp(state, size, options);

				assert.equal(lines.length, size.rows);
				for (const line of lines) assert.ok(displayWidth(line) < size.columns, line);
				assert.ok(!options.ascii || lines.every((line) => /^[ -~]*$/.test(line)));
				t.assert.fileSnapshot(`${lines.join('\n')}\n`, join(FRAMES, `${name}-${size.columns}x${size.rows}.txt`), {
					serializers: [String],
				});
			});
		}
	}
});

test("every group, reason and interval of the summary screen is summarize's", async () => {
	const state = stoppedNight();
	const text = (await drawApp(state, {columns: 200, rows: 100})).join('\n');
	const {groups, reasons, interval, triedRatePercent} = summarize(state, state.at);
	const percent = (value: number | null) => (value === null ? 'N/A' : `${value.toFixed(1)} %`);

	for (const [by, list] of [
		['suite', groups.bySuite],
		['GPU', groups.byGpu],
		['node', groups.byNode],
		['model', groups.byModel],
	] as const) {
		for (const {label, total, succeeded, degraded, failed, unfinished, ...rates} of list) {
			const counts = [total, succeeded, degraded, failed, unfinished].join(' +');
			const shares = [rates.successRatePercent, rates.triedRatePercent].map(percent).join(' +');
			assert.match(text, new RegExp(`^ ${by} +${label} +${counts} +${shares}`, 'm'));
		}
	}
	for (const {kind, count, plannedPercent, firstRunId} of reasons)
		assert.match(text, new RegExp(`^ +${count} +${percent(plannedPercent)} +${kind} +${firstRunId}$`, 'm'));
	assert.ok(interval && text.includes(`${percent(triedRatePercent)} of 16 cells tried; 95 % interval `));
	assert.ok(text.includes(`${interval.lowPercent.toFixed(1)} to ${percent(interval.highPercent)} (Wilson)`));
});

suite('the table of results', () => {
	for (const options of [{}, {ascii: true}] as const) {
		test(`says each state in a word${'ascii' in options ? ', in ASCII too' : ''}`, async () => {
			const text = (await draw({columns: 80, rows: 60}, [], options)).join('\n');

			for (const {status, id} of selectResults(mixedNight()))
				assert.match(
					text,
					new RegExp(`^.${status} +${options.ascii ? id.replace(/[^ -~]/gu, '[?]') : id}(?: |$)`, 'mu'),
				);
		});
	}

	test('shows of each experiment the numbers of its selector, and none where it has none', async () => {
		const lines = await draw({columns: 200, rows: 60});

		for (const row of selectResults(mixedNight())) {
			const line = lines.find((one) => one.includes(` ${row.id} `)) ?? '';
			const {samplesPerS, p50Ms, p90Ms, p99Ms, durationS, numaNode, isLocal} = row;
			const figures = [samplesPerS, p50Ms, p90Ms, p99Ms, durationS];
			assert.match(line, new RegExp(` ${numaNode} ${isLocal ? 'L' : 'R'} `));
			assert.ok(samplesPerS === null || line.includes(` ${samplesPerS.toFixed(1)} `), line);
			assert.ok(durationS === null || line.includes(` ${durationS.toFixed(1)} `), line);
			assert.equal(
				line.match(/ -(?= )/g)?.length ?? 0,
				durationS === null ? 0 : figures.filter((one) => one === null).length,
			);
			if (row.status === 'waiting') assert.doesNotMatch(line.split(row.model ?? '').at(-1) ?? '', /\d/);
		}
	});

	test('marks the chosen row by a sign besides its colour, and says the whole note of it', async () => {
		const lines = await draw({columns: 80, rows: 24}, [['jjjj', /row 5 of 24/]]);

		assert.equal(lines.filter((line) => line.startsWith('▸')).length, 1);
		assert.match(lines[1] ?? '', /Still running after 600 s in phase load, and nothing was printed for 588 s\./);
	});

	test('counts what is shown, what failed of it and where the cursor is', async () => {
		const [top = ''] = await draw({columns: 80, rows: 24}, [
			['/gpu:1 state:ok,failed\r', /filter: gpu:1 state:ok,failed {2}Esc/],
			['j', /row 2 of/],
		]);

		assert.match(top, /^RESULTS {2}numa_study {2}5 of 24 shown {2}2 failed {2}by plan ▴ +row 2 of 5$/);
	});

	test('drops columns before it cuts names, and the state and the name last', async () => {
		const titles = await Promise.all(SIZES.map(async (size) => (await draw(size))[2]?.trim().split(/ {2,}/) ?? []));

		assert.deepEqual(titles, [
			['state', 'experiment', 'samples/s', 'p50 ms'],
			['state', 'experiment', 'samples/s', 'p50 ms', 'note'],
			['state', 'experiment', 'lane', 'node', 'samples/s', 'p50 ms', 'p90 ms', 'time s', 'ended', 'note'],
			[
				'state',
				'experiment',
				'lane',
				'node',
				'model',
				'samples/s',
				'p50 ms',
				'p90 ms',
				'p99 ms',
				'time s',
				'ended',
				'note',
			],
		]);
	});

	test('goes round the columns that have room with s, the highest number first, and the other way with S', async () => {
		const lines = await draw({columns: 80, rows: 24}, [
			['sss', /by samples\/s ▾/],
			['S', /by samples\/s ▴/],
		]);
		const back = await draw(SMALL, [['sssss', /by plan/]]);

		assert.match(lines[2] ?? '', / samples\/s▴ /);
		assert.match(lines[3] ?? '', /^▸ok {9}gpu2_numa2_vit32x2x256 +298\.5 /);
		assert.match(back[3] ?? '', /^▸ok {9}gpu0_numa0_vit32x2x256/);
	});

	test('has a colour for each state, and none but the inverse of the terminal for the chosen row', async (t) => {
		const screen = createScreen(SIZES[2]);
		const abort = new AbortController();
		t.after(() => abort.abort());
		const state = mixedNight();
		const left = showScreen({
			store: {get: () => state},
			clock: {now: () => state.at},
			onRequest: () => {},
			utcOffsetMinutes: 0,
			ascii: false,
			palette: 'dark',
			files: [],
			signal: abort.signal,
			stdout: screen.stdout,
			stdin: screen.stdin,
		});
		await screen.until(/q leave/);
		screen.press('\t');
		await screen.until(OPEN.until);

		assert.equal(screen.colourOf('▸ok'), -1);
		screen.press('j');
		await screen.until(/^▸ok +gpu0_numa0_vit32x6x512/m);
		const colours = [' ok ', 'degraded', ' failed ', 'running    ', 'launching', 'waiting'].map(screen.colourOf);
		abort.abort();
		await left;

		assert.deepEqual(colours, [2, 3, 1, 6, 6, -1]);
	});

	test('draws no more of ten thousand experiments than the window, and jumps to the last of them', async () => {
		const state = longNight();
		const lines = await drawApp(state, SIZES[1], {pressings: [OPEN, {keys: 'G', until: /row 10000 of 10000/}]});

		assert.equal(lines.filter((line) => /gpu\d_numa/.test(line)).length, 20);
		assert.match(lines.at(-2) ?? '', /^▸waiting +gpu3_numa2_vit32x2x256_n-9999$/);
	});
});
