import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {isJsonObject, type Json, type JsonObject, readNumber} from '../domain/json.ts';
import {listRuns} from '../effects/find-run.ts';
import type {Peaks} from '../plan/memory-needs.ts';
import {findMaximum} from '../report/statistics.ts';
import {identify} from './estimate.ts';
import {type Durations, identifyDuration} from './estimate-time.ts';

const RUNS_READ = 5;

/** Mean duration in seconds of what the newest runs of a suite measured for real. */
export function readDurations(baseDir: string, suite: string): Durations {
	const runs = listRuns(baseDir).filter(({name}) => name === suite || name === `${suite}_multirun`);
	const measured = runs.slice(0, RUNS_READ).flatMap(({path}) => readMeasured(path));
	const byIdentity = Map.groupBy(measured, ({duration}) => duration);
	return new Map([...byIdentity].map(([identity, all]) => [identity, mean(all.map(({seconds}) => seconds))]));
}

/** Largest memory, MiB, that the same settings took in the newest runs of a suite. */
export function readPeaks(baseDir: string, suite: string): ReadonlyMap<string, Peaks> {
	const runs = listRuns(baseDir).filter(({name}) => name === suite || name === `${suite}_multirun`);
	const peaks = new Map<string, Peaks>();
	for (const {identity, hostMiB, gpuMiB} of runs.slice(0, RUNS_READ).flatMap(({path}) => readMeasured(path))) {
		const known = peaks.get(identity);
		peaks.set(identity, {
			hostMiB: findMaximum([known?.hostMiB ?? null, hostMiB]),
			gpuMiB: findMaximum([known?.gpuMiB ?? null, gpuMiB]),
		});
	}
	return peaks;
}

type Measured = Peaks & {
	/** What its memory may be compared with. */
	readonly identity: string;
	/** What its time may be compared with. */
	readonly duration: string;
	readonly seconds: number;
};

/** A run without readable results teaches nothing, and is no reason to plan nothing. */
function readMeasured(path: string): readonly Measured[] {
	try {
		const records: unknown = JSON.parse(readFileSync(join(path, 'results.json'), 'utf8'));
		return Array.isArray(records) ? (records as Json[]).filter(isJsonObject).flatMap(readRecord) : [];
	} catch {
		return [];
	}
}

/** A cell's duration is that of all its blocks; one that shares another's result took no time of its own. */
function readRecord(record: JsonObject): readonly Measured[] {
	const {declared, axes = {}, duration, blocks} = record;
	if (record.success !== true || record.simulated !== false || (record.duplicate_of ?? null) !== null) return [];
	if (!isJsonObject(declared) || !isJsonObject(axes)) return [];
	// What ran out of memory in a search took what says nothing of what it needs.
	if (isJsonObject(record.search) && record.search.fits !== true) return [];
	if (typeof duration !== 'number') return [];
	const count = Array.isArray(blocks) ? Math.max(1, blocks.length) : 1;
	const hostMiB = readNumber(record.peak_host_memory_mib);
	const gpuMiB = readNumber(record.peak_gpu_memory_mib);
	const settings = {params: declared, axes, device: readDevice(record)};
	const phase = typeof record.phase === 'string' ? {phase: record.phase} : {};
	const isolation = record.isolation === 'block' ? 'block' : 'process';
	return [
		{
			identity: identify(settings),
			duration: identifyDuration({...settings, ...phase}, isolation),
			seconds: duration / count,
			hostMiB,
			gpuMiB,
		},
	];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A program that does not say what it ran on is taken to have run where it was put. */
const readDevice = ({device, gpu_id}: JsonObject): string =>
	typeof device === 'string' ? device : (gpu_id ?? null) === null ? 'cpu' : 'cuda';
