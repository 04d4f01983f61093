import {tell} from './simulated-line.ts';
import type {SimulatedSettings} from './simulated-settings.ts';
import type {SimulatedSpeed} from './simulated-speed.ts';

/** A measurement as it will have been; its seconds are the sum of its batches. */
export type SimulatedWindow = {
	readonly passes: number;
	readonly latencyMs: readonly number[];
	readonly seconds: number;
};

type Settings = Pick<SimulatedSettings, 'samples' | 'batchSize' | 'minWindowS'>;

/** Draws the time of every batch, pass after pass until the window is long enough; a pass's last batch may be smaller. */
export function measureWindow(
	settings: Settings,
	speed: Pick<SimulatedSpeed, 'batchMs'>,
	noisePercent: number,
	random: () => number,
): SimulatedWindow {
	const passes: (readonly number[])[] = [];
	let seconds = 0;
	do {
		const latencyMs = measurePass(settings, speed, noisePercent, random);
		passes.push(latencyMs);
		seconds += latencyMs.reduce((sum, ms) => sum + ms, 0) / 1000;
	} while (seconds < settings.minWindowS);
	return {passes: passes.length, latencyMs: passes.flat(), seconds};
}

function measurePass(
	{samples, batchSize}: Settings,
	{batchMs}: Pick<SimulatedSpeed, 'batchMs'>,
	noisePercent: number,
	random: () => number,
): readonly number[] {
	return Array.from({length: Math.ceil(samples / batchSize)}, (_, batch) => {
		const rows = Math.min(batchSize, samples - batch * batchSize);
		const noise = (noisePercent / 100) * (random() + random() - 1);
		return Math.max(0.0001, round(batchMs(rows) * (1 + noise)));
	});
}

/** As vit_pipeline.py rounds them. */
const round = (ms: number): number => Math.round(ms * 10_000) / 10_000;

const TICK_MS = 100;
/** Latencies in one line. */
const CHUNK = 500;

/** Progress and latencies, spread evenly over the time in which the window is played. */
export function playWindow(
	{samples, batchSize}: Settings,
	{passes, latencyMs}: SimulatedWindow,
	fromMs: number,
	untilMs: number,
): readonly {readonly atMs: number; readonly lines: readonly string[]}[] {
	const ticks = Math.max(1, Math.round((untilMs - fromMs) / TICK_MS));
	return Array.from({length: ticks}, (_, tick) => {
		const first = Math.floor((latencyMs.length * tick) / ticks);
		const last = Math.floor((latencyMs.length * (tick + 1)) / ticks);
		const wholePasses = Math.floor((last * passes) / latencyMs.length);
		const rest = last - (wholePasses * latencyMs.length) / passes;
		const done = wholePasses * samples + Math.min(samples, rest * batchSize);
		return {
			atMs: fromMs + ((untilMs - fromMs) * (tick + 1)) / ticks,
			lines: [...chunk(latencyMs.slice(first, last)), tell({event: 'progress', done, total: passes * samples})],
		};
	});
}

const chunk = (latencyMs: readonly number[]): readonly string[] =>
	Array.from({length: Math.ceil(latencyMs.length / CHUNK)}, (_, index) =>
		tell({event: 'samples', latency_ms: latencyMs.slice(index * CHUNK, (index + 1) * CHUNK)}),
	);
