import assert from 'node:assert/strict';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import type {RunState} from '../../source/journal/state.ts';
import {displayWidth} from '../../source/tui/parts/fit.ts';
import {awaitsApproval, budgetReached, campaignRuns, gateFailed, manyPhases, pausesBehind} from './campaign-story.ts';
import {type DrawOptions, drawApp} from './draw-app.tsx';

const FRAMES = fileURLToPath(new URL('../../fixtures/screens/', import.meta.url));
const SIZES = [
	{columns: 80, rows: 24},
	{columns: 120, rows: 40},
] as const;

const OPENED = [{keys: 'c', until: /CAMPAIGN/}];
const ON_SUMMARY = [{keys: '\u001b[Z', until: /SUMMARY/}];

const SHOTS: readonly {readonly name: string; readonly state: () => RunState; readonly options?: DrawOptions}[] = [
	{name: 'campaign-dashboard', state: campaignRuns},
	{name: 'campaign-phases', state: campaignRuns, options: {pressings: OPENED}},
	{name: 'campaign-summary', state: campaignRuns, options: {pressings: ON_SUMMARY}},
	{name: 'campaign-approval', state: awaitsApproval, options: {pressings: OPENED}},
	{name: 'campaign-approval-dashboard', state: awaitsApproval},
	{name: 'campaign-pause', state: pausesBehind, options: {pressings: OPENED}},
	{name: 'campaign-budget', state: budgetReached, options: {pressings: OPENED}},
	{name: 'campaign-budget-dashboard', state: budgetReached},
	{name: 'campaign-budget-summary', state: budgetReached, options: {pressings: ON_SUMMARY}},
	{name: 'campaign-refused-ascii', state: gateFailed, options: {pressings: OPENED, ascii: true}},
	{name: 'campaign-many', state: manyPhases, options: {pressings: OPENED}},
];

suite('the screen of a campaign', () => {
	for (const {name, state, options} of SHOTS) {
		for (const size of SIZES) {
			test(`of ${name} at ${size.columns}x${size.rows} is the golden one and fills it`, async (t) => {
				const lines = await drawApp(state(), size, options);

				assert.equal(lines.length, size.rows);
				for (const line of lines) assert.ok(displayWidth(line) < size.columns, line);
				assert.match(lines.at(-1) ?? '', /^q /);
				t.assert.fileSnapshot(`${lines.join('\n')}\n`, join(FRAMES, `${name}-${size.columns}x${size.rows}.txt`), {
					serializers: [String],
				});
			});
		}
	}
});
