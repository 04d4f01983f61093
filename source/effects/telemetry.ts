import type {Clock, Telemetry} from '../engine/ports.ts';
import type {HostSample} from '../journal/event.ts';
import {createClock} from './clock.ts';
import {watchSources} from './gpu-sources.ts';
import {createHostSampler} from './host-sample.ts';
import type {WatchedGpu} from './nvml-gpu.ts';
import type {GpuWatch} from './nvml-telemetry.ts';

const HOST_LEAST_MS = 1000;

type TelemetryOptions = {
	/** Samples of other GPUs are dropped; an empty list starts no tool. */
	readonly gpus: readonly WatchedGpu[];
	/** Default: 1000; of GPUs, the host is sampled once a second at most. */
	readonly everyMs?: number;
	/** Whether PCIe traffic is read while nothing is timed, one GPU a tick; default: no, because it takes 40 ms each. */
	readonly pcieTraffic?: boolean;
	/** Where the run is written. */
	readonly diskPath: string;
	readonly clock?: Clock;
	/** Environment of the tools, whose PATH and LD_LIBRARY_PATH are searched; default: ours. */
	readonly env?: NodeJS.ProcessEnv;
};

/** Measures the GPUs by NVML, or by nvidia-smi where that cannot be, and the host from /proc. */
export function createTelemetry(options: TelemetryOptions): Telemetry {
	const {gpus, everyMs = 1000, pcieTraffic = false, diskPath, clock = createClock(), env = process.env} = options;
	let gpuWatch: GpuWatch | null = null;
	return {
		markEdge: async (gpuIndex) => gpuWatch?.markEdge(gpuIndex),
		watch: (handlers) => {
			const host = {sample: createHostSampler({diskPath}), everyMs: Math.max(everyMs, HOST_LEAST_MS), clock};
			const stopHost = watchHost(host, handlers.onHost);
			if (gpus.length > 0) gpuWatch = watchSources({gpus, everyMs, pcieTraffic, clock, env}, handlers);
			return () => {
				stopHost();
				gpuWatch?.stop();
			};
		},
	};
}

type HostWatch = {readonly sample: () => Promise<HostSample>; readonly everyMs: number; readonly clock: Clock};

/** The next sample is planned when the last one is there, so a slow machine gets fewer, never a queue. */
function watchHost({sample, everyMs, clock}: HostWatch, onHost: (sample: HostSample) => void): () => void {
	let stopped = false;
	let cancel = () => {};
	const measure = async (): Promise<void> => {
		const measured = await sample();
		if (stopped) return;
		onHost(measured);
		cancel = clock.after(everyMs, () => void measure());
	};
	void measure();
	return () => {
		stopped = true;
		cancel();
	};
}
