import type {Clock, TelemetryHandlers} from '../engine/ports.ts';
import type {GpuSample} from '../journal/event.ts';
import {querySamples} from './nvidia-smi.ts';
import {replaceField, SAMPLE_FIELDS} from './telemetry-format.ts';

type OneShotOptions = {
	readonly gpuIndexes: readonly number[];
	readonly everyMs: number;
	readonly clock: Clock;
	readonly env: NodeJS.ProcessEnv;
};

type Answer = {readonly samples: readonly GpuSample[]; readonly problem: string};

const TIMEOUT_MS = 10_000;
const RETRY_MS = 10_000;

/** One sample of the GPUs of the run, without the fields that this driver does not know. */
export async function askForSamples({gpuIndexes, env}: Omit<OneShotOptions, 'everyMs' | 'clock'>): Promise<Answer> {
	let fields: readonly string[] | null = SAMPLE_FIELDS;
	for (;;) {
		const {samples, problem, badField} = await querySamples(fields, {env, timeoutMs: TIMEOUT_MS});
		fields = badField === null ? null : replaceField(fields, badField);
		if (!fields) return {samples: samples.filter(({gpuIndex}) => gpuIndexes.includes(gpuIndex)), problem};
	}
}

/** One nvidia-smi a sample; the next is planned when the last is there, because one may take longer than a tick. */
export function watchOneShots(
	options: OneShotOptions,
	{onGpus, onLost}: Pick<TelemetryHandlers, 'onGpus' | 'onLost'>,
): () => void {
	const {clock, everyMs} = options;
	let isLost = false;
	let isStopped = false;
	let cancel = clock.after(everyMs, () => void measure());

	const tell = ({samples, problem}: Answer): void => {
		if (samples.length > 0) onGpus(samples);
		else if (!isLost) onLost(`${problem} GPU values are missing until it answers again; type nvidia-smi to see why.`);
		isLost = samples.length === 0;
	};

	async function measure(): Promise<void> {
		const answer = await askForSamples(options);
		if (isStopped) return;
		tell(answer);
		cancel = clock.after(isLost ? Math.max(RETRY_MS, everyMs) : everyMs, () => void measure());
	}

	return () => {
		isStopped = true;
		cancel();
	};
}
