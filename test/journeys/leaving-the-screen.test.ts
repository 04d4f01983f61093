import assert from 'node:assert/strict';
import {existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {fixtureSuites, makeWorkplace, openProgram} from '../rig/built-program.ts';
import {findByAxis, findRunFolder, listTagged, readResults} from '../rig/run-files.ts';
import {until} from '../rig/until.ts';

const PATIENCE_MS = 90_000;

async function openWaiting(t: TestContext) {
	const place = makeWorkplace();
	const screen = openProgram(place, ['run', 'waiting', '--foreground', '--suites', fixtureSuites]);
	const release = () => writeFileSync(join(place.folder, 'released'), '');
	t.after(async () => {
		release();
		await screen.exited;
		place.remove();
	});
	await screen.until(/number-1 .*running/);
	await until(() => existsSync(join(place.folder, 'notes')), 'a workload runs', PATIENCE_MS);
	return {place, screen, release};
}

suite('leaving the screen while the run goes on', () => {
	test('by q lets the running experiment end, starts no other, and gives the terminal back', async (t) => {
		const {place, screen, release} = await openWaiting(t);

		screen.press('q');
		await screen.until(/y {2}start nothing more, then leave/);
		screen.press('y');
		await screen.until(/draining/i);
		release();
		const {exitCode} = await screen.exited;
		const run = await findRunFolder(place);

		assert.equal(exitCode, 130);
		assert.ok(!screen.isAlternate() && screen.isCursorShown());
		assert.deepEqual(
			readResults(run).map(({status}) => status),
			['succeeded', 'waiting'],
		);
	});

	test('by Ctrl-C twice ends what runs', async (t) => {
		const {place, screen} = await openWaiting(t);

		screen.press('\x03');
		await screen.until(/draining/i);
		screen.press('\x03');
		const {exitCode} = await screen.exited;
		const run = await findRunFolder(place);

		assert.equal(exitCode, 130);
		assert.equal(findByAxis(readResults(run), 1).failure?.kind, 'stopped');
		assert.deepEqual(listTagged(run), []);
	});

	test('by SIGTERM ends what runs and gives the terminal back', async (t) => {
		const {place, screen} = await openWaiting(t);

		screen.kill('SIGTERM');
		const {exitCode} = await screen.exited;
		const run = await findRunFolder(place);

		assert.equal(exitCode, 130);
		assert.ok(!screen.isAlternate() && screen.isCursorShown());
		assert.match(screen.text(), /warpdeck resume|results\.json/);
		assert.deepEqual(listTagged(run), []);
	});
});
