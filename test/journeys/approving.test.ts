import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {userInfo} from 'node:os';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {fixtureSuites, makeWorkplace, openProgram} from '../rig/built-program.ts';
import {findRunFolder, readWholeJournal} from '../rig/run-files.ts';

suite('a campaign that waits for a person', () => {
	test('shows what its gate asks, goes on after a yes on the screen, and its journal says who said it', async (t) => {
		const place = makeWorkplace();
		writeFileSync(join(place.folder, 'speed'), '1000\n');
		writeFileSync(join(place.folder, 'go'), '');
		const screen = openProgram(place, ['run', 'small_campaign', '--suites', fixtureSuites]);
		t.after(async () => {
			screen.kill('SIGTERM');
			await screen.exited;
			place.remove();
		});
		await screen.until(/phase 1\/3 prepare +needs an OK/);

		screen.press('c');
		await screen.until(/CAMPAIGN small_campaign[\s\S]*a gives the OK/);
		screen.press('a');
		await screen.until(/The gate of phase prepare asks a person: look at the notes/);
		screen.press('y');
		await screen.until(/1 prepare +passed/);
		await screen.until(/3 of 3 phases passed/);
		screen.press('\t');
		screen.press('q');
		await screen.exited;
		const approvals = readWholeJournal(await findRunFolder(place)).flatMap((fact) =>
			fact.type === 'phase-approved' ? [`${fact.phase} by ${fact.by.replace(/ on pts\/\d+$/, '')}`] : [],
		);

		assert.deepEqual(approvals, [`prepare by ${userInfo().username}`]);
	});
});
