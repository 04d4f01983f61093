import assert from 'node:assert/strict';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import type {SuiteFile} from '../../source/plan/compose.ts';
import {displayWidth} from '../../source/tui/parts/fit.ts';
import {createPickerSource, groundOn} from '../rig/picker-stories.ts';
import {drawPicker} from './draw-picker.tsx';

const FRAMES = fileURLToPath(new URL('../../fixtures/screens/', import.meta.url));

const CAMPAIGN: SuiteFile = {
	name: 'day_plan',
	origin: 'suites/day_plan.yaml',
	config: {
		experiment: {
			name: 'day_plan',
			description: 'A check, then the study, then what the large machine is for.',
			budget: {usd_per_hour: 1.99, stop_usd: 40},
			phases: [
				{
					name: 'check',
					hours: [0.5, 1],
					gate: {success_rate: 1},
					runs: [{overrides: ['experiment=quick_test']}],
				},
				{
					name: 'study_with_a_name_that_is_rather_long',
					after: ['check'],
					hours: [8, 12],
					pause: 'end of day 1: look at what it found',
					gate: {
						success_rate: 0.95,
						metrics: [{metric: 'throughput_samples_per_s', of: 'mean', min: 1000}],
						approval: 'look at the penalties',
					},
					runs: [
						{overrides: ['experiment=numa_study'], group: 'core'},
						{overrides: ['experiment=quick_test'], group: 'wide', postponed: 'needs 62 GB'},
					],
				},
			],
		},
	},
};

suite('the picker on a campaign', () => {
	for (const [name, size, options] of [
		['picker-campaign', {columns: 80, rows: 24}, {}],
		['picker-campaign', {columns: 120, rows: 40}, {}],
		['picker-campaign-ascii', {columns: 120, rows: 40}, {ascii: true}],
	] as const) {
		test(`of ${name} at ${size.columns}x${size.rows} is the golden one and fits`, async (t) => {
			const ground = groundOn('gpus');
			const {source} = createPickerSource({...ground, suites: [CAMPAIGN, ...ground.suites]});
			const {lines, leave} = await drawPicker(source, size, options);
			t.after(leave);

			assert.equal(lines().length, size.rows);
			for (const line of lines()) assert.ok(displayWidth(line) < size.columns, line);
			t.assert.fileSnapshot(`${lines().join('\n')}\n`, join(FRAMES, `${name}-${size.columns}x${size.rows}.txt`), {
				serializers: [String],
			});
		});
	}
});
