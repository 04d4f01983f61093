import type {GpuTelemetry, Spread} from '../domain/experiment.ts';
import type {GpuSample} from '../journal/event.ts';
import {listSlowdowns} from '../plan/guards.ts';

/** What the samples of one attempt's GPU say about its result. */
export type GpuReport = {
	/** null without a sample. */
	readonly telemetry: GpuTelemetry | null;
	/** What makes the measured numbers doubtful. */
	readonly doubts: readonly string[];
};

export type GpuWindow = {
	readonly take: (sample: GpuSample, at: number) => void;
	/** The measured window begins; what a program says a second time widens it. */
	readonly begin: () => void;
	readonly end: () => void;
	/** A program that never said when it measured is taken to have measured all its life. */
	readonly finish: () => GpuReport;
};

type Stamped = {readonly sample: GpuSample; readonly at: number};

/** Sums only: a night's samples are in telemetry.jsonl, and must not gather in the runner. */
export function createGpuWindow(listForeign: (sample: GpuSample) => readonly string[]): GpuWindow {
	const life = createSums();
	const measured = createSums();
	let latest: Stamped | null = null;
	let peakMemoryMiB: number | null = null;
	let stage: 'before' | 'open' | 'over' = 'before';
	return {
		take: (sample, at) => {
			if (latest === null) life.border({sample, at});
			latest = {sample, at};
			peakMemoryMiB = findLarger(peakMemoryMiB, sample.memoryUsedMiB);
			const strangers = listForeign(sample);
			life.add(latest, strangers);
			if (stage === 'open') measured.add(latest, strangers);
			// The first sample behind the window closes its differences.
			if (stage === 'over') measured.closeAt(latest);
		},
		begin: () => {
			if (latest) measured.border(latest);
			stage = 'open';
		},
		end: () => {
			if (stage === 'open') stage = 'over';
		},
		finish: () => {
			if (latest === null) return {telemetry: null, doubts: []};
			const sums = stage === 'before' ? life : measured;
			const window = stage === 'before' ? 'process' : 'measure';
			return {telemetry: {window, ...sums.summarize(), peakMemoryMiB}, doubts: sums.listDoubts(latest.sample.gpuIndex)};
		},
	};
}

type Sums = {
	/** The last sample before the window: where its differences begin. */
	readonly border: (first: Stamped) => void;
	readonly add: (stamped: Stamped, strangers: readonly string[]) => void;
	readonly closeAt: (last: Stamped) => void;
	readonly summarize: () => Omit<GpuTelemetry, 'window' | 'peakMemoryMiB'>;
	readonly listDoubts: (gpuIndex: number) => readonly string[];
};

function createSums(): Sums {
	const [celsius, power, utilization, clock] = [createSpread(), createSpread(), createSpread(), createSpread()];
	const foreign = new Set<string>();
	const slowdowns = new Set<string>();
	const xids = new Set<number>();
	let first: Stamped | null = null;
	let last: Stamped | null = null;
	let isClosed = false;
	let pcieGeneration: number | null = null;
	let pcieWidth: number | null = null;
	return {
		border: (stamped) => {
			first ??= stamped;
			isClosed = false;
		},
		add: (stamped, strangers) => {
			const {sample} = stamped;
			first ??= stamped;
			last = stamped;
			celsius.add(sample.celsius);
			power.add(sample.powerWatts);
			utilization.add(sample.utilizationPercent);
			clock.add(sample.smClockMHz);
			pcieGeneration = findLarger(pcieGeneration, sample.pcieGeneration);
			pcieWidth = findLarger(pcieWidth, sample.pcieWidth);
			for (const name of strangers) foreign.add(name);
			for (const name of listSlowdowns(sample)) slowdowns.add(name);
			if (typeof sample.xid === 'number' && sample.xid !== first.sample.xid) xids.add(sample.xid);
		},
		closeAt: (stamped) => {
			if (!isClosed) last = stamped;
			isClosed = true;
		},
		summarize: () => ({
			...compareCounters(first, last),
			celsius: celsius.read(),
			powerWatts: power.read(),
			utilizationPercent: utilization.read(),
			smClockMHz: clock.read(),
			pcieGeneration,
			pcieWidth,
		}),
		listDoubts: (gpuIndex) => [
			...[...foreign].map((name) => `another program used GPU ${gpuIndex} meanwhile: ${name}`),
			...[...slowdowns].map((name) => `GPU ${gpuIndex} slowed itself down meanwhile: ${name}`),
			...describeThermal(gpuIndex, compareCounters(first, last)),
			...[...xids].map((xid) => `GPU ${gpuIndex} reported Xid ${xid} meanwhile`),
		],
	};
}

type Counts = {readonly [reason: string]: number | null};
type Counters = Pick<GpuTelemetry, 'countersS' | 'energyJ' | 'throttledMs'>;

function compareCounters(first: Stamped | null, last: Stamped | null): Counters {
	if (!first || !last || last.at <= first.at) return {countersS: null, energyJ: null, throttledMs: {}};
	const before: Counts = first.sample.violationMs ?? {};
	const after: Counts = last.sample.violationMs ?? {};
	const throttled = Object.entries(after).flatMap(([reason, ms]): readonly (readonly [string, number])[] => {
		const spent = subtract(ms, before[reason]);
		return spent === null ? [] : [[reason, spent]];
	});
	return {
		countersS: (last.at - first.at) / 1000,
		energyJ: subtract(last.sample.energyJ, first.sample.energyJ),
		throttledMs: Object.fromEntries(throttled),
	};
}

/** A slowdown between two samples is seen by the counter alone. */
const describeThermal = (gpuIndex: number, {countersS, throttledMs: {thermal = 0}}: Counters): readonly string[] =>
	thermal > 0
		? [
				`GPU ${gpuIndex} slowed itself down meanwhile: for ${thermal} ms by heat, in the ${countersS} s around the window`,
			]
		: [];

/** null where a counter is missing, or began anew because the driver was loaded again. */
function subtract(after: number | null | undefined, before: number | null | undefined): number | null {
	if (typeof after !== 'number' || typeof before !== 'number' || after < before) return null;
	return after - before;
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
