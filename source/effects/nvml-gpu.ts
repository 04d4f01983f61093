import type {GpuSample} from '../journal/event.ts';
import {createDevice, type Device, SilentGpuError} from './nvml-device.ts';
import {CODES, type Nvml} from './nvml-library.ts';
import {isSameList, readProcesses} from './nvml-lists.ts';
import {type NvmlOnceValues, type NvmlRow, type NvmlSlowValues, QUICK_FIELDS} from './nvml-messages.ts';
import {type Answer, readHandle} from './nvml-numbers.ts';
import {readCounterValues, readFixedValues, readPcieTraffic, readQuickValues, readSteadyValues} from './nvml-values.ts';
import type {XidListener} from './nvml-xids.ts';

/** A GPU by our number and by the name that it has everywhere; no number of NVML's is ever used. */
export type WatchedGpu = {readonly gpuIndex: number; readonly uuid: string};

export type GpuReader = {
	readonly gpuIndex: number;
	/** `now` in ms, only to be compared with other ones; the next call writes into the same row. */
	readonly read: (now: number) => NvmlRow;
	/** Its counters stand in the next row and in no later one; what is steady is read anew after it. */
	readonly readCounters: () => void;
	/** Stands in the next row and in no later one. */
	readonly readTraffic: () => void;
};

type ReaderOptions = {
	readonly nvml: Nvml;
	readonly xids: XidListener;
	/** From 0 to 1: how much of a period this GPU reads earlier than others, so that never all are slow in one tick. */
	readonly stagger?: number;
};

type Kept = Pick<NvmlSlowValues, keyof ReturnType<typeof readSteadyValues> | keyof ReturnType<typeof readFixedValues>>;

const STEADY_MS = 10_000;
const FIXED_MS = 60_000;

/** Quick values at every tick; the others by what they cost, and the counters only when somebody wants them. */
export function createGpuReader({gpuIndex, uuid}: WatchedGpu, options: ReaderOptions): GpuReader {
	const {nvml, xids, stagger = 0} = options;
	const quick: (number | null)[] = QUICK_FIELDS.map(() => null);
	const keeper = createKeeper(stagger);
	const teller = createTeller();
	let device: Device | null = null;
	let once: NvmlOnceValues | null = null;

	const readSlow = (known: Device, now: number): NvmlSlowValues => {
		const processes = readProcesses(known);
		const kept = keeper.read(known, now);
		const {xid, refused} = xids.hear(known.handle);
		known.explain('xid', refused);
		const unavailable = known.unavailable();
		return {...kept, processes, xid, lost: null, unavailable};
	};

	/** A GPU that falls off the bus says so by an Xid as a rule. */
	const tellSilence = (error: unknown): NvmlSlowValues => {
		if (!(error instanceof SilentGpuError)) throw error;
		keeper.forget();
		quick.fill(null);
		const xid = device && xids.hear(device.handle).xid;
		const unknown = {powerLimitWatts: null, xid};
		return error.isLost
			? {...unknown, lost: error.message}
			: {...unknown, lost: null, unavailable: explainAll(error.message)};
	};

	const readAll = (now: number): NvmlSlowValues => {
		try {
			device ??= findDevice(nvml, uuid);
			readQuickValues(device, quick);
			return readSlow(device, now);
		} catch (error) {
			return tellSilence(error);
		}
	};

	const readOnce = (read: (known: Device) => NvmlOnceValues): void => {
		try {
			once = {...once, ...(device && read(device))};
		} catch (error) {
			tellSilence(error);
		}
	};

	return {
		gpuIndex,
		read: (now) => {
			const slow = teller.tell(readAll(now));
			const row: NvmlRow = once ? [quick, slow, once] : slow ? [quick, slow] : [quick];
			once = null;
			return row;
		},
		readCounters: () => {
			readOnce(readCounterValues);
			keeper.hurry();
		},
		readTraffic: () => readOnce(readPcieTraffic),
	};
}

type Keeper = {
	readonly read: (device: Device, now: number) => Kept;
	/** Reads what is steady at the next tick: a link under load may be another than before. */
	readonly hurry: () => void;
	readonly forget: () => void;
};

function createKeeper(stagger: number): Keeper {
	let kept: Kept | null = null;
	let steadyAt = 0;
	let fixedAt = 0;
	return {
		read: (device, now) => {
			const isFixedDue = kept === null || now >= fixedAt;
			if (kept !== null && !isFixedDue && now < steadyAt) return kept;
			const {fanPercent: noFan} = device.unavailable();
			const early = kept === null ? 1 - stagger : 1;
			steadyAt = now + STEADY_MS * early;
			if (isFixedDue) fixedAt = now + FIXED_MS * early;
			const fixed = isFixedDue ? readFixedValues(device) : null;
			kept = {...kept, ...fixed, ...readSteadyValues(device, isFixedDue || noFan !== 'not-supported')} as Kept;
			return kept;
		},
		hurry: () => {
			steadyAt = 0;
		},
		forget: () => {
			kept = null;
		},
	};
}

/** Tells slow values when any of them is another than was told last; null otherwise. */
function createTeller(): {readonly tell: (values: NvmlSlowValues) => NvmlSlowValues | null} {
	let told: NvmlSlowValues | null = null;
	return {
		tell: (values) => {
			if (told && isSame(told, values)) return null;
			told = values;
			return values;
		},
	};
}

function isSame(one: NvmlSlowValues, other: NvmlSlowValues): boolean {
	for (const name in other) {
		const field = name as keyof NvmlSlowValues;
		if (one[field] === other[field]) continue;
		if (field !== 'processes' || !isSameList(one.processes ?? null, other.processes ?? null)) return false;
	}
	return one.lost === other.lost;
}

/** Every field that a sample must have, with the same reason. */
const explainAll = (reason: string): NonNullable<GpuSample['unavailable']> =>
	Object.fromEntries([...QUICK_FIELDS, 'powerLimitWatts'].map((field) => [field, reason]));

/** It was there when the run was planned: one that is not found any more has fallen off the bus. */
function findDevice(nvml: Nvml, uuid: string): Device {
	const handle: Answer = new Uint32Array(2);
	const code = nvml.call('nvmlDeviceGetHandleByUUID', uuid, handle);
	if (code === CODES.success) return createDevice(nvml, readHandle(handle));
	const isLost = [CODES.gpuIsLost, CODES.resetRequired, CODES.notFound].some((one) => one === code);
	throw new SilentGpuError(`${nvml.explain(code)} (${uuid})`, isLost);
}
