import type {Clock, TelemetryHandlers} from '../engine/ports.ts';
import type {TelemetrySource} from '../journal/event.ts';
import {askForSamples, watchOneShots} from './gpu-one-shots.ts';
import {watchGpus} from './gpu-telemetry.ts';
import type {WatchedGpu} from './nvml-gpu.ts';
import {type GpuWatch, watchNvml} from './nvml-telemetry.ts';

type SourcesOptions = {
	readonly gpus: readonly WatchedGpu[];
	readonly everyMs: number;
	readonly pcieTraffic: boolean;
	readonly clock: Clock;
	readonly env: NodeJS.ProcessEnv;
};

/** NVML; where it cannot be used a stream of nvidia-smi; where that gives nothing one nvidia-smi a sample. */
export function watchSources(
	{gpus, everyMs, pcieTraffic, clock, env}: SourcesOptions,
	{onGpus, onLost, onSource, isMeasuring}: TelemetryHandlers,
): GpuWatch {
	const smi = {gpuIndexes: gpus.map(({gpuIndex}) => gpuIndex), everyMs, clock, env};
	let stopSmi = () => {};
	let isStopped = false;
	const announce = (source: TelemetrySource['source'], reason: string | null) => onSource({source, everyMs, reason});

	const watchStream = (reason: string): void => {
		announce('nvidia-smi stream', reason);
		let hasSampled = false;
		stopSmi = watchGpus(smi, {
			onGpus: (samples) => {
				hasSampled = true;
				onGpus(samples);
			},
			onLost: (why) => {
				onLost(why);
				if (!hasSampled) void tryOneShots(why, () => hasSampled);
			},
		});
	};

	/** An old nvidia-smi, or one behind a wrapper, may answer once and refuse to stream. */
	const tryOneShots = async (why: string, hasStreamed: () => boolean): Promise<void> => {
		const {samples} = await askForSamples(smi);
		if (isStopped || hasStreamed() || samples.length === 0) return;
		stopSmi();
		announce('nvidia-smi one-shot', why);
		onGpus(samples);
		stopSmi = watchOneShots(smi, {onGpus, onLost});
	};

	let hasNvml = false;
	const nvml = watchNvml(
		{gpus, everyMs, clock, env, mayReadTraffic: pcieTraffic ? () => !isMeasuring() : undefined},
		{
			onGpus: (samples) => {
				if (!hasNvml) announce('nvml', null);
				hasNvml = true;
				onGpus(samples);
			},
			onLost,
			onUnavailable: (reason) => watchStream(`${reason}.`),
		},
	);
	return {
		stop: () => {
			isStopped = true;
			nvml.stop();
			stopSmi();
		},
		// nvidia-smi counts nothing.
		markEdge: nvml.markEdge,
	};
}
