import type {GpuSample} from '../journal/event.ts';
import {createDevice, type Device, SilentGpuError} from './nvml-device.ts';
import {CODES, type Nvml} from './nvml-library.ts';
import {readPcieTraffic, readQuickValues, readSlowValues, type SlowValues} from './nvml-values.ts';
import type {XidListener} from './nvml-xids.ts';

/** A GPU by our number and by the name that it has everywhere; no number of NVML's is ever used. */
export type WatchedGpu = {readonly gpuIndex: number; readonly uuid: string};

export type GpuReader = {
	readonly gpuIndex: number;
	/** `now` in ms, only to be compared with other ones. */
	readonly read: (now: number) => GpuSample;
	/** Stands in the next sample and in no later one. */
	readonly readTraffic: () => void;
};

type ReaderOptions = {
	readonly nvml: Nvml;
	readonly xids: XidListener;
	/** How many GPUs share the time that watching may take. */
	readonly gpuCount: number;
};

type Traffic = ReturnType<typeof readPcieTraffic>;
type Kept = {readonly values: SlowValues; readonly until: number};

/** A little under a second, because ticks of one second come a little early as often as late. */
const KEEP_LEAST_MS = 950;
const KEEP_MOST_MS = 10_000;
/** The share of time that slow values of all GPUs together may take. */
const SLOW_SHARE = 0.001;

/** Slow values are read once a second, and less often where the driver takes its time: watching must not disturb. */
export function createGpuReader({gpuIndex, uuid}: WatchedGpu, {nvml, xids, gpuCount}: ReaderOptions): GpuReader {
	let device: Device | null = null;
	let kept: Kept | null = null;
	let traffic: Traffic | null = null;

	const keep = (known: Device, now: number): SlowValues => {
		if (kept && now < kept.until) return kept.values;
		const startedAt = performance.now();
		const values = readSlowValues(known);
		const restMs = ((performance.now() - startedAt) * gpuCount) / SLOW_SHARE;
		kept = {values, until: now + Math.min(Math.max(restMs, KEEP_LEAST_MS), KEEP_MOST_MS)};
		return values;
	};

	const readAll = (now: number): GpuSample => {
		device ??= findDevice(nvml, uuid);
		const {xid, refused} = xids.hear(device.handle);
		const once = traffic;
		traffic = null;
		const values = {...readQuickValues(device), ...keep(device, now), ...once};
		const unavailable = {...device.unavailable(), ...(refused === null ? {} : {xid: refused})};
		return {gpuIndex, ...values, xid, lost: null, ...(Object.keys(unavailable).length > 0 ? {unavailable} : {})};
	};

	/** A GPU that falls off the bus says so by an Xid as a rule. */
	const tellSilence = (error: unknown): GpuSample => {
		if (!(error instanceof SilentGpuError)) throw error;
		kept = null;
		const xid = device && xids.hear(device.handle).xid;
		if (error.isLost) return {gpuIndex, ...UNKNOWN, xid, lost: error.message};
		const unavailable = Object.fromEntries(Object.keys(UNKNOWN).map((field) => [field, error.message]));
		return {gpuIndex, ...UNKNOWN, xid, lost: null, unavailable};
	};

	return {
		gpuIndex,
		read: (now) => {
			try {
				return readAll(now);
			} catch (error) {
				return tellSilence(error);
			}
		},
		readTraffic: () => {
			try {
				traffic = device && readPcieTraffic(device);
			} catch (error) {
				tellSilence(error);
			}
		},
	};
}

const UNKNOWN = {
	celsius: null,
	utilizationPercent: null,
	memoryUsedMiB: null,
	memoryTotalMiB: null,
	powerWatts: null,
	powerLimitWatts: null,
	smClockMHz: null,
	memoryClockMHz: null,
	throttleReasons: null,
} as const;

/** It was there when the run was planned: one that is not found any more has fallen off the bus. */
function findDevice(nvml: Nvml, uuid: string): Device {
	const handle = Buffer.alloc(8);
	const code = nvml.call('nvmlDeviceGetHandleByUUID', uuid, handle);
	if (code === CODES.success) return createDevice(nvml, handle.readBigUInt64LE());
	const isLost = [CODES.gpuIsLost, CODES.resetRequired, CODES.notFound].some((one) => one === code);
	throw new SilentGpuError(`${nvml.explain(code)} (${uuid})`, isLost);
}
