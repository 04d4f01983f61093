import {CODES, type Nvml} from './nvml-library.ts';
import {type Answer, readHandle} from './nvml-numbers.ts';

/** nvmlEventData_t: device, kind, data in two words each, GPU instance, compute instance. */
const EVENT_WORDS = 8;
/** nvmlEventTypeXidCriticalError */
const XID = 8;
/** More in one tick are left for the next one. */
const MOST_AT_ONCE = 64;

export type XidListener = {
	/** Takes what has happened since the last call; never waits. */
	readonly take: () => void;
	/** The number of the latest Xid of this GPU since it was first asked for, or why none can be told. */
	readonly hear: (handle: number) => {readonly xid: number | null; readonly refused: string | null};
};

export function createXidListener(nvml: Nvml): XidListener {
	const answer: Answer = new Uint32Array(2);
	const created = nvml.call('nvmlEventSetCreate', answer);
	const set = readHandle(answer);
	const event: Answer = new Uint32Array(EVENT_WORDS);
	const latest = new Map<number, number>();
	const registered = new Map<number, number>();
	let waited: number = CODES.timeout;

	const takeOne = (): boolean => {
		waited = nvml.call('nvmlEventSetWait_v2', set, event, 0);
		if (waited !== CODES.success) return false;
		if (event[2] === XID) latest.set(readHandle(event), event[4] ?? 0);
		return true;
	};

	const register = (handle: number): number => {
		const code = registered.get(handle) ?? nvml.call('nvmlDeviceRegisterEvents', handle, XID, set);
		registered.set(handle, code);
		return code;
	};

	const explain = (code: number): string | null => {
		if (code === CODES.success || code === CODES.timeout) return null;
		return code === CODES.notSupported || code === CODES.functionNotFound ? 'not-supported' : nvml.explain(code);
	};

	return {
		take: () => {
			for (let taken = 0; registered.size > 0 && taken < MOST_AT_ONCE; taken++) if (!takeOne()) return;
		},
		hear: (handle) => {
			const refused = explain(created) ?? explain(register(handle)) ?? explain(waited);
			return {xid: latest.get(handle) ?? null, refused};
		},
	};
}
