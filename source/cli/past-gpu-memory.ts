import {readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {isJsonObject, type Json, type JsonObject, readNumber} from '../domain/json.ts';
import {listRuns} from '../effects/find-run.ts';
import {adviseGpuMemory, type MemoryAdvice, type MemoryRecord} from '../report/gpu-memory.ts';
import {findMaximum} from '../report/statistics.ts';
import {chooseBaseDir} from './outputs.ts';
import type {Preparation} from './prepare.ts';

type Planned = Pick<Preparation, 'plan' | 'composition' | 'machine'>;

/** Bounds of what a plan reads: of runs of any suite, and bytes of their results. */
const RUNS_READ = 20;
const BYTES_READ = 32 * 2 ** 20;

/** Of each model, batch and kind of GPU in a plan. */
export const planGpuMemory = ({plan, composition, machine}: Planned): readonly MemoryAdvice[] =>
	adviseGpuMemory(plan.experiments, machine.topology.gpus, readGpuMemory(chooseBaseDir(composition)));

/** What earlier runs of any suite measured of a GPU's memory, the newest first. */
export function readGpuMemory(baseDir: string): readonly MemoryRecord[] {
	let left = BYTES_READ;
	return listRuns(baseDir)
		.slice(0, RUNS_READ)
		.flatMap(({path, name, day, time}) => {
			const file = join(path, 'results.json');
			try {
				left -= statSync(file).size;
				if (left < 0) return [];
				const records: unknown = JSON.parse(readFileSync(file, 'utf8'));
				const all = Array.isArray(records) ? (records as Json[]).filter(isJsonObject) : [];
				return all.flatMap((record) => readRecord(record, `${name}/${day}/${time}`));
			} catch {
				// A run without readable results teaches nothing.
				return [];
			}
		});
}

function readRecord(record: JsonObject, run: string): readonly MemoryRecord[] {
	const {declared, axes = {}, device, simulated, success, search, failure} = record;
	if (simulated !== false || (record.duplicate_of ?? null) !== null) return [];
	if (!isJsonObject(declared) || !isJsonObject(axes)) return [];
	const gpuName = typeof record.device_name === 'string' ? record.device_name : null;
	const common = {run, gpuName, params: declared, axes};
	const ranOut =
		(isJsonObject(search) && search.fits === false) || (isJsonObject(failure) && failure.kind === 'cuda-out-of-memory');
	if (ranOut && device === 'cuda') return [{...common, mib: null}];
	if (device !== 'cuda' || success !== true) return [];
	const {telemetry} = record;
	const seen = isJsonObject(telemetry) ? readNumber(telemetry.peak_memory_mib) : null;
	const mib = findMaximum([readNumber(record.peak_gpu_memory_mib), seen]);
	return mib === null ? [] : [{...common, mib}];
}
