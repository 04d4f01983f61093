import type {GpuTelemetry, Spread} from '../domain/experiment.ts';
import type {GpuSample} from '../journal/event.ts';
import {listSlowdowns} from '../plan/guards.ts';
import {type CounterSpan, type Counters, createCounterSpan, hasCounters} from './gpu-counters.ts';

/** What the samples of one attempt's GPU say about its result. */
export type GpuReport = {
	/** null without a sample. */
	readonly telemetry: GpuTelemetry | null;
	/** What makes the measured numbers doubtful. */
	readonly doubts: readonly GpuDoubt[];
};

/** foreign: others computed there. slowdown: it protected itself. error: it reported one, and came out all the same. */
export type GpuDoubt = {readonly kind: 'foreign' | 'slowdown' | 'error'; readonly reason: string};

export type GpuWindow = {
	readonly take: (sample: GpuSample, at: number) => void;
	readonly launch: (at: number) => void;
	/** The measured window begins; what a program says a second time widens it. */
	readonly begin: (at: number) => void;
	readonly end: (at: number) => void;
	/** A program that never said when it measured is taken to have measured all its life. */
	readonly finish: (at: number) => Promise<GpuReport>;
};

type GpuWindowOptions = {
	/** Programs in a sample that are certainly not of this run, in words. */
	readonly listForeign: (sample: GpuSample) => readonly string[];
	/** Asks for a sample with counters; resolves once it was taken, or when none will come. */
	readonly markEdge: () => Promise<void>;
};

/** Sums only: a night's samples are in telemetry.jsonl, and must not gather in the runner. */
export function createGpuWindow({listForeign, markEdge}: GpuWindowOptions): GpuWindow {
	const life = createSums();
	const measured = createSums();
	let latest: GpuSample | null = null;
	let peakMemoryMiB: number | null = null;
	let stage: 'before' | 'open' | 'over' = 'before';
	let marked = Promise.resolve();
	const mark = () => {
		marked = markEdge();
	};
	const end = (at: number) => {
		if (stage !== 'open') return;
		stage = 'over';
		measured.counters.end(at);
		mark();
	};
	return {
		take: (sample, at) => {
			if (latest === null) life.border(sample);
			latest = sample;
			peakMemoryMiB = findLarger(peakMemoryMiB, sample.memoryUsedMiB);
			const strangers = listForeign(sample);
			life.add(sample, strangers);
			if (stage === 'open') measured.add(sample, strangers);
			life.counters.take(sample, at);
			measured.counters.take(sample, at);
		},
		launch: (at) => {
			life.counters.begin(at);
			mark();
		},
		begin: (at) => {
			if (stage === 'open') return;
			if (latest) measured.border(latest);
			stage = 'open';
			measured.counters.begin(at);
			mark();
		},
		end,
		finish: async (at) => {
			end(at);
			if (stage === 'before') {
				life.counters.end(at);
				mark();
			}
			await marked;
			if (latest === null) return {telemetry: null, doubts: []};
			const sums = stage === 'before' ? life : measured;
			const window = stage === 'before' ? 'process' : 'measure';
			return {telemetry: {window, ...sums.summarize(), peakMemoryMiB}, doubts: sums.listDoubts(latest.gpuIndex)};
		},
	};
}

type Sums = {
	/** The last sample before the window: an Xid that it has is an old one. */
	readonly border: (before: GpuSample) => void;
	readonly add: (sample: GpuSample, strangers: readonly string[]) => void;
	readonly counters: CounterSpan;
	readonly summarize: () => Omit<GpuTelemetry, 'window' | 'peakMemoryMiB'>;
	readonly listDoubts: (gpuIndex: number) => readonly GpuDoubt[];
};

function createSums(): Sums {
	const [celsius, power, utilization, clock] = [createSpread(), createSpread(), createSpread(), createSpread()];
	const counters = createCounterSpan();
	const foreign = new Set<string>();
	const slowdowns = new Set<string>();
	const xids = new Set<number>();
	let before: GpuSample | null = null;
	let pcieGeneration: number | null = null;
	let pcieWidth: number | null = null;
	const addValues = (sample: GpuSample): void => {
		celsius.add(sample.celsius);
		power.add(sample.powerWatts);
		utilization.add(sample.utilizationPercent);
		clock.add(sample.smClockMHz);
	};
	return {
		counters,
		border: (sample) => {
			before ??= sample;
		},
		add: (sample, strangers) => {
			before ??= sample;
			// A sample at an edge tells of the moments before it, and stands between two that are evenly spaced.
			if (!hasCounters(sample)) addValues(sample);
			pcieGeneration = findLarger(pcieGeneration, sample.pcieGeneration);
			pcieWidth = findLarger(pcieWidth, sample.pcieWidth);
			for (const name of strangers) foreign.add(name);
			for (const name of listSlowdowns(sample)) slowdowns.add(name);
			if (typeof sample.xid === 'number' && sample.xid !== before.xid) xids.add(sample.xid);
		},
		summarize: () => ({
			...counters.read(),
			celsius: celsius.read(),
			powerWatts: power.read(),
			utilizationPercent: utilization.read(),
			smClockMHz: clock.read(),
			pcieGeneration,
			pcieWidth,
		}),
		listDoubts: (gpuIndex) => [
			...doubt('foreign', foreign, (name) => `another program used GPU ${gpuIndex} meanwhile: ${name}`),
			...doubt('slowdown', slowdowns, (name) => `GPU ${gpuIndex} slowed itself down meanwhile: ${name}`),
			...describeThermal(gpuIndex, counters.read()),
			...doubt('error', xids, (xid) => `GPU ${gpuIndex} reported Xid ${xid} meanwhile`),
		],
	};
}

const doubt = <T>(kind: GpuDoubt['kind'], seen: ReadonlySet<T>, word: (one: T) => string): readonly GpuDoubt[] =>
	[...seen].map((one) => ({kind, reason: word(one)}));

/** A slowdown between two samples is seen by the counter alone. */
function describeThermal(gpuIndex: number, {countersS, throttledMs}: Counters): readonly GpuDoubt[] {
	const {thermal = 0} = throttledMs;
	if (thermal === 0) return [];
	const reason = `GPU ${gpuIndex} slowed itself down meanwhile: for ${thermal} ms by heat, in the ${countersS} s around the window`;
	return [{kind: 'slowdown', reason}];
}

/** Mean and maximum of fewer samples say too little about a second in which a GPU does many things. */
const LEAST_SAMPLES = 3;

function createSpread(): {readonly add: (value: number | null) => void; readonly read: () => Spread} {
	let [sum, max, n] = [0, Number.NEGATIVE_INFINITY, 0];
	return {
		add: (value) => {
			if (value === null) return;
			sum += value;
			max = Math.max(max, value);
			n++;
		},
		read: () => (n < LEAST_SAMPLES ? {mean: null, max: null, n} : {mean: sum / n, max, n}),
	};
}

const findLarger = (known: number | null, value: number | null | undefined): number | null =>
	typeof value !== 'number' ? known : Math.max(known ?? value, value);
