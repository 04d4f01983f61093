import type {GpuSample} from '../journal/event.ts';
import {CODES, type Nvml, type NvmlFunction} from './nvml-library.ts';

/** Asks one GPU, one field at a time: what it does not tell is noted by its field, with the reason. */
export type Device = {
	readonly nvml: Nvml;
	readonly handle: bigint;
	/** What NVML wrote, until the next call; null when it refused. `before` stands between the handle and the answer. */
	readonly ask: (fields: Fields, name: NvmlFunction, before?: readonly number[], answer?: Buffer) => Buffer | null;
	/** Notes why these fields are null, or with success that they are not. */
	readonly note: (fields: Fields, code: number) => void;
	readonly unavailable: () => NonNullable<GpuSample['unavailable']>;
};

type Fields = keyof GpuSample | `violationMs.${string}` | readonly (keyof GpuSample)[];

/** Thrown out of a reading, because such a GPU answers nothing at all: it is lost, or this user may not ask it. */
export class SilentGpuError extends Error {
	override readonly name = 'SilentGpuError';
	readonly isLost: boolean;

	constructor(message: string, isLost: boolean) {
		super(message);
		this.isLost = isLost;
	}
}

const ANSWER_BYTES = 64;

export function createDevice(nvml: Nvml, handle: bigint): Device {
	const shared = Buffer.alloc(ANSWER_BYTES);
	const unavailable: {[field: string]: string} = {};

	const note: Device['note'] = (fields, code) => {
		if (code === CODES.gpuIsLost || code === CODES.resetRequired) throw new SilentGpuError(nvml.explain(code), true);
		const isMissing = code === CODES.notSupported || code === CODES.functionNotFound;
		for (const field of [fields].flat()) {
			if (code === CODES.success) delete unavailable[field];
			else unavailable[field] = isMissing ? 'not-supported' : nvml.explain(code);
		}
	};

	const ask: Device['ask'] = (fields, name, before = [], answer = shared) => {
		const code = nvml.call(name, handle, ...before, answer);
		note(fields, code);
		return code === CODES.success ? answer : null;
	};

	return {nvml, handle, ask, note, unavailable: () => ({...unavailable})};
}
