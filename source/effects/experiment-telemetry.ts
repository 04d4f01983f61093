import {join} from 'node:path';
import type {GpuSample, HostSample} from '../journal/event.ts';
import type {Sampled} from '../journal/experiment-files.ts';
import {decodeLine} from '../journal/format.ts';
import {createLineReader, findTime} from './line-reader.ts';
import {TELEMETRY} from './run-store.ts';

/** What was measured while an attempt ran. */
export type AttemptTelemetry = {
	/** At least the latest MAX_BATCHES, ms, in order. */
	readonly latencyMs: readonly number[];
	/** Earlier ones that were read and are not kept. */
	readonly skippedBatches: number;
	readonly gpuSamples: readonly Sampled<GpuSample>[];
	readonly hostSamples: readonly Sampled<HostSample>[];
};

/** More of them no chart shows, and a screen would have to sort them four times a second. */
const MAX_BATCHES = 50_000;

type AttemptTime = {
	readonly id: string;
	readonly gpuId: number | null;
	/** Epoch ms. */
	readonly from: number;
};

type TelemetryFollower = {
	/** Up to `until`, epoch ms. Null where the run has no such file. */
	readonly read: (until: number) => Promise<AttemptTelemetry | null>;
};

/** Finds the attempt's beginning by halving the file, which a night makes long, and reads on from there. */
export function followTelemetry(folder: string, {id, gpuId, from}: AttemptTime): TelemetryFollower {
	let latencyMs: number[] = [];
	let skippedBatches = 0;
	const gpuSamples: Sampled<GpuSample>[] = [];
	const hostSamples: Sampled<HostSample>[] = [];
	const reader = createLineReader(join(folder, TELEMETRY), (file, size) => findTime(file, size, from, readTime));
	/** Time of the first line that was too late; without a later `until` there is nothing to read. */
	let tooLate = Number.NEGATIVE_INFINITY;
	const wanted = [`{"type":"samples","id":${JSON.stringify(id)},`, '{"type":"gpus"', '{"type":"host"'].map((text) =>
		Buffer.from(text),
	);

	const keepBatches = (said: readonly number[]): void => {
		// One by one, because a call takes only so many arguments.
		for (const latency of said) latencyMs.push(latency);
		if (latencyMs.length <= 2 * MAX_BATCHES) return;
		skippedBatches += latencyMs.length - MAX_BATCHES;
		latencyMs = latencyMs.slice(-MAX_BATCHES);
	};
	const take = (line: Buffer, until: number): 'go on' | 'stop' => {
		const time = readTime(line);
		if (time !== null && time > until) {
			tooLate = time;
			return 'stop';
		}
		if (time === null || time < from || !wanted.some((start) => line.subarray(0, start.length).equals(start)))
			return 'go on';
		const decoded = decodeLine(line);
		if (decoded.kind !== 'event') return 'go on';
		const {event} = decoded;
		const {at} = event;
		if (event.type === 'samples') keepBatches(event.latencyMs);
		if (event.type === 'host') hostSamples.push({at, sample: event.sample});
		if (event.type === 'gpus')
			for (const sample of event.samples) if (sample.gpuIndex === gpuId) gpuSamples.push({at, sample});
		return 'go on';
	};
	return {
		read: async (until) => {
			const isThere = until < tooLate || (await reader.read((line) => take(line, until)));
			return isThere
				? {
						latencyMs: latencyMs.slice(),
						skippedBatches,
						gpuSamples: gpuSamples.slice(),
						hostSamples: hostSamples.slice(),
					}
				: null;
		},
	};
}

const TIME_BYTES = 64;

/** The time stands before the checksum at the end of every line; null in a damaged one. */
function readTime(line: Buffer): number | null {
	const end = line.subarray(Math.max(0, line.length - TIME_BYTES)).toString('latin1');
	const [, at] = /"at":(\d+),"crc":"[\da-f]{8}"\}$/.exec(end) ?? [];
	return at === undefined ? null : Number(at);
}
