import assert from 'node:assert/strict';
import {suite, type TestContext, test} from 'node:test';
import type {Fact} from '../../source/journal/event.ts';
import type {RunState} from '../../source/journal/state.ts';
import {createStore} from '../../source/journal/store.ts';
import type {RunRequest} from '../../source/tui/screen.ts';
import {showScreen} from '../../source/tui/show.tsx';
import {createScreen, KEY, type Size} from '../rig/render-to-screen.ts';
import {until} from '../rig/until.ts';
import {cpuRun, finishedOnGpus, onGpus} from './run-stories.ts';

function show(t: TestContext, state: RunState, size: Size = {columns: 80, rows: 24}, clockMs?: () => number) {
	const screen = createScreen(size);
	const store = createStore(state);
	let isBroken = false;
	const asked: RunRequest[] = [];
	const abort = new AbortController();
	const left = showScreen({
		store: {get: () => (isBroken ? ({...store.get(), seq: -1, lanes: null} as unknown as RunState) : store.get())},
		clock: {now: clockMs ?? (() => store.get().at + 400)},
		onRequest: (request) => asked.push(request),
		utcOffsetMinutes: 0,
		ascii: false,
		palette: 'none',
		files: [],
		signal: abort.signal,
		stdout: screen.stdout,
		stdin: screen.stdin,
	});
	t.after(() => abort.abort());
	const tell = (fact: Fact) => store.accept({...fact, seq: store.get().seq + 1, at: store.get().at + 1000});
	const breakState = () => {
		isBroken = true;
	};
	return {screen, asked, left, tell, abort, breakState};
}

