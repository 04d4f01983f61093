import {readThrottles} from '../../domain/gpu-limits.ts';
import type {GpuSample, HostSample, JournalEvent} from '../../journal/event.ts';

/** One stretch of time; means of the samples in it, null where it has none. */
export type CoursePoint = {
	/** Of the middle, epoch ms. */
	readonly at: number;
	readonly celsius: number | null;
	readonly watts: number | null;
	/** Share of samples in which the hardware protected itself, and in which the limit of power was reached. */
	readonly slowedPercent: number;
	readonly cappedPercent: number;
	readonly samples: number;
};

export type Gathered = {
	readonly gpus: ReadonlyMap<number, readonly CoursePoint[]>;
	readonly cpu: readonly {readonly at: number; readonly percent: number}[];
	/** Latencies of each experiment's last attempt, ms; every `step`-th where there are too many. */
	readonly latencies: ReadonlyMap<string, {readonly ms: readonly number[]; readonly step: number}>;
};

type Span = {
	/** Epoch ms. */
	readonly from: number;
	readonly to: number;
	readonly buckets?: number;
	/** When the last attempt of an experiment started; samples of earlier ones and of others are left out. */
	readonly startedAt: ReadonlyMap<string, number>;
};

const BUCKETS = 360;
/** Latencies that are kept of one experiment. */
const MOST_LATENCIES = 4000;

type Bucket = {celsius: number; hot: number; watts: number; drawn: number; slowed: number; capped: number; n: number};
type Kept = {ms: number[]; step: number; seen: number};

/**
 * Takes a night's measurements one by one and keeps what figures show of them, so that memory is bounded by their number
 * of points and not by the length of the night.
 */
export function createGathering({from, to, buckets = BUCKETS, startedAt}: Span) {
	const widthMs = Math.max(1, (to - from) / buckets);
	const gpus = new Map<number, Map<number, Bucket>>();
	const cpu = new Map<number, {sum: number; n: number}>();
	const latencies = new Map<string, Kept>();
	const place = (at: number): number => Math.min(buckets - 1, Math.floor((at - from) / widthMs));
	const middle = (index: number): number => from + (index + 0.5) * widthMs;

	const take = (event: JournalEvent): void => {
		if (event.at < from || event.at > to) return;
		if (event.type === 'gpus') for (const sample of event.samples) addGpu(gpus, place(event.at), sample);
		else if (event.type === 'host') addHost(cpu, place(event.at), event.sample);
		else if (event.type === 'samples' && event.at >= (startedAt.get(event.id) ?? Number.POSITIVE_INFINITY))
			addLatencies(latencies, event.id, event.latencyMs);
	};
	const finish = (): Gathered => ({
		gpus: new Map([...gpus].toSorted(([a], [b]) => a - b).map(([index, all]) => [index, listPoints(all, middle)])),
		cpu: [...cpu].toSorted(([a], [b]) => a - b).map(([index, {sum, n}]) => ({at: middle(index), percent: sum / n})),
		latencies: new Map([...latencies].map(([id, {ms, step}]) => [id, {ms, step}])),
	});
	return {take, finish};
}

const EMPTY: Bucket = {celsius: 0, hot: 0, watts: 0, drawn: 0, slowed: 0, capped: 0, n: 0};

function addGpu(gpus: Map<number, Map<number, Bucket>>, index: number, sample: GpuSample): void {
	const course = find(gpus, sample.gpuIndex, () => new Map<number, Bucket>());
	const bucket = find(course, index, () => ({...EMPTY}));
	const {celsius, powerWatts} = sample;
	bucket.n++;
	bucket.celsius += celsius ?? 0;
	bucket.hot += celsius === null ? 0 : 1;
	bucket.watts += powerWatts ?? 0;
	bucket.drawn += powerWatts === null ? 0 : 1;
	const kind = readWorst(sample.throttleReasons);
	if (kind === 'slowdown') bucket.slowed++;
	if (kind === 'power') bucket.capped++;
}

function find<K, V>(map: Map<K, V>, key: K, make: () => V): V {
	const known = map.get(key);
	if (known !== undefined) return known;
	const made = make();
	map.set(key, made);
	return made;
}

/** A night has a dozen masks and a million samples. */
const readWorst = (() => {
	const known = new Map<string | null, string | undefined>();
	return (mask: string | null): string | undefined => {
		if (!known.has(mask)) known.set(mask, readThrottles(mask)?.[0]?.kind);
		return known.get(mask);
	};
})();

function addHost(cpu: Map<number, {sum: number; n: number}>, index: number, {cpuPercent}: HostSample): void {
	if (cpuPercent === null) return;
	const known = cpu.get(index) ?? {sum: 0, n: 0};
	cpu.set(index, {sum: known.sum + cpuPercent, n: known.n + 1});
}

/** Once there are too many, every second one of those that are kept goes, and from then on every second that comes. */
function addLatencies(all: Map<string, Kept>, id: string, latencyMs: readonly number[]): void {
	const kept = find(all, id, () => ({ms: [], step: 1, seen: 0}));
	for (const ms of latencyMs) {
		if (kept.seen++ % kept.step !== 0) continue;
		kept.ms.push(ms);
		if (kept.ms.length <= MOST_LATENCIES) continue;
		kept.ms = kept.ms.filter((_, index) => index % 2 === 0);
		kept.step *= 2;
	}
}

const listPoints = (all: ReadonlyMap<number, Bucket>, middle: (index: number) => number): readonly CoursePoint[] =>
	[...all]
		.toSorted(([a], [b]) => a - b)
		.map(([index, {celsius, hot, watts, drawn, slowed, capped, n}]) => ({
			at: middle(index),
			celsius: hot === 0 ? null : celsius / hot,
			watts: drawn === 0 ? null : watts / drawn,
			slowedPercent: (100 * slowed) / n,
			cappedPercent: (100 * capped) / n,
			samples: n,
		}));
