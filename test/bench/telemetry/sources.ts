import {execFile} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {setTimeout as pause} from 'node:timers/promises';
import {promisify} from 'node:util';
import {openSampleStream} from '../../../source/effects/nvidia-smi.ts';
import type {WatchedGpu} from '../../../source/effects/nvml-gpu.ts';
import {openNvmlProcess} from '../../../source/effects/nvml-process.ts';
import {SAMPLE_FIELDS} from '../../../source/effects/telemetry-format.ts';
import {median} from '../figures.ts';
import {readProcessorMs, readTicks} from './processor-time.ts';

/** What one tick of all GPUs costs. */
export type Cost = {
	/** From the first value to the last; of a one-shot from its start to its end. */
	readonly wallMs: number;
	/** User and system time of the process that reads. */
	readonly processorMs: number;
	readonly ticks: number;
};

export type Watched = Cost & {
	readonly everyMs: number;
	/** Share of one core, from 0 to 1. */
	readonly share: number;
	readonly residentMiB: number;
	/** System time as a share of all processor time; null when there was too little to tell. */
	readonly systemShare: number | null;
	/** Mean time until the counters of one GPU are there that were asked for at an edge. */
	readonly edgeMs: number;
};

const execute = promisify(execFile);
const SETTLE_MS = 2000;
const CLOCK_TICK_MS = 10;
const EDGES = 20;
const LEAST_TICKS = 5;

/** The process of a run, at the run's own rate; its start is not counted. */
export async function watchByNvml(
	gpus: readonly WatchedGpu[],
	everyMs: number,
	forMs: number,
	env = process.env,
): Promise<Watched> {
	const took: number[] = [];
	const failed = Promise.withResolvers<never>();
	const fail = (reason: string) => failed.reject(new Error(reason));
	const onSamples = (_: unknown, tookMs: number) => took.push(tookMs);
	let onEdge = () => {};
	const options = {gpus, everyMs, env, onSamples, onEdge: () => onEdge(), onRefused: fail, onEnd: fail};
	const reader = openNvmlProcess(options);
	const markEdge = async (at: number): Promise<void> => {
		const answered = Promise.withResolvers<void>();
		onEdge = answered.resolve;
		reader.wish(`edge ${gpus[at % gpus.length]?.gpuIndex ?? 0}`);
		await Promise.race([answered.promise, failed.promise]);
	};
	try {
		await Promise.race([pause(SETTLE_MS), failed.promise]);
		took.length = 0;
		const pid = reader.pid ?? 0;
		const before = readProcessorMs(pid);
		const ticksBefore = readTicks(pid);
		const startedAt = performance.now();
		await Promise.race([pause(forMs), failed.promise]);
		const processorMs = readProcessorMs(pid) - before;
		const share = processorMs / (performance.now() - startedAt);
		const systemShare = compareTicks(ticksBefore, readTicks(pid));
		const samples = took.length;
		// The mean, because slow values are not read at every tick.
		const wallMs = took.reduce((sum, ms) => sum + ms, 0) / samples;
		const residentMiB = readResidentMiB(pid);
		const edgesAt = performance.now();
		for (let edge = 0; edge < EDGES; edge++) await markEdge(edge);
		const edgeMs = (performance.now() - edgesAt) / EDGES;
		return {
			wallMs,
			processorMs: processorMs / samples,
			ticks: samples,
			everyMs,
			share,
			residentMiB,
			systemShare,
			edgeMs,
		};
	} finally {
		reader.close();
	}
}

/** `nvidia-smi -lms`, whose wall time is the time between the first and the last line of a tick. */
export async function watchByStream(gpuCount: number, everyMs: number, forMs: number): Promise<Cost> {
	const at: number[] = [];
	const failed = Promise.withResolvers<never>();
	const stream = openSampleStream({
		fields: SAMPLE_FIELDS,
		everyMs,
		env: process.env,
		onSample: () => at.push(performance.now()),
		onEnd: ({reason}) => failed.reject(new Error(reason)),
	});
	try {
		await Promise.race([pause(SETTLE_MS), failed.promise]);
		at.length = 0;
		const pid = stream.pid ?? 0;
		const before = readProcessorMs(pid);
		await Promise.race([pause(forMs), failed.promise]);
		const ticks = Math.floor(at.length / gpuCount);
		const spreads = Array.from(
			{length: ticks},
			(_, tick) => (at[(tick + 1) * gpuCount - 1] ?? 0) - (at[tick * gpuCount] ?? 0),
		);
		return {wallMs: median(spreads), processorMs: (readProcessorMs(pid) - before) / ticks, ticks};
	} finally {
		stream.close();
	}
}

/** One nvidia-smi after the other from one shell, whose kernel sums up what its children took. */
export async function askByOneShots(times: number): Promise<Cost> {
	const query = `nvidia-smi --query-gpu=${SAMPLE_FIELDS.join(',')} --format=csv,noheader,nounits`;
	const script = `n=0; while [ $n -lt ${times} ]; do ${query} >/dev/null || exit 1; n=$((n+1)); done; cat /proc/$$/stat`;
	const startedAt = performance.now();
	const {stdout} = await execute('sh', ['-c', script]);
	const wallMs = (performance.now() - startedAt) / times;
	const fields = stdout.replace(/^.*\) /s, '').split(' ');
	const [user = 0, system = 0] = [fields[13], fields[14]].map(Number);
	return {wallMs, processorMs: ((user + system) * CLOCK_TICK_MS) / times, ticks: times};
}

const readResidentMiB = (pid: number): number =>
	Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

type Ticks = ReturnType<typeof readTicks>;

function compareTicks(before: Ticks, after: Ticks): number | null {
	const [user, system] = [after.user - before.user, after.system - before.system];
	return user + system < LEAST_TICKS ? null : system / (user + system);
}
