import {CODES, type Nvml} from './nvml-library.ts';

/** nvmlEventData_t: device, kind, data, GPU instance, compute instance. */
const EVENT_BYTES = 32;
/** nvmlEventTypeXidCriticalError */
const XID = 8n;
/** More in one tick are left for the next one. */
const MOST_AT_ONCE = 64;

export type XidListener = {
	/** Takes what has happened since the last call; never waits. */
	readonly take: () => void;
	/** The number of the latest Xid of this GPU since it was first asked for, or why none can be told. */
	readonly hear: (handle: bigint) => {readonly xid: number | null; readonly refused: string | null};
};

export function createXidListener(nvml: Nvml): XidListener {
	const set = Buffer.alloc(8);
	const created = nvml.call('nvmlEventSetCreate', set);
	const event = Buffer.alloc(EVENT_BYTES);
	const latest = new Map<bigint, number>();
	const registered = new Map<bigint, number>();
	let waited: number = CODES.timeout;

	const takeOne = (): boolean => {
		waited = nvml.call('nvmlEventSetWait_v2', set.readBigUInt64LE(), event, 0);
		if (waited !== CODES.success) return false;
		if (event.readBigUInt64LE(8) === XID) latest.set(event.readBigUInt64LE(), Number(event.readBigUInt64LE(16)));
		return true;
	};

	const register = (handle: bigint): number => {
		const code = registered.get(handle) ?? nvml.call('nvmlDeviceRegisterEvents', handle, XID, set.readBigUInt64LE());
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
