import type {Clock, TelemetryHandlers} from '../engine/ports.ts';
import type {LineProcess} from './line-process.ts';
import {openSampleStream, type SampleStreamEnd} from './nvidia-smi.ts';
import {createTickCollector, replaceField, SAMPLE_FIELDS} from './telemetry-format.ts';

type GpuTelemetryOptions = {
	readonly gpuIndexes: readonly number[];
	readonly everyMs: number;
	readonly clock: Clock;
	readonly env: NodeJS.ProcessEnv;
};

const FIRST_BACK_OFF_MS = 1000;
const LONGEST_BACK_OFF_MS = 30_000;
/** A process that lived as long as this was healthy: the next back-off begins from the start. */
const STEADY_MS = 60_000;
/** Waking the GPUs of a machine without persistence mode takes seconds each. */
const FIRST_SAMPLE_MS = 45_000;

/** Keeps one nvidia-smi sampling: restarts it with a growing delay and tells of each loss once. */
export function watchGpus(
	{gpuIndexes, everyMs, clock, env}: GpuTelemetryOptions,
	{onGpus, onLost}: Pick<TelemetryHandlers, 'onGpus' | 'onLost'>,
): () => void {
	const silenceMs = Math.max(10_000, 5 * everyMs);
	let fields = SAMPLE_FIELDS;
	let backOffMs = FIRST_BACK_OFF_MS;
	let openedAt = 0;
	let lost = false;
	let cancelTimer = () => {};
	let stream: LineProcess | null = null;

	function open(): void {
		openedAt = clock.now();
		const collect = createTickCollector(gpuIndexes, (samples) => {
			lost = false;
			expectWithin(silenceMs);
			onGpus(samples);
		});
		try {
			stream = openSampleStream({fields, everyMs, env, onSample: collect, onEnd: reopen});
		} catch (error) {
			// A host without memory or processes left throws at once, and must not end the run with it.
			reopen({reason: `nvidia-smi could not be started (${String(error)}).`, badField: null});
			return;
		}
		expectWithin(FIRST_SAMPLE_MS);
	}

	function expectWithin(ms: number): void {
		cancelTimer();
		cancelTimer = clock.after(ms, () => {
			lose(`nvidia-smi has said nothing for ${ms / 1000} s: the driver hangs.`);
			// Another one is started only when this one is gone: a driver that hangs must not gather processes.
			stream?.kill();
		});
	}

	function reopen({reason, badField}: SampleStreamEnd): void {
		cancelTimer();
		const others = badField === null ? null : replaceField(fields, badField);
		if (others === null) {
			lose(reason);
			retryLater();
		} else {
			fields = others;
			open();
		}
	}

	function lose(reason: string): void {
		if (!lost) onLost(`${reason} GPU values are missing until it answers again; type nvidia-smi to see why.`);
		lost = true;
	}

	function retryLater(): void {
		if (clock.now() - openedAt >= STEADY_MS) backOffMs = FIRST_BACK_OFF_MS;
		cancelTimer = clock.after(backOffMs, open);
		backOffMs = Math.min(2 * backOffMs, LONGEST_BACK_OFF_MS);
	}

	open();
	return () => {
		cancelTimer();
		stream?.close();
	};
}
