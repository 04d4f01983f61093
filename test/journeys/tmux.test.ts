import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {FEW_SAMPLES, makeWorkplace, requireBuild, type Workplace} from '../rig/built-program.ts';
import {lacks, lacksStrictBinding, lacksTorch} from '../rig/needed-tools.ts';
import {until} from '../rig/until.ts';

const skip = lacks('tmux') || (await lacksTorch()) || lacksStrictBinding();
const PATIENCE_MS = 60_000;

suite('quick_test with PyTorch in tmux at 120x40', {skip}, () => {
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

	before(() => {
		place = makeWorkplace();
		const program = [process.execPath, requireBuild(), 'run', 'quick_test', ...FEW_SAMPLES];
		const command = `${program.map((word) => `'${word}'`).join(' ')}; echo $? >code.part; mv code.part code; exec cat`;
		tmux('new-session', '-d', '-s', 'run', '-x', '120', '-y', '40', command);
	});
	after(() => {
		tmux('kill-server');
		place.remove();
	});

	test('fills the window, and follows it when it is made smaller during the run', async () => {
		await sees(/quick_test[\s\S]*running[\s\S]*\n {2}CPU /);
		assert.match(readScreen().split('\n')[39] ?? '', /^q leave/);

		tmux('resize-window', '-t', 'run', '-x', '80', '-y', '24');
		await until(() => /^q /.test(readScreen().split('\n')[23] ?? ''), 'the keys stand in row 24', PATIENCE_MS);
		for (const line of readScreen().split('\n')) assert.ok([...line].length <= 80, line);
	});

	test('ends with the summary and, once the user has left, with exit code 0 on the first screen', async () => {
		await sees(/SUMMARY quick_test {2}finished/);
		tmux('send-keys', '-t', 'run', 'q');
		await until(() => existsSync(join(place.folder, 'code')), 'it has left', PATIENCE_MS);

		assert.equal(readFileSync(join(place.folder, 'code'), 'utf8'), '0\n');
		assert.equal(tmux('display-message', '-p', '-t', 'run', '#{alternate_on}#{cursor_flag}'), '01\n');
		assert.match(readScreen(), /results\.json/);
	});
});
