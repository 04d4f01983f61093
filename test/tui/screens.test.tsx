import assert from 'node:assert/strict';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import type {RunState} from '../../source/journal/state.ts';
import {WATERMARK} from '../../source/tui/panels/header.ts';
import {displayWidth} from '../../source/tui/parts/fit.ts';
import type {Size} from '../rig/render-to-screen.ts';
import {guessedRun, stalledRun, throttledRun, wideNamesRun} from './alert-stories.ts';
import {type DrawOptions, drawApp} from './draw-app.tsx';
import {
	cpuRun,
	drainingRun,
	finishedInBlocks,
	finishedOnGpus,
	finishedRun,
	onGpus,
	pausedRun,
	tightLippedGpu,
} from './run-stories.ts';

const FRAMES = fileURLToPath(new URL('../../fixtures/screens/', import.meta.url));
const SMALL = {columns: 60, rows: 16};
const SIZES = [
	{columns: 80, rows: 24},
	{columns: 120, rows: 40},
	{columns: 200, rows: 60},
] as const;

const FILES = ['outputs/quick_test/2025-07-12/02-31-02/results.json'];

type Shot = {
	readonly name: string;
	readonly state: RunState;
	readonly options?: DrawOptions;
	readonly sizes?: readonly Size[];
};

const SHOTS: readonly Shot[] = [
	{name: 'cpu', state: cpuRun(), sizes: [SMALL, ...SIZES]},
	{name: 'one-gpu', state: onGpus(1)},
	{name: 'four-gpus', state: onGpus(4)},
	{name: 'eight-gpus', state: onGpus(8), sizes: [SMALL, ...SIZES]},
	{name: 'eight-gpus-ascii', state: onGpus(8), options: {ascii: true}},
	{name: 'sixteen-gpus', state: onGpus(16)},
	{name: 'twenty-gpus-simulated', state: onGpus(20, {simulated: true})},
	{name: 'draining', state: drainingRun()},
	{name: 'paused', state: pausedRun()},
	{name: 'not-available', state: tightLippedGpu(), options: {sinceLastEventMs: 9000}},
	{name: 'throttled', state: throttledRun(), sizes: [SMALL, ...SIZES]},
	{name: 'stalled', state: stalledRun()},
	{name: 'guessed', state: guessedRun()},
	{name: 'wide-names', state: wideNamesRun()},
	{name: 'summary-cpu', state: finishedRun(), options: {files: FILES}},
	{name: 'summary-four-gpus', state: finishedOnGpus(), options: {files: FILES}},
	{name: 'summary-blocks', state: finishedInBlocks(), options: {files: FILES}},
];

/** Redrawn by --test-update-snapshots; look at them before they are committed. */
suite('the screen', () => {
	for (const {name, state, options, sizes = SIZES} of SHOTS) {
		for (const size of sizes) {
			test(`of ${name} at ${size.columns}x${size.rows} is the golden one and fills it`, async (t) => {
				const lines = await drawApp(state, size, options);

				assert.equal(lines.length, size.rows);
				for (const line of lines) assert.ok(displayWidth(line) < size.columns, line);
				assert.match(lines.at(-1) ?? '', /^q /);
				t.assert.fileSnapshot(`${lines.join('\n')}\n`, join(FRAMES, `${name}-${size.columns}x${size.rows}.txt`), {
					serializers: [String],
				});
			});
		}
	}

	test('says SIMULATED on the dashboard, the summary and a screen that is too small', async () => {
		const simulated = onGpus(4, {simulated: true});
		for (const size of [...SIZES, {columns: 60, rows: 16}])
			assert.equal((await drawApp(simulated, size))[0], WATERMARK);
		assert.match((await drawApp(simulated, {columns: 50, rows: 10}))[0] ?? '', /^SIMULATED/);
	});

	test('is pure ASCII where the terminal has no more', async () => {
		for (const state of [onGpus(4), finishedRun()])
			for (const line of await drawApp(state, SIZES[1], {ascii: true})) assert.match(line, /^[ -~]*$/);
	});

	for (const [size, count] of [
		[{columns: 300, rows: 100}, 16],
		[{columns: 60, rows: 16}, 16],
		[{columns: 61, rows: 97}, 1],
		[{columns: 299, rows: 17}, 8],
	] as const) {
		test(`of ${count} GPUs at ${size.columns}x${size.rows} fills it, no line too wide`, async () => {
			for (const state of [onGpus(count), finishedOnGpus()]) {
				const lines = await drawApp(state, size, {files: FILES});

				assert.equal(lines.length, size.rows);
				for (const line of lines) assert.ok(displayWidth(line) < size.columns, line);
				assert.match(lines.at(-1) ?? '', /^q leave/);
			}
		});
	}

	test('that is too small says how large it must be and still says what q does', async () => {
		const text = (await drawApp(onGpus(4), {columns: 59, rows: 30})).join('\n');

		assert.match(text, /59x30/);
		assert.match(text, /needs 60x16/);
		assert.match(text, /q leave/);
	});
});
