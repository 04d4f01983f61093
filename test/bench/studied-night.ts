import {closeSync, openSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import type {Cell} from '../../source/domain/experiment.ts';
import type {Fact, Measurement} from '../../source/journal/event.ts';
import {encodeFact, encodeMeasurement} from '../../source/journal/format.ts';
import {createRandom} from '../../source/plan/random.ts';
import {gpuSample} from '../rig/gpu-sample.ts';
import {cell, opened, PARAMS, planned, ran, STORY_START} from '../rig/story.ts';

const GPUS = [0, 1, 2, 3];
const NODES = [0, 1, 2, 3];
const MODELS = 125;
export const CELLS = GPUS.length * NODES.length * MODELS;
export const HOURS = 10;
const SPAN_MS = HOURS * 3_600_000;
const BATCHES = 200;

/** Models of 25 depths and 5 widths, everywhere, with floors, so that every figure has data. */
const listCells = (): readonly Cell[] =>
	Array.from({length: MODELS}, (_, index) => {
		const [depth, dim] = [1 + (index % 25), 128 * (1 + Math.floor(index / 25))];
		return {model: `vit32x${depth}x${dim}`, params: {...PARAMS, depth, dim, tensor_shape: [3, 224, 224]}};
	}).flatMap((one) => GPUS.flatMap((gpuId) => NODES.map((numaNode) => cell({...one, gpuId, numaNode}))));

/** A run's folder with journal.jsonl and telemetry.jsonl, as a night on four GPUs leaves it. */
export function writeStudiedNight(folder: string): void {
	const cells = listCells();
	const random = createRandom(7);
	const facts: {readonly fact: Fact; readonly at: number}[] = [
		{fact: opened(), at: STORY_START},
		{fact: planned(cells), at: STORY_START},
	];
	const eachMs = SPAN_MS / (CELLS / GPUS.length);
	const places = new Map<number, number>();
	const starts: {readonly id: string; readonly at: number}[] = [];
	for (const one of cells) {
		const gpuId = one.gpuId ?? 0;
		const place = places.get(gpuId) ?? 0;
		places.set(gpuId, place + 1);
		const at = STORY_START + place * eachMs;
		starts.push({id: one.runId, at});
		for (const [index, fact] of ran(one.runId, measure(one, random())).entries()) {
			facts.push({fact, at: Math.round(at + (index < 2 ? index : eachMs - 20 + index))});
		}
	}
	facts.push({fact: {type: 'closed', reason: 'finished'}, at: STORY_START + SPAN_MS});
	const sorted = facts.toSorted((a, b) => a.at - b.at);
	write(join(folder, 'journal.jsonl'), (put) => {
		for (const [index, {fact, at}] of sorted.entries()) put(encodeFact({...fact, seq: index + 1, at}));
	});
	write(join(folder, 'telemetry.jsonl'), (put) => tellMeasurements(starts, random, put));
}

function measure({params, numaNode, gpuId}: Cell, noise: number) {
	const [depth, dim] = [Number(params.depth), Number(params.dim)];
	const rates = {copies: 9000, computes: 4e6 / (depth * dim), launches: 40_000 / depth};
	const slowest = Math.min(rates.copies, 1 / (1 / rates.computes + 1 / rates.launches));
	const isFar = Math.floor((gpuId ?? 0) / 2) !== Math.floor((numaNode ?? 0) / 2);
	return {
		throughputSamplesPerS: slowest * (isFar ? 0.9 : 1) * (0.99 + 0.02 * noise),
		metrics: {
			floors: {
				h2d_samples_per_s: rates.copies,
				d2h_samples_per_s: 2 * rates.copies,
				compute_samples_per_s: rates.computes,
				launch_samples_per_s: 1 / (1 / rates.computes + 1 / rates.launches),
			},
		},
	};
}

/** The GPUs twice a second, the host once, and the latencies of every experiment a second behind its start. */
function tellMeasurements(
	starts: readonly {readonly id: string; readonly at: number}[],
	random: () => number,
	put: (line: string) => void,
): void {
	let seq = 0;
	const tell = (measurement: Measurement, at: number) => put(encodeMeasurement({...measurement, seq: ++seq, at}));
	const waiting = starts.toSorted((a, b) => a.at - b.at);
	let next = 0;
	for (let at = STORY_START; at < STORY_START + SPAN_MS; at += 500) {
		for (; next < waiting.length && (waiting[next]?.at ?? 0) + 1000 <= at; next++) {
			const latencyMs = Array.from({length: BATCHES}, () => 5 + random());
			tell({type: 'samples', id: waiting[next]?.id ?? '', latencyMs}, at);
		}
		const samples = GPUS.map((index) => {
			const throttleReasons = random() < 0.02 ? '0x0000000000000004' : '0x0000000000000000';
			return gpuSample(index, {celsius: 50 + 20 * random(), powerWatts: 300 + 200 * random(), throttleReasons});
		});
		tell({type: 'gpus', samples}, at);
		if (at % 1000 === 0) tell({type: 'host', sample: {...HOST, cpuPercent: 100 * random()}}, at);
	}
}

const HOST = {memoryUsedMiB: 20_000, memoryTotalMiB: 262_144, swapUsedMiB: 0, diskFreeMiB: 100_000};

const CHUNK = 2 ** 20;

function write(path: string, tell: (put: (line: string) => void) => void): void {
	const file = openSync(path, 'w');
	let waiting = '';
	tell((line) => {
		waiting += line;
		if (waiting.length < CHUNK) return;
		writeSync(file, waiting);
		waiting = '';
	});
	writeSync(file, waiting);
	closeSync(file);
}
