import {closeSync, mkdirSync, openSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import type {GpuSample, MeasurementEvent} from '../../source/journal/event.ts';
import {encodeFact, encodeMeasurement} from '../../source/journal/format.ts';
import {cell, opened, planned} from '../rig/story.ts';
import {result} from '../rig/story-values.ts';

const GPUS = 8;
const PLANNED_A_FACT = 500;
const FACTS_EACH = 4;
const BATCH = 1000;

export type LongNight = {readonly facts: number; readonly hours: number; readonly endsAt: number};

const nameExperiment = (index: number): string => `gpu${index % GPUS}_numa0_a_n-${index}`;

/** The folder of a run that eight GPUs worked on for hours, sampled once a second, and whose last experiments still run. */
export function writeLongNight(outputs: string, {facts, hours, endsAt}: LongNight): string {
	const path = join(outputs, 'long_night', '2026-01-01', '00-00-00');
	for (const name of ['logs', 'samples', 'results', '.hydra', '.exit']) mkdirSync(join(path, name), {recursive: true});
	const startsAt = endsAt - hours * 3_600_000;
	writeAll(join(path, 'journal.jsonl'), tellFacts(facts, startsAt, endsAt));
	writeAll(join(path, 'telemetry.jsonl'), tellTelemetry(hours, startsAt));
	return path;
}

function writeAll(path: string, lines: Iterable<string>): void {
	const file = openSync(path, 'w');
	let batch: string[] = [];
	for (const line of lines) {
		if (batch.push(line) < BATCH) continue;
		writeSync(file, batch.join(''));
		batch = [];
	}
	writeSync(file, batch.join(''));
	closeSync(file);
}

function* tellFacts(facts: number, startsAt: number, endsAt: number): Generator<string> {
	const experiments = Math.floor(facts / FACTS_EACH);
	let seq = 0;
	const encode = (fact: Parameters<typeof encodeFact>[0] extends infer Event ? Omit<Event, 'seq' | 'at'> : never) =>
		encodeFact({
			...fact,
			seq: ++seq,
			at: Math.round(startsAt + ((endsAt - startsAt) * seq) / (facts + 100)),
		} as Parameters<typeof encodeFact>[0]);
	const lanes = Array.from({length: GPUS}, (_, gpuId) => ({
		id: `gpu${gpuId}`,
		gpuId,
		gpuUuid: `GPU-${gpuId}`,
		label: `GPU ${gpuId}`,
	}));
	yield encode(opened({lanes, maxWorkers: GPUS, suite: 'long_night'}));
	for (let from = 0; from < experiments + GPUS; from += PLANNED_A_FACT)
		yield encode(planPart(from, experiments + GPUS));
	for (let index = 0; index < experiments; index++) yield tellExperiment(index).map(encode).join('');
	for (let index = experiments; index < experiments + GPUS; index++)
		yield tellExperiment(index).slice(0, 2).map(encode).join('');
}

function planPart(from: number, end: number) {
	const cells = Array.from({length: Math.min(PLANNED_A_FACT, end - from)}, (_, index) =>
		cell({runId: nameExperiment(from + index), gpuId: (from + index) % GPUS, model: 'a', axes: {n: from + index}}),
	);
	return planned(cells, {change: {timeoutMs: 600_000}});
}

function tellExperiment(index: number) {
	const id = nameExperiment(index);
	const pid = 4000 + index;
	return [
		{type: 'launching', id, attempt: 1, argv: ['python3', '-u', 'vit_pipeline.py', '--name', id], env: {}},
		{type: 'started', id, attempt: 1, pid, startTicks: pid, bootId: 'b', pidNamespace: 'pid:[1]'},
		{type: 'ended', id, attempt: 1, outcome: {kind: 'exited', code: 0}},
		{type: 'committed', id, attempt: 1, result: result(id)},
	] as const;
}

function* tellTelemetry(hours: number, startsAt: number): Generator<string> {
	let seq = 0;
	const encode = (measurement: object): string =>
		encodeMeasurement({...measurement, seq: ++seq, at: startsAt + seq * 500} as MeasurementEvent);
	for (let second = 0; second < hours * 3600; second++) {
		yield encode({type: 'gpus', samples: Array.from({length: GPUS}, (_, gpu) => sampleGpu(gpu, second))});
		yield encode({
			type: 'host',
			sample: {cpuPercent: 18.7, memoryTotalMiB: 128_888, memoryUsedMiB: 815, swapUsedMiB: 0, diskFreeMiB: 65_365},
		});
	}
}

const sampleGpu = (gpuIndex: number, second: number): GpuSample => ({
	gpuIndex,
	celsius: 55 + (second % 9),
	utilizationPercent: 97,
	memoryUsedMiB: 2210,
	memoryTotalMiB: 143_771,
	powerWatts: 287.4,
	powerLimitWatts: 700,
	smClockMHz: 1980,
	memoryClockMHz: 3201,
	throttleReasons: '0x0000000000000004',
});
