import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {readForeign} from '../../source/report/foreign/read-foreign.ts';
import {playImport, readFixture} from '../rig/foreign.ts';
import {KEY} from '../rig/render-to-screen.ts';
import {drawApp} from './draw-app.tsx';

const TO_RESULTS = [
	{keys: KEY.tab, until: /Tab results/},
	{keys: KEY.tab, until: /Tab summary/},
];

const SCREENS = [
	['the summary', []],
	['the dashboard', TO_RESULTS.slice(0, 1)],
	['the results', TO_RESULTS],
	['one experiment', [...TO_RESULTS, {keys: KEY.enter, until: /q back/}]],
] as const;

suite('a screen of imported results', () => {
	for (const kind of ['hydra-runner', 'icd', 'tinylab', 'ezkl'] as const) {
		const [run] = readForeign(readFixture(kind)).runs;
		assert.ok(run);
		const state = playImport(run);

		for (const [name, pressings] of kind === 'ezkl' ? SCREENS : SCREENS.slice(0, 1)) {
			test(`says on ${name} of ${kind} what they cannot support, at 80 columns too`, async () => {
				const lines = await drawApp(state, {columns: 80, rows: 24}, {pressings});
				const top = lines.slice(0, 4).join(' ').replaceAll(/ +/g, ' ');

				assert.match(top, new RegExp(`^FOREIGN \\(${kind}\\), not measured by warpdeck`));
				for (const limit of run.limits) assert.ok(top.includes(limit), `${limit}: ${top}`);
			});
		}
	}
});
