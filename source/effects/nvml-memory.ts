import type {GpuSample} from '../journal/event.ts';
import type {Device} from './nvml-device.ts';
import {CODES} from './nvml-library.ts';
import {type Answer, readCounter, toMiB} from './nvml-numbers.ts';

type Memory = Pick<GpuSample, 'memoryUsedMiB' | 'memoryTotalMiB'>;

/** nvmlMemory_v2_t: version, total, reserved, free, used; each in two words. */
const answer: Answer = new Uint32Array(10);
const VERSION = answer.byteLength | (2 << 24);
const UNKNOWN: Memory = {memoryUsedMiB: null, memoryTotalMiB: null};

/** Of a GPU or an instance; what the driver keeps for itself is not used, as nvidia-smi counts. */
export function readMemory(device: Device): Memory {
	const {nvml, handle} = device;
	if (!nvml.has('nvmlDeviceGetMemoryInfo_v2')) return readOlderMemory(device);
	answer[0] = VERSION;
	if (!noteBoth(device, nvml.call('nvmlDeviceGetMemoryInfo_v2', handle, answer))) return UNKNOWN;
	const total = readCounter(answer, 2);
	const reserved = readCounter(answer, 4);
	const free = readCounter(answer, 6);
	// Drivers disagree whether `used` contains what is reserved; the difference is the same in all of them.
	const used = total === null || reserved === null || free === null ? null : total - reserved - free;
	return {memoryUsedMiB: toMiB(used), memoryTotalMiB: toMiB(total)};
}

/** Before driver 510; here what is reserved counts as used. */
function readOlderMemory(device: Device): Memory {
	const {nvml, handle} = device;
	if (!noteBoth(device, nvml.call('nvmlDeviceGetMemoryInfo', handle, answer))) return UNKNOWN;
	return {memoryUsedMiB: toMiB(readCounter(answer, 4)), memoryTotalMiB: toMiB(readCounter(answer))};
}

function noteBoth({note}: Device, code: number): boolean {
	note('memoryUsedMiB', code);
	note('memoryTotalMiB', code);
	return code === CODES.success;
}
