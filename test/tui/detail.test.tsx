import assert from 'node:assert/strict';
import {suite, type TestContext, test} from 'node:test';
import type {ExperimentFiles} from '../../source/journal/experiment-files.ts';
import {selectExperiment} from '../../source/journal/select-experiment.ts';
import {createStore} from '../../source/journal/store.ts';
import {compareSettings} from '../../source/report/consistency.ts';
import {summarizeGpuSamples} from '../../source/report/sample-ranges.ts';
import {showScreen} from '../../source/tui/show.tsx';
import {createScreen, KEY, type Size} from '../rig/render-to-screen.ts';
import {type DetailStory, degraded, failed, log, running, STDOUT} from './detail-stories.ts';

const WIDE: Size = {columns: 200, rows: 60};

/** The screen of the story's experiment, entered from its lane, and a way to let its files grow. */
async function enter(t: TestContext, {state, files}: DetailStory, size: Size = {columns: 80, rows: 24}) {
	const screen = createScreen(size);
	const store = createStore(state);
	const abort = new AbortController();
	let tell: (files: ExperimentFiles) => void = () => {};
	let followed: string | null = null;
	const left = showScreen({
		store,
		clock: {now: () => store.get().at + 400},
		utcOffsetMinutes: 0,
		ascii: false,
		palette: 'none',
		files: [],
		experiments: {
			follow: (id, onRead) => {
				[tell, followed] = [onRead, id];
				onRead(files);
				return () => {
					followed = null;
				};
			},
		},
		signal: abort.signal,
		stdout: screen.stdout,
		stdin: screen.stdin,
	});
	t.after(async () => {
		abort.abort();
		await left;
	});
	await screen.until(/GPU 0/);
	screen.press(KEY.enter);
	await screen.until(files.facts.length > 0 ? /outcome, times in UTC|lines 1-13 of/ : /journal\.jsonl is not there/);
	return {screen, tell: (changed: ExperimentFiles) => tell(changed), followed: () => followed};
}

/** What `y` puts on the clipboard. */
async function copyCommand(screen: ReturnType<typeof createScreen>): Promise<string> {
	const written: string[] = [];
	const write = screen.stdout.write.bind(screen.stdout);
	screen.stdout.write = ((...args: Parameters<typeof write>) => {
		written.push(String(args[0]));
		return write(...args);
	}) as typeof write;
	screen.press('y');
	await screen.until(/copied: the command of/);
	const [, copied = ''] = written.join('').split('\u001b]52;c;');
	return Buffer.from(copied.split('\u0007')[0] ?? '', 'base64').toString();
}

const NUMBERED = Array.from({length: 300}, (_, index) => `line number ${index + 1}`);

