import type {GpuSample} from '../journal/event.ts';
import type {Device} from './nvml-device.ts';
import {readCounter, toMiB} from './nvml-numbers.ts';

type Memory = Pick<GpuSample, 'memoryUsedMiB' | 'memoryTotalMiB'>;

const FIELDS = ['memoryUsedMiB', 'memoryTotalMiB'] as const;
/** nvmlMemory_v2_t: version, total, reserved, free, used. */
const answer = Buffer.alloc(40);
const VERSION = answer.length | (2 << 24);

/** Of a GPU or an instance; what the driver keeps for itself is not used, as nvidia-smi counts. */
export function readMemory(device: Device): Memory {
	const {ask, nvml} = device;
	if (!nvml.has('nvmlDeviceGetMemoryInfo_v2')) return readOlderMemory(device);
	answer.writeUInt32LE(VERSION);
	const memory = ask(FIELDS, 'nvmlDeviceGetMemoryInfo_v2', [], answer);
	const [total = null, reserved = null, free = null] = [8, 16, 24].map((at) => readCounter(memory, at));
	// Drivers disagree whether `used` contains what is reserved; the difference is the same in all of them.
	const used = total === null || reserved === null || free === null ? null : total - reserved - free;
	return {memoryUsedMiB: toMiB(used), memoryTotalMiB: toMiB(total)};
}

/** Before driver 510; here what is reserved counts as used. */
function readOlderMemory({ask}: Device): Memory {
	const memory = ask(FIELDS, 'nvmlDeviceGetMemoryInfo');
	return {memoryUsedMiB: toMiB(readCounter(memory, 16)), memoryTotalMiB: toMiB(readCounter(memory))};
}
