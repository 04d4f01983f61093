import type {Clock, Telemetry} from '../engine/ports.ts';
import type {HostSample} from '../journal/event.ts';
import {createClock} from './clock.ts';
import {watchGpus} from './gpu-telemetry.ts';
import {createHostSampler} from './host-sample.ts';

type TelemetryOptions = {
	/** Samples of other GPUs are dropped; an empty list starts no nvidia-smi. */
	readonly gpuIndexes: readonly number[];
	/** Default: 1000 */
	readonly everyMs?: number;
	/** Where the run is written. */
	readonly diskPath: string;
	readonly clock?: Clock;
	/** Environment of nvidia-smi, whose PATH is searched; default: ours. */
	readonly env?: NodeJS.ProcessEnv;
};

/** Measures the GPUs with one long-lived nvidia-smi, and the host from /proc. */
export function createTelemetry(options: TelemetryOptions): Telemetry {
	const {gpuIndexes, everyMs = 1000, diskPath, clock = createClock(), env = process.env} = options;
	return {
		watch: (handlers) => {
			const stopHost = watchHost({sample: createHostSampler({diskPath}), everyMs, clock}, handlers.onHost);
			const stopGpus = gpuIndexes.length > 0 ? watchGpus({gpuIndexes, everyMs, clock, env}, handlers) : () => {};
			return () => {
				stopHost();
				stopGpus();
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