suite('the live screen', () => {
	test('gives the terminal back as it was when it is taken away from outside', async (t) => {
		const {screen, left, abort} = show(t, cpuRun());
		await screen.until(/quick_test/);
		assert.ok(screen.isAlternate());

		abort.abort();
		await left;
		await screen.settle();

		assert.ok(!screen.isAlternate());
		assert.doesNotMatch(screen.text(), /quick_test/);
	});

	test('that breaks gives the terminal back and says why, so that the run can go on without it', async (t) => {
		const {screen, left, breakState} = show(t, cpuRun());
		await screen.until(/quick_test/);

		breakState();

		await assert.rejects(left, TypeError);
		await screen.settle();
		assert.ok(!screen.isAlternate());
	});

	test('asks to drain, then to stop, then to kill, and says before each press what it does', async (t) => {
		const {screen, asked, tell} = show(t, cpuRun());
		await screen.until(/q leave \(asks/);

		screen.press('q');
		await screen.until(/y {2}start nothing more, then leave/);
		screen.press('y');
		await screen.until(/q stop the running ones/);
		tell({type: 'draining', by: 'the user'});
		await screen.until(/draining, asked by the user/);
		screen.press(KEY.ctrlC);
		await screen.until(/q kill the running ones/);
		screen.press('qy');
		await until(() => asked.length === 3, 'a third request');

		assert.deepEqual(asked, ['drain', 'stop', 'kill']);
	});

	test('takes two presses in one chunk for two steps', async (t) => {
		const {screen, asked, left, abort} = show(t, cpuRun());
		await screen.until(/q leave/);

		screen.press(`${KEY.ctrlC}${KEY.ctrlC}`);
		await screen.until(/q kill the running ones/);
		abort.abort();
		await left;

		assert.deepEqual(asked, ['drain', 'stop']);
	});

	test('does nothing when its question is not answered with y', async (t) => {
		const {screen, asked} = show(t, cpuRun());
		await screen.until(/q leave/);

		screen.press('X');
		await screen.until(/are you sure/);
		screen.press(KEY.enter);
		await screen.until(/nothing was done/);

		assert.deepEqual(asked, []);
	});

	test('leaves by itself once the run that it was asked to end has ended', async (t) => {
		const {screen, left, tell} = show(t, cpuRun());
		await screen.until(/q leave/);
		screen.press('qy');
		await screen.until(/q stop the running ones/);

		tell({type: 'closed', reason: 'drained'});

		await left;
	});

	test('turns to the summary when the run ends, and q then leaves', async (t) => {
		const {screen, asked, left, tell} = show(t, cpuRun());
		await screen.until(/q leave/);

		tell({type: 'closed', reason: 'finished'});
		await screen.until(/SUMMARY quick_test/);
		screen.press('q');
		await left;

		assert.deepEqual(asked, []);
	});

	test('goes from screen to screen with Tab, and shows every key on demand', async (t) => {
		const {screen} = show(t, cpuRun());
		await screen.until(/CPU lane 1/);

		screen.press(`${KEY.tab}${KEY.tab}`);
		await screen.until(/SUMMARY quick_test/);
		screen.press(KEY.tab);
		await screen.until(/CPU lane 1/);
		screen.press('?');
		await screen.until(/keys of the dashboard/);
		screen.press('x');
		await screen.until(/CPU lane 1/);
	});

	test('scrolls the summary to its last line and back to its first', async (t) => {
		const {screen, left} = show(t, finishedOnGpus());
		await screen.until(/lines 1-22 of \d+/);

		screen.press('jjj');
		await screen.until(/lines 4-25/);
		screen.press(KEY.up);
		await screen.until(/lines 3-24/);
		screen.press('G');
		const end = await screen.until(/nothing says on which node/);
		screen.press('g');
		await screen.until(/lines 1-22/);
		screen.press('q');
		await left;

		assert.match(end, /lines (\d+)-(\d+) of \2/);
	});

	test('draws a lane below the screen when it is chosen', async (t) => {
		const {screen} = show(t, onGpus(20));
		await screen.until(/\+5 lanes/);
		assert.doesNotMatch(screen.text(), /GPU 19/);

		screen.press('G');
		await screen.until(/▸ GPU 19/);
	});

	test('goes to the lane whose number is pressed', async (t) => {
		const {screen} = show(t, onGpus(8));
		await screen.until(/▸ GPU 0/);

		screen.press('5');
		await screen.until(/▸ GPU 5/);
		assert.match(screen.text(), / of gpu5_numa0/);

		screen.press('9');
		screen.press('2');
		await screen.until(/▸ GPU 2/);
	});

	test('repairs what another program wrote over it', async (t) => {
		const {screen, left, abort} = show(t, cpuRun());
		await screen.until(/CPU lane 1/);
		const before = screen.lines();
		await screen.write('\u001b[5;10Hgarbage of another program\n\n\n');
		assert.match(screen.text(), /garbage/);

		screen.press(KEY.ctrlL);
		await screen.until((text) => !text.includes('garbage') && text.includes('quick_test'));
		const after = screen.lines();
		abort.abort();
		await left;

		assert.deepEqual(after, before);
	});

	test('leaves no garbage behind while the terminal shrinks and grows', async (t) => {
		const sizes = [
			{columns: 120, rows: 40},
			{columns: 80, rows: 24},
			{columns: 60, rows: 16},
			{columns: 59, rows: 16},
			{columns: 200, rows: 60},
			{columns: 80, rows: 24},
		];
		const {screen} = show(t, onGpus(4), sizes[0]);
		await screen.until(/GPU 3/);

		for (const size of sizes) {
			screen.resizeTo(size);
			const fresh = show(t, onGpus(4), size);
			await fresh.screen.until(size.columns < 60 ? /needs 60x16\D+q leave/ : /^q leave/m);
			const wanted = fresh.screen.text();
			await screen.until((text) => text === wanted, `${size.columns}x${size.rows} as drawn afresh:\n${wanted}`);
			fresh.abort.abort();
			await fresh.left;
		}
	});

	test('writes a few hundred bytes when only the times change', async (t) => {
		let now = 1_752_287_600_000;
		const {screen} = show(t, onGpus(4), {columns: 120, rows: 40}, () => now);
		await screen.until(/elapsed 02:18/);
		const before = screen.writtenBytes();

		now += 1000;
		await screen.until(/elapsed 02:19/);
		const written = screen.writtenBytes() - before;

		assert.ok(written < 1500, `${written} bytes for one second at 120x40`);
	});
});
