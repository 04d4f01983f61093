import type {Clock, Telemetry, TelemetryHandlers} from '../engine/ports.ts';
import type {GpuSample} from '../journal/event.ts';
import type {LineProcess} from './line-process.ts';
import type {WatchedGpu} from './nvml-gpu.ts';
import {type NvmlProcess, openNvmlProcess} from './nvml-process.ts';

type NvmlOptions = {
	readonly gpus: readonly WatchedGpu[];
	readonly everyMs: number;
	readonly clock: Clock;
	readonly env: NodeJS.ProcessEnv;
	/** Whether the next tick may read the PCIe traffic of a GPU, which takes the driver 40 ms; default: never. */
	readonly mayReadTraffic?: (() => boolean) | undefined;
};

type NvmlHandlers = Pick<TelemetryHandlers, 'onGpus' | 'onLost'> & {
	/** NVML has given no sample and will give none; nothing is called after it. */
	readonly onUnavailable: (reason: string) => void;
};

const FIRST_BACK_OFF_MS = 1000;
const LONGEST_BACK_OFF_MS = 30_000;
/** A process that lived as long as this was healthy: the next back-off begins from the start. */
const STEADY_MS = 60_000;
/** Waking the GPUs of a machine without persistence mode takes seconds each. */
const FIRST_SAMPLE_MS = 45_000;
/** Starts without a sample, after which another source is taken. */
const MOST_STARTS = 3;
/** Processes that do not even die by SIGKILL; while there are so many, none is added. */
const MOST_ABANDONED = 3;
/** Counters that come later say nothing about their edge. */
const EDGE_MS = 1000;

/** Reads GPUs until it is stopped. */
export type GpuWatch = {readonly stop: () => void; readonly markEdge: Telemetry['markEdge']};

/** Keeps one process reading NVML: kills it when it says nothing, leaves it when it does not die, starts another one later. */
export function watchNvml(options: NvmlOptions, {onGpus, onLost, onUnavailable}: NvmlHandlers): GpuWatch {
	const {gpus, everyMs, clock, env} = options;
	const silenceMs = Math.max(10_000, 5 * everyMs);
	const edges = createEdges(clock);
	let reader: NvmlProcess | null = null;
	let abandoned: readonly LineProcess[] = [];
	let starts = 0;
	let hasSampled = false;
	let isLost = false;
	let openedAt = 0;
	let backOffMs = FIRST_BACK_OFF_MS;
	let turn = 0;
	let cancelTimer = () => {};

	function open(): void {
		abandoned = abandoned.filter((one) => !one.isGone());
		if (abandoned.length >= MOST_ABANDONED) retryLater();
		else start();
	}

	function start(): void {
		openedAt = clock.now();
		starts++;
		try {
			reader = openNvmlProcess({
				gpus,
				everyMs,
				env,
				onSamples: take,
				onEdge: takeEdge,
				onRefused: giveUp,
				onEnd: replace,
			});
			expectWithin(FIRST_SAMPLE_MS);
		} catch (error) {
			giveUp((error as Error).message);
		}
	}

	function take(samples: readonly GpuSample[]): void {
		hasSampled = true;
		isLost = false;
		expectWithin(silenceMs);
		onGpus(samples);
		const next = options.mayReadTraffic?.() ? gpus[turn++ % gpus.length] : undefined;
		if (next) reader?.wish(`traffic ${next.gpuIndex}`);
	}

	function takeEdge(sample: GpuSample): void {
		onGpus([sample]);
		edges.settle(sample.gpuIndex);
	}

	function markEdge(gpuIndex: number): Promise<void> {
		if (!reader) return Promise.resolve();
		reader.wish(`edge ${gpuIndex}`);
		return edges.wait(gpuIndex);
	}

	function expectWithin(ms: number): void {
		cancelTimer();
		cancelTimer = clock.after(ms, () => {
			giveUp(hasSampled ? `NVML has said nothing for ${ms / 1000} s` : `NVML did not answer within ${ms / 1000} s`);
		});
	}

	/** Once it has worked it may work again, also when it refuses, as it does while a driver is replaced. */
	function giveUp(reason: string): void {
		leave();
		if (hasSampled) {
			lose(`${reason}.`);
			retryLater();
		} else onUnavailable(reason);
	}

	/** Killed and not waited for: a driver that hangs may keep it for ever. */
	function leave(): void {
		cancelTimer();
		reader?.close();
		if (reader) abandoned = [...abandoned, reader];
		reader = null;
		edges.settleAll();
	}

	function replace(how: string): void {
		const reason = `The process that reads NVML ${how}`;
		reader = null;
		edges.settleAll();
		if (hasSampled || starts >= MOST_STARTS) giveUp(reason);
		else {
			cancelTimer();
			retryLater();
		}
	}

	function lose(reason: string): void {
		if (!isLost) onLost(`${reason} GPU values are missing until it answers again; type nvidia-smi to see why.`);
		isLost = true;
	}

	function retryLater(): void {
		if (clock.now() - openedAt >= STEADY_MS) backOffMs = FIRST_BACK_OFF_MS;
		cancelTimer = clock.after(backOffMs, open);
		backOffMs = Math.min(2 * backOffMs, LONGEST_BACK_OFF_MS);
	}

	open();
	return {
		stop: () => {
			cancelTimer();
			reader?.close();
			edges.settleAll();
		},
		markEdge,
	};
}

type Edges = {
	/** Resolves when the GPU's oldest edge is settled, or has waited too long. */
	readonly wait: (gpuIndex: number) => Promise<void>;
	readonly settle: (gpuIndex: number) => void;
	readonly settleAll: () => void;
};

function createEdges(clock: Clock): Edges {
	const waiting = new Set<{readonly gpuIndex: number; readonly settle: () => void}>();
	return {
		wait: (gpuIndex) =>
			new Promise((resolve) => {
				const cancel = clock.after(EDGE_MS, () => edge.settle());
				const settle = () => {
					waiting.delete(edge);
					cancel();
					resolve();
				};
				const edge = {gpuIndex, settle};
				waiting.add(edge);
			}),
		settle: (gpuIndex) => [...waiting].find((edge) => edge.gpuIndex === gpuIndex)?.settle(),
		settleAll: () => {
			for (const edge of waiting) edge.settle();
		},
	};
}
