import type {GpuSample} from '../journal/event.ts';
import {CODES, type Nvml, type NvmlFunction} from './nvml-library.ts';
import type {Answer} from './nvml-numbers.ts';

/** Asks one GPU, one field at a time: what it does not tell is noted by its field, with the reason. */
export type Device = {
	readonly nvml: Nvml;
	readonly handle: number;
	/** What NVML wrote, until the next call; null when it refused. */
	readonly ask: (field: Field, name: NvmlFunction) => Answer | null;
	/** As `ask`, of a function that takes a number between the handle and the answer. */
	readonly askFor: (field: Field, name: NvmlFunction, which: number) => Answer | null;
	/** Notes why this field is null, or with success that it is not. */
	readonly note: (field: Field, code: number) => void;
	/** As `note`, in words; null when it is known. */
	readonly explain: (field: Field, reason: string | null) => void;
	/** Another object only when something in it is another. */
	readonly unavailable: () => NonNullable<GpuSample['unavailable']>;
};

type Field = keyof GpuSample | `violationMs.${string}`;

/** Thrown out of a reading, because such a GPU answers nothing at all: it is lost, or this user may not ask it. */
export class SilentGpuError extends Error {
	override readonly name = 'SilentGpuError';
	readonly isLost: boolean;

	constructor(message: string, isLost: boolean) {
		super(message);
		this.isLost = isLost;
	}
}

const ANSWER_WORDS = 16;

export function createDevice(nvml: Nvml, handle: number): Device {
	const answer: Answer = new Uint32Array(ANSWER_WORDS);
	let unavailable: {readonly [field: string]: string} = {};

	const explain: Device['explain'] = (field, reason) => {
		if ((unavailable[field] ?? null) === reason) return;
		const {[field]: _, ...others} = unavailable;
		unavailable = reason === null ? others : {...others, [field]: reason};
	};

	const note: Device['note'] = (field, code) => {
		if (code === CODES.success) return explain(field, null);
		if (code === CODES.gpuIsLost || code === CODES.resetRequired) throw new SilentGpuError(nvml.explain(code), true);
		const isMissing = code === CODES.notSupported || code === CODES.functionNotFound;
		explain(field, isMissing ? 'not-supported' : nvml.explain(code));
	};

	const take = (field: Field, code: number): Answer | null => {
		note(field, code);
		return code === CODES.success ? answer : null;
	};

	return {
		nvml,
		handle,
		ask: (field, name) => take(field, nvml.call(name, handle, answer)),
		askFor: (field, name, which) => take(field, nvml.call(name, handle, which, answer)),
		note,
		explain,
		unavailable: () => unavailable,
	};
}
