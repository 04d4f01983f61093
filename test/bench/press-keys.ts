import {setTimeout as sleep} from 'node:timers/promises';
import type {Fact} from '../../source/journal/event.ts';
import {createStore} from '../../source/journal/store.ts';
import {showScreen} from '../../source/tui/show.tsx';
import {createScreen} from '../rig/render-to-screen.ts';
import {cell, failed, opened, planned, ran, stamp} from '../rig/story.ts';
import {EXPERIMENTS} from './story-of-a-night.ts';

const MODELS = 6;
const SIZE = {columns: 120, rows: 40};
const TIMES = 20;
/** Ink draws at most ten frames a second, and a person does not press faster than that either. */
const PAUSE_MS = 130;
const KEYS = ['j', ' ', 's', 'S', 'f', 'G', 'g', '/', '7', '\u001b'] as const;

/**
 * `node press-keys.mjs`: prints as JSON, by key, the milliseconds from each press to the first byte that is drawn, and
 * the CPU time of all presses, which other programs of a busy machine cannot lengthen as much.
 */
const store = createStore();
for (const event of stamp(tellNight())) store.accept(event);
const screen = createScreen(SIZE);
const abort = new AbortController();
const left = showScreen({
	store,
	clock: {now: () => store.get().at},
	onRequest: () => {},
	utcOffsetMinutes: 0,
	ascii: false,
	palette: 'dark',
	files: ['outputs/night'],
	signal: abort.signal,
	stdout: screen.stdout,
	stdin: screen.stdin,
});
await screen.until(/numa_study/);
screen.press('\t');
await screen.until(/RESULTS/);
const times: {[key: string]: number[]} = {};
const before = process.cpuUsage();
for (let time = 0; time < TIMES; time++) for (const key of KEYS) await measure(key);
const {user, system} = process.cpuUsage(before);
process.stdout.write(JSON.stringify({times, cpuMsEach: (user + system) / 1000 / (TIMES * KEYS.length)}));
abort.abort();
await left;

async function measure(key: string): Promise<void> {
	await sleep(PAUSE_MS);
	const before = screen.writtenBytes();
	const startedAt = performance.now();
	screen.press(key);
	while (screen.writtenBytes() === before) {
		if (performance.now() - startedAt > 5000) throw new Error(`${JSON.stringify(key)} draws nothing`);
		await sleep(0);
	}
	times[key] = [...(times[key] ?? []), performance.now() - startedAt];
}

function tellNight(): readonly Fact[] {
	const cells = Array.from({length: EXPERIMENTS}, (_, index) => {
		const n = Math.floor(index / 8);
		const [gpuId, numaNode, model] = [index % 4, (Math.floor(index / 4) % 2) * 2, `vit32x${n % MODELS}x512`];
		return cell({gpuId, numaNode, model, axes: {n}, runId: `gpu${gpuId}_numa${numaNode}_${model}_n-${n}`});
	});
	const ends = cells.slice(0, -100).flatMap(({runId}, index) => {
		const p50 = 9 + ((index * 31) % 1000) / 100;
		const latencyMs = {p50, p90: p50 + 2, p99: p50 + 4, mean: p50, n: 1000};
		return index % 50 === 7 ? failed(runId) : ran(runId, {throughputSamplesPerS: 9000 / p50, latencyMs});
	});
	return [opened(), planned(cells), ...ends];
}
