import type {GpuProcess, MigInstance} from '../journal/event.ts';
import {createDevice, type Device} from './nvml-device.ts';
import {CODES} from './nvml-library.ts';
import {readMemory} from './nvml-memory.ts';
import {readCounter, readNumber, toMiB} from './nvml-numbers.ts';

/** nvmlProcessInfo_t; drivers 530 to 535.86 add a counter to it under the same name. */
const ENTRY_BYTES = 24;
const WIDE_ENTRY_BYTES = 32;
const UNTOUCHED = 0xaa;
const UUID_BYTES = 96;

const count = Buffer.alloc(4);
let list = Buffer.alloc(32 * WIDE_ENTRY_BYTES);

/** Programs with a compute context; null when they cannot be listed, an empty list when there are none. */
export function readProcesses(device: Device): readonly GpuProcess[] | null {
	const {nvml, handle, note} = device;
	const name = nvml.has('nvmlDeviceGetComputeRunningProcesses_v3')
		? 'nvmlDeviceGetComputeRunningProcesses_v3'
		: 'nvmlDeviceGetComputeRunningProcesses_v2';
	list.fill(UNTOUCHED);
	count.writeUInt32LE(list.length / WIDE_ENTRY_BYTES);
	const code = nvml.call(name, handle, count, list);
	const found = count.readUInt32LE();
	if (code === CODES.insufficientSize && found * WIDE_ENTRY_BYTES > list.length) {
		list = Buffer.alloc(2 * found * WIDE_ENTRY_BYTES);
		return readProcesses(device);
	}
	note('processes', code);
	return code === CODES.success ? Array.from({length: found}, (_, index) => readEntry(index, found)) : null;
}

function readEntry(index: number, found: number): GpuProcess {
	const behind = list.subarray(found * ENTRY_BYTES, found * WIDE_ENTRY_BYTES);
	const isWide = behind.some((byte) => byte !== UNTOUCHED);
	const entry = list.subarray(index * (isWide ? WIDE_ENTRY_BYTES : ENTRY_BYTES));
	return {pid: entry.readUInt32LE(), memoryMiB: toMiB(readCounter(entry, 8))};
}

/** Instances of a GPU in MIG mode; null while the mode is off. */
export function readMig({ask, nvml, handle, note}: Device): readonly MigInstance[] | null {
	const mode = Buffer.alloc(8);
	const code = nvml.call('nvmlDeviceGetMigMode', handle, mode, mode.subarray(4));
	note('mig', code);
	if (code !== CODES.success || readNumber(mode) !== 1) return null;
	const most = readNumber(ask('mig', 'nvmlDeviceGetMaxMigDeviceCount')) ?? 0;
	const instance = Buffer.alloc(8);
	const instances: MigInstance[] = [];
	for (let index = 0; index < most; index++) {
		const found = nvml.call('nvmlDeviceGetMigDeviceHandleByIndex', handle, index, instance) === CODES.success;
		if (found) instances.push(...readInstance(createDevice(nvml, instance.readBigUInt64LE())));
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
