import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {isJsonObject, type Json, type JsonObject} from '../domain/json.ts';
import {listRuns} from '../effects/find-run.ts';
import {type Durations, identify} from './estimate.ts';

const RUNS_READ = 5;

/** Mean duration in seconds of what the newest runs of a suite measured for real. */
export function readDurations(baseDir: string, suite: string): Durations {
	const runs = listRuns(baseDir).filter(({name}) => name === suite || name === `${suite}_multirun`);
	const measured = runs.slice(0, RUNS_READ).flatMap(({path}) => readMeasured(path));
	const byIdentity = Map.groupBy(measured, ({identity}) => identity);
	return new Map([...byIdentity].map(([identity, all]) => [identity, mean(all.map(({seconds}) => seconds))]));
}

type Measured = {readonly identity: string; readonly seconds: number};

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
	if (typeof duration !== 'number') return [];
	const count = Array.isArray(blocks) ? Math.max(1, blocks.length) : 1;
	return [{identity: identify({params: declared, axes, device: readDevice(record)}), seconds: duration / count}];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A program that does not say what it ran on is taken to have run where it was put. */
const readDevice = ({device, gpu_id}: JsonObject): string =>
	typeof device === 'string' ? device : (gpu_id ?? null) === null ? 'cpu' : 'cuda';
