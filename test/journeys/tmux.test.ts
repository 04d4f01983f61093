import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {FEW_SAMPLES, makeWorkplace, requireBuild, type Workplace} from '../rig/built-program.ts';
import {lacks, lacksStrictBinding, lacksTorch} from '../rig/needed-tools.ts';
import {until} from '../rig/until.ts';

const skip = lacks('tmux') || (await lacksTorch()) || lacksStrictBinding();
const PATIENCE_MS = 90_000;

suite('an evening in tmux at 120x40: pick quick_test, watch it, look into it, read what it means, leave', {
	skip,
}, () => {
	let place: Workplace;

	const tmux = (...args: readonly string[]) =>
		execFileSync('tmux', ['-S', join(place.folder, 'tmux'), '-f', '/dev/null', '-u', ...args], {
			cwd: place.folder,
			env: place.env,
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'pipe'],
		});
	const readScreen = () => tmux('capture-pane', '-p', '-t', 'run');
	const sees = (text: RegExp) => until(() => text.test(readScreen()), `tmux shows ${text}`, PATIENCE_MS);
	const press = (...keys: readonly string[]) => tmux('send-keys', '-t', 'run', ...keys);
	const type = (text: string) => tmux('send-keys', '-t', 'run', '-l', text);

	before(() => {
		place = makeWorkplace();
		const program = [process.execPath, requireBuild()];
		const command = `${program.map((word) => `'${word}'`).join(' ')}; echo $? >code.part; mv code.part code; exec cat`;
		tmux('new-session', '-d', '-s', 'run', '-x', '120', '-y', '40', command);
	});
	after(() => {
		tmux('kill-server');
		place.remove();
	});

	test('the picker has every suite, takes overrides and says the command', async () => {
		await sees(/quick_test +3 +3/);
		press('o');
		type(FEW_SAMPLES.join(' '));
		await sees(/\$ warpdeck run quick_test experiment\.test\.num_samples=20/);
		press('Enter');
		await sees(/q leave .*Enter start/);
		press('Enter');
	});

	test('the dashboard fills the window, and follows it when it is made smaller during the run', async () => {
		await sees(/quick_test[\s\S]*running[\s\S]*\n. CPU /);
		assert.match(readScreen().split('\n')[39] ?? '', /^q leave/);

		tmux('resize-window', '-t', 'run', '-x', '80', '-y', '24');
		await until(() => /^q /.test(readScreen().split('\n')[23] ?? ''), 'the keys stand in row 24', PATIENCE_MS);
		for (const line of readScreen().split('\n')) assert.ok([...line].length <= 80, line);
		await sees(/ [1-3]\/3 done/);
	});

	test('the results open an experiment with its latencies and its log, and Esc leads back', async () => {
		await sees(/SUMMARY quick_test {2}finished/);
		press('BTab');
		await sees(/RESULTS {2}quick_test {2}3 of 3 shown/);
		press('j', 'Enter');
		await sees(/gpu0_numa0_vit32x2x256 {2}succeeded[\s\S]*\[1 overview\]/);
		press('2');
		await sees(/latency in ms of \d+ batches/);
		press('3');
		await sees(/\[3 log\][\s\S]*stdout/);
		press('Escape');
		await sees(/RESULTS {2}quick_test/);
	});

	test('the summary is left with exit code 0, and the terminal is as before', async () => {
		press('Tab');
		await sees(/SUMMARY quick_test {2}finished/);
		press('q');
		await until(() => existsSync(join(place.folder, 'code')), 'it has left', PATIENCE_MS);

		assert.equal(readFileSync(join(place.folder, 'code'), 'utf8'), '0\n');
		assert.equal(tmux('display-message', '-p', '-t', 'run', '#{alternate_on}#{cursor_flag}'), '01\n');
		assert.match(readScreen(), /results\.json/);
	});
});
