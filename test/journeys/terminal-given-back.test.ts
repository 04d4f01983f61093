import assert from 'node:assert/strict';
import {existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {fixtureSuites, makeWorkplace, requireBuild} from '../rig/built-program.ts';
import {openPty} from '../rig/pty-screen.ts';
import {until} from '../rig/until.ts';

const PATIENCE_MS = 90_000;
const CTRL_C = '\x03';
/** A fault of our own, on demand. */
const FAULT = "--import=data:text/javascript,process.once('SIGUSR2',()=>{throw(new(Error)('boom'))})";

/** A shell that notes how its terminal is before and after, as a person's next prompt would find it. */
async function openInShell(t: TestContext) {
	const place = makeWorkplace();
	const program = [process.execPath, requireBuild(), 'run', 'waiting', '--foreground', '--suites', fixtureSuites];
	const quoted = program.map((word) => `'${word}'`).join(' ');
	const screen = openPty('/bin/sh', ['-c', `stty -g >before; ${quoted}; echo $? >code; stty -g >after`], {
		cwd: place.folder,
		env: {...place.env, NODE_OPTIONS: FAULT},
		timeoutMs: PATIENCE_MS,
	});
	const read = (name: string) => readFileSync(join(place.folder, name), 'utf8').trim();
	const release = () => writeFileSync(join(place.folder, 'released'), '');
	const children = () => readFileSync(`/proc/${screen.pid}/task/${screen.pid}/children`, 'utf8').trim();
	const kill = (signal: NodeJS.Signals) => process.kill(Number(children().split(' ')[0]), signal);
	t.after(async () => {
		release();
		if (!existsSync(join(place.folder, 'code'))) kill('SIGKILL');
		await screen.exited;
		// A workload outlives a runner that breaks, and would wait for ever in a folder that is gone.
		await until(() => !isWorkedIn(place.folder), 'its workload has ended', PATIENCE_MS);
		place.remove();
	});
	await screen.until(/number-1 .*running/);
	await until(() => existsSync(join(place.folder, 'notes')), 'a workload runs', PATIENCE_MS);
	const checkTerminal = async () => {
		await screen.exited;
		assert.equal(read('after'), read('before'), 'echo and line editing are as before');
		assert.ok(!screen.isAlternate() && screen.isCursorShown());
		return Number(read('code'));
	};
	return {screen, release, kill, checkTerminal};
}

/** Whether a process has the folder as its own. */
const isWorkedIn = (folder: string): boolean =>
	readdirSync('/proc').some((pid) => {
		try {
			return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`) === folder;
		} catch {
			return false;
		}
	});

suite('the terminal is as before', () => {
	test('after X and y', async (t) => {
		const {screen, checkTerminal} = await openInShell(t);

		screen.press('X');
		await screen.until(/y {2}stop the run/);
		screen.press('y');

		assert.equal(await checkTerminal(), 130);
	});

	test('after Ctrl-C three times', async (t) => {
		const {screen, checkTerminal} = await openInShell(t);

		screen.press(CTRL_C);
		await screen.until(/q stop the running ones/);
		screen.press(`${CTRL_C}${CTRL_C}`);

		assert.equal(await checkTerminal(), 130);
	});

	test('after SIGTERM', async (t) => {
		const {kill, checkTerminal} = await openInShell(t);

		kill('SIGTERM');

		assert.equal(await checkTerminal(), 130);
	});

	test('after SIGINT from outside, once the summary of the drained run has been read', async (t) => {
		const {screen, release, kill, checkTerminal} = await openInShell(t);

		kill('SIGINT');
		await screen.until(/draining, asked by Ctrl-C/);
		release();
		await screen.until(/SUMMARY waiting {2}drained/);
		screen.press('q');

		assert.equal(await checkTerminal(), 130);
	});

	test('as soon as SIGHUP has come, while the run goes on to its end', async (t) => {
		const {screen, release, kill, checkTerminal} = await openInShell(t);

		kill('SIGHUP');
		await until(() => !screen.isAlternate(), 'the screen is gone', PATIENCE_MS);
		release();

		assert.equal(await checkTerminal(), 0);
	});

	test('after a fault of our own, which is told where it can be read', async (t) => {
		const {screen, kill, checkTerminal} = await openInShell(t);

		kill('SIGUSR2');

		assert.equal(await checkTerminal(), 70);
		assert.match(screen.text(), /a fault of warpdeck[\s\S]*Error: boom[\s\S]*try: warpdeck resume/);
	});

	test('while the program is stopped, and its screen comes back with it', async (t) => {
		const {screen, release, kill} = await openInShell(t);

		kill('SIGTSTP');
		await until(() => !screen.isAlternate(), 'the screen is gone', PATIENCE_MS);
		kill('SIGCONT');
		await until(() => screen.isAlternate(), 'the screen is back', PATIENCE_MS);
		await screen.until(/number-1 .*running/);
		release();
		await screen.until(/SUMMARY/);
		screen.press('q');
	});
});