suite('the keys of one experiment', () => {
	test('turn its pages by number, by Tab and by brackets, round and round', async (t) => {
		const {screen} = await enter(t, running());

		for (const [keys, page] of [
			['5', '5 config'],
			[KEY.tab, '6 gpu'],
			[KEY.tab, '1 overview'],
			['[', '6 gpu'],
			[']]', '2 latency'],
			['\u001b[Z', '1 overview'],
		] as const) {
			screen.press(keys);
			await screen.until(new RegExp(`\\[${page}\\]`));
		}
	});

	test('go back with Esc and with q, and nothing is read any longer', async (t) => {
		const {screen, followed} = await enter(t, running());
		assert.equal(followed(), running().id);

		screen.press('q');
		await screen.until(/Tab results/);
		assert.equal(followed(), null);
		screen.press(KEY.enter);
		await screen.until(/\[1 overview\]/);
		screen.press(KEY.escape);
		await screen.until(/Tab results/);
	});

	test('follow the end of the log, stay where one reads, and follow again', async (t) => {
		const story = running();
		const path = story.files.stdout.path ?? '';
		const grown = (lines: readonly string[]) => ({...story.files, stdout: log(path, lines)});
		const {screen, tell} = await enter(t, {...story, files: grown(NUMBERED)});
		screen.press('3');
		await screen.until(/lines 281-300 of 300 {2}following/);

		screen.press('kk');
		await screen.until(/lines 279-298 of 300 {2}f follows/);
		tell(grown([...NUMBERED, 'one more']));
		await screen.until(/lines 279-298 of 301/);
		screen.press('f');
		await screen.until(/one more/);
		screen.press('g');
		await screen.until(/lines 1-20 of 301/);
		screen.press('G');
		await screen.until(/lines 282-301 of 301 {2}following/);
		screen.press('f');
		await screen.until(/lines 282-301 of 301 {2}f follows/);
	});

	test('keep the line that one reads in its place while earlier ones fall out of what is kept', async (t) => {
		const story = running();
		const path = story.files.stdout.path ?? '';
		const {screen, tell} = await enter(t, {...story, files: {...story.files, stdout: log(path, NUMBERED)}});
		screen.press('3gjjjjjjjjjj');
		const before = await screen.until(/lines 11-30 of 300/);

		tell({...story.files, stdout: log(path, NUMBERED.slice(5), {firstLine: 5, skippedBytes: 70})});
		const after = await screen.until(/70 bytes before are not shown|lines 11-30 of 300/);
		assert.equal(after.split('\n')[3], before.split('\n')[3]);
	});

	test('find a text in any case, count it, go round its matches, and forget it', async (t) => {
		const {screen} = await enter(t, running());

		screen.press('/');
		await screen.until(/\/_ {2}no match/);
		screen.press('warning');
		await screen.until(/\/warning_ {2}match 41 of 41/);
		screen.press(KEY.enter);
		await screen.until(/▸ batch 400 .*\n[\s\S]*match 41 of 41/);
		screen.press('n');
		await screen.until(/▸ warning: the pool[\s\S]*match 1 of 41/);
		screen.press('n');
		await screen.until(/▸ batch 10 of 400[\s\S]*match 2 of 41/);
		screen.press('NN');
		await screen.until(/match 41 of 41/);
		screen.press('/.*(');
		await screen.until(/\/warning\.\*\(_ {2}no match/);
		screen.press(KEY.escape);
		await screen.until((text) => !text.includes('/warning') && text.includes('[3 log]'));
		screen.press('n');
		await screen.until(/\[3 log\]/);
	});

	test('keep what is typed on a slow line, where it comes in one chunk with the key that opens the screen', async (t) => {
		const {screen} = await enter(t, running());
		screen.press('q');
		await screen.until(/Tab results/);

		screen.press(`${KEY.enter}/count 6`);
		await screen.until(/\/count 6_ {2}match \d+ of/);
	});

	test('wrap long lines or cut them and move them sideways, and turn to stderr', async (t) => {
		const {screen} = await enter(t, failed());
		screen.press('3');
		await screen.until(/── stderr[\s\S]*OutOfMemoryError/);

		screen.press('og');
		await screen.until(/longer than a terminal o\n {2}f eighty columns/);
		screen.press('w');
		await screen.until((text) => text.includes('cut, from column 1 ') && !text.includes('eighty'));
		screen.press('lllll');
		await screen.until(/cut, from column 101 [\s\S]*eighty columns/);
		screen.press('h');
		await screen.until(/cut, from column 81 /);
	});

	test('copy the command, quoted for a shell, and scroll a page that is longer than the screen', async (t) => {
		const {screen} = await enter(t, degraded(), {columns: 60, rows: 16});

		assert.match(
			await copyCommand(screen),
			/^PYTHONUNBUFFERED=1 .* numactl .* '\/home\/user\/my suites\/vit_pipeline\.py' --device cuda/,
		);
		screen.press('G');
		await screen.until(/degraded: exited with code 0\n/);
		screen.press('g');
		await screen.until(/lines 1-13 of \d+/);
	});
});

test('the copied command of an experiment that a worker served asks the worker just that', async (t) => {
	const story = degraded();
	const worker = {key: 'gpu0.node0.b1', request: {run_id: 'a', depth: 2}};
	const facts = story.files.facts.map((fact) => (fact.type === 'launching' ? {...fact, worker} : fact));
	const {screen} = await enter(t, {...story, files: {...story.files, facts}}, {columns: 60, rows: 16});
	const asked = /^printf '%s\\n' '\{"run_id":"a","depth":2\}' \| PYTHONUNBUFFERED=1 .* numactl /;

	assert.match(await copyCommand(screen), asked);
});

suite('every number on the screen of one experiment', () => {
	test("of its state, place and result is its selector's", async (t) => {
		for (const story of [running(), degraded(), failed()]) {
			const {screen} = await enter(t, story, WIDE);
			const text = screen.text();
			const view = selectExperiment(story.state, story.id, story.state.at + 400);
			assert.ok(view);

			assert.ok(text.includes(`${story.id}  ${view.status}`));
			assert.ok(text.includes(`NUMA node   ${view.experiment.numaNode}, ${view.locality}`));
			assert.ok(text.includes(`${view.gpu?.name}, ${view.gpu?.pciAddress}, on node ${view.gpu?.numaNode}`));
			if (view.progress) assert.ok(text.includes(`${view.progress.done} of ${view.progress.total} batches`));
			if (!view.result) continue;
			const {latencyMs, throughputSamplesPerS, degraded: reasons, failure} = view.result;
			assert.ok(text.includes(`n ${latencyMs.n}  p50 ${latencyMs.p50?.toFixed(1) ?? 'N/A'}`));
			assert.ok(text.includes(`throughput  ${throughputSamplesPerS?.toFixed(1) ?? 'N/A'}`));
			for (const words of [...reasons, failure?.message ?? '', failure?.advice ?? '']) assert.ok(text.includes(words));
		}
	});

	test('of its GPU is what its samples say', async (t) => {
		const story = degraded();
		const {screen} = await enter(t, story, WIDE);
		screen.press('6');
		const text = await screen.until(/\[6 gpu\]/);

		for (const {name, min, mean, max, n} of summarizeGpuSamples(story.files.gpuSamples)) {
			const digits = name === 'power' ? 1 : 0;
			const numbers = [min?.toFixed(digits), mean?.toFixed(1), max?.toFixed(digits), n].join(' +');
			assert.match(text, new RegExp(`${name} .* ${numbers}`));
		}
	});

	test("of its measured window is what the driver's counters say", async (t) => {
		const story = degraded();
		const {screen} = await enter(t, story, WIDE);
		const window = selectExperiment(story.state, story.id, 0)?.result?.telemetry;
		screen.press('6');
		const text = await screen.until(/\[6 gpu\]/);

		assert.ok(window);
		assert.ok(text.includes(`energy ${window.energyJ?.toFixed(1)} J in ${window.countersS?.toFixed(2)} s`));
		assert.ok(text.includes(`held down power ${window.throttledMs.power} ms;`));
		assert.ok(text.includes(`PCIe generation ${window.pcieGeneration} x${window.pcieWidth}`));
	});

	test('of its configuration stands with what it was declared as, and a word', async (t) => {
		const story = degraded();
		const {screen} = await enter(t, story, WIDE);
		const view = selectExperiment(story.state, story.id, 0);
		screen.press('5');
		const text = await screen.until(/\[5 config\]/);

		const sides = {
			declaredParams: view?.experiment.params ?? {},
			effective: view?.result?.effective ?? {},
			isBundled: true,
		};
		for (const {key, declared = '-', effective, verdict} of compareSettings(sides))
			assert.match(text, new RegExp(`${key} +${declared} +${effective ?? 'N/A'} +${verdict}`));
	});

	test('is known from the state alone where the files are not there, and what is not known is said', async (t) => {
		const story = running();
		const bare = {...story.files, facts: [], latencyMs: [], gpuSamples: [], problems: ['journal.jsonl is not there.']};
		const {screen} = await enter(t, {...story, files: bare});
		assert.match(screen.text(), /journal\.jsonl is not there/);
		assert.match(screen.text(), /attempt 1; the others are not known/);

		for (const [key, words] of [
			['2', /n 400 so far[\s\S]*batch 1 +batch 400/],
			['4', /its command is not known\s+here/],
			['6', /No launch of it is known here/],
		] as const) {
			screen.press(key);
			await screen.until(words);
		}
	});

	test('is told once: an end that the files do not have yet is that of the state', async (t) => {
		const story = failed();
		const facts = story.files.facts.filter(({type}) => type === 'launching' || type === 'started');
		const {screen} = await enter(t, {...story, files: {...story.files, facts}});

		assert.match(screen.text(), /failed {2}.*\n[\s\S]*1 {2}02:31:04 {2}02:31:15 .* failed: exited with code 1/);
		assert.doesNotMatch(screen.text(), /running/);
	});

	test('never moves the cursor, whatever a program has printed', async (t) => {
		const story = running();
		const stdout = log('logs/x', ['\u001b[2Jgone\u0007', '\u202eright to left', 'a\tb', ...STDOUT]);
		const {screen} = await enter(t, {...story, files: {...story.files, stdout}});
		screen.press('3g');
		const text = await screen.until(/lines 1-/);

		assert.match(text, /\[3 log\]\s.*\n.*stdout.*\n {2}gone\n {2}right to left\n {2}a b\n/);
	});
});
