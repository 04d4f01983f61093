import type {GpuProcess, MigInstance} from '../journal/event.ts';
import {createDevice, type Device} from './nvml-device.ts';
import {CODES} from './nvml-library.ts';
import {readMemory} from './nvml-memory.ts';
import {type Answer, readCounter, readHandle, readNumber, toMiB} from './nvml-numbers.ts';

/** nvmlProcessInfo_t; drivers 530 to 535.86 add a counter to it under the same name. */
const ENTRY_WORDS = 6;
const WIDE_ENTRY_WORDS = 8;
const UNTOUCHED = 0xaaaaaaaa;
const UUID_BYTES = 96;
const NONE: readonly GpuProcess[] = [];

const count: Answer = new Uint32Array(1);
let list: Answer = new Uint32Array(32 * WIDE_ENTRY_WORDS);

/** Programs with a compute context; null when they cannot be listed, an empty list when there are none. */
export function readProcesses(device: Device): readonly GpuProcess[] | null {
	const {nvml, handle, note} = device;
	const name = nvml.has('nvmlDeviceGetComputeRunningProcesses_v3')
		? 'nvmlDeviceGetComputeRunningProcesses_v3'
		: 'nvmlDeviceGetComputeRunningProcesses_v2';
	list.fill(UNTOUCHED);
	count[0] = list.length / WIDE_ENTRY_WORDS;
	const code = nvml.call(name, handle, count, list);
	const found = count[0] ?? 0;
	if (code === CODES.insufficientSize && found * WIDE_ENTRY_WORDS > list.length) {
		list = new Uint32Array(2 * found * WIDE_ENTRY_WORDS);
		return readProcesses(device);
	}
	note('processes', code);
	if (code !== CODES.success) return null;
	return found === 0 ? NONE : Array.from({length: found}, (_, index) => readEntry(index, found));
}

/** Whether a list says what another one said, which need not be told again then. */
export function isSameList(one: readonly GpuProcess[] | null, other: readonly GpuProcess[] | null): boolean {
	if (one === other) return true;
	if (one === null || other?.length !== one.length) return false;
	return one.every(({pid, memoryMiB}, index) => pid === other[index]?.pid && memoryMiB === other[index]?.memoryMiB);
}

function readEntry(index: number, found: number): GpuProcess {
	const behind = list.subarray(found * ENTRY_WORDS, found * WIDE_ENTRY_WORDS);
	const isWide = behind.some((word) => word !== UNTOUCHED);
	const at = index * (isWide ? WIDE_ENTRY_WORDS : ENTRY_WORDS);
	return {pid: list[at] ?? 0, memoryMiB: toMiB(readCounter(list, at + 2))};
}

/** Instances of a GPU in MIG mode; null while the mode is off. */
export function readMig({ask, nvml, handle, note}: Device): readonly MigInstance[] | null {
	const mode: Answer = new Uint32Array(2);
	const code = nvml.call('nvmlDeviceGetMigMode', handle, mode, mode.subarray(1));
	note('mig', code);
	if (code !== CODES.success || readNumber(mode) !== 1) return null;
	const most = readNumber(ask('mig', 'nvmlDeviceGetMaxMigDeviceCount')) ?? 0;
	const instance: Answer = new Uint32Array(2);
	const instances: MigInstance[] = [];
	for (let index = 0; index < most; index++) {
		const found = nvml.call('nvmlDeviceGetMigDeviceHandleByIndex', handle, index, instance) === CODES.success;
		if (found) instances.push(...readInstance(createDevice(nvml, readHandle(instance))));
	}
	return instances;
}

/** None when it went away in between. */
function readInstance(device: Device): readonly MigInstance[] {
	const uuid = Buffer.alloc(UUID_BYTES);
	const code = device.nvml.call('nvmlDeviceGetUUID', device.handle, uuid, UUID_BYTES);
	if (code !== CODES.success) return [];
	return [{uuid: readText(uuid), memoryUsedMiB: readMemory(device).memoryUsedMiB}];
}

const readText = (bytes: Buffer): string => bytes.toString('utf8', 0, Math.max(0, bytes.indexOf(0)));
