import assert from 'node:assert/strict';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import type {RunState} from '../../source/journal/state.ts';
import {displayWidth} from '../../source/tui/parts/fit.ts';
import {KEY} from '../rig/render-to-screen.ts';
import {cell, opened, planned, play} from '../rig/story.ts';
import {profiledNight} from '../rig/story-profiles.ts';
import {drawApp} from './draw-app.tsx';

const FRAMES = fileURLToPath(new URL('../../fixtures/screens/', import.meta.url));
const ENDED = profiledNight({type: 'closed', reason: 'drained'});

/** Far enough down that both tables of passes are on the screen. */
const SHOTS = [
	{name: 'summary-profiled', size: {columns: 80, rows: 24}, down: 27, ascii: false},
	{name: 'summary-profiled', size: {columns: 120, rows: 40}, down: 10, ascii: false},
	{name: 'summary-profiled-ascii', size: {columns: 80, rows: 24}, down: 27, ascii: true},
] as const;

suite('the summary of a run with profiling passes', () => {
	for (const {name, size, down, ascii} of SHOTS) {
		test(`as ${name} at ${size.columns}x${size.rows} is the golden one and fills it`, async (t) => {
			const keys = 'j'.repeat(down);
			const lines = await drawApp(ENDED, size, {ascii, pressings: [{keys, until: new RegExp(`lines ${down + 1}-`)}]});

			assert.equal(lines.length, size.rows);
			for (const line of lines) assert.ok(displayWidth(line) < size.columns, line);
			assert.ok(!ascii || lines.every((line) => /^[ -~]*$/.test(line)));
			t.assert.fileSnapshot(`${lines.join('\n')}\n`, join(FRAMES, `${name}-${size.columns}x${size.rows}.txt`), {
				serializers: [String],
			});
		});
	}
});

suite('the page of profilers', () => {
	const open = (state: RunState) =>
		drawApp(
			state,
			{columns: 80, rows: 24},
			{
				pressings: [
					{keys: KEY.tab, until: /^RESULTS/m},
					{keys: KEY.enter, until: /\[1 overview\]/},
					{keys: '7', until: /\[7 profile\]/},
				],
			},
		);

	test('of a timed experiment has the passes of its cell', async () => {
		const text = (await open(profiledNight())).join('\n');

		assert.match(text, /^gpu0_numa0_vit32x6x512 +succeeded/m);
		assert.match(text, /nsys: gpu0_numa0_vit32x6x512\.nsys, succeeded/);
		assert.match(text, /^H2D of link .* 53\.5 GB\/s {2}85\.0 % of link$/m);
	});

	test('says how to have a pass where none is planned', async () => {
		assert.match((await open(play(opened(), planned([cell()])))).join('\n'), /--profiler nsys, or ncu\./);
	});
});
