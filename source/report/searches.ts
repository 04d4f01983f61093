import {findFastest, findNextStep, type Step, summarizeProbes} from '../domain/batch-search.ts';
import type {Device, ExperimentResult} from '../domain/experiment.ts';
import {identifySearch, listProbes} from '../journal/probes.ts';
import type {ExperimentRecord} from '../journal/state.ts';
import {getResult, groupBy} from './cells.ts';
import {fitMemory, type MemoryFit} from './memory-fit.ts';
import {findMaximum} from './statistics.ts';

/** What a search has found, or has found so far. */
export type SearchRow = {
	readonly series: string;
	readonly job: number;
	readonly model: string | null;
	readonly key: string;
	readonly device: Device;
	readonly deviceName: string | null;
	readonly gpuId: number | null;
	readonly numaNode: number | null;
	readonly state: 'done' | 'searching' | 'given-up';
	/** Why it was given up. */
	readonly why: string | null;
	/** null where nothing fitted. */
	readonly largest: number | null;
	/** Whether the next one is known not to fit. */
	readonly isLimit: boolean;
	/** The smallest that did not fit. */
	readonly tooMuch: number | null;
	readonly fastest: number | null;
	readonly fastestSamplesPerS: number | null;
	/** How often the fastest was measured. */
	readonly fastestN: number;
	readonly largestMiB: number | null;
	readonly fastestMiB: number | null;
	/** Whose memory: that of the GPU, or on a CPU that of the host. */
	readonly memory: 'gpu' | 'host';
	readonly points: readonly SearchPoint[];
	readonly fit: MemoryFit | null;
	readonly simulated: boolean;
};

export type SearchPoint = {
	readonly value: number;
	readonly fits: boolean;
	readonly mib: number | null;
	readonly samplesPerS: number | null;
};

/** A row for each search, in planned order. */
export function listSearches(records: readonly ExperimentRecord[]): readonly SearchRow[] {
	const searching = records.filter(({experiment}) => experiment.search !== undefined);
	const own = groupBy(searching, ({experiment: {job, search}}) => (search ? identifySearch(job, search) : ''));
	return [...own.values()].flatMap(describe);
}

const STATES = {try: 'searching', wait: 'searching', done: 'done', 'given-up': 'given-up'} as const satisfies {
	readonly [kind in Step['kind']]: SearchRow['state'];
};

function describe(records: readonly ExperimentRecord[]): readonly SearchRow[] {
	const [first] = records;
	const search = first?.experiment.search;
	if (!first || !search) return [];
	const {experiment} = first;
	const probes = listProbes(records);
	const step = findNextStep(search, probes);
	const {fits, tooMuch} = summarizeProbes(probes);
	const points = listPoints(records);
	const findMiB = (value: number | undefined) => points.find((point) => point.value === value)?.mib ?? null;
	const [largest, fastest] = [fits.at(-1), findFastest(fits)];
	const results = records.map(getResult).filter((result) => result !== null);
	const measured = points.filter(({fits: isFitting}) => isFitting);
	const {model, device, gpuId, numaNode, job} = experiment;
	return [
		{
			...{series: search.series, job, model, key: search.key, device, gpuId, numaNode},
			deviceName: results.find(({deviceName}) => deviceName !== null)?.deviceName ?? null,
			state: STATES[step.kind],
			why: step.kind === 'given-up' ? step.why : null,
			largest: largest?.value ?? null,
			isLimit: largest !== undefined && tooMuch !== null && tooMuch - largest.value <= search.step,
			tooMuch,
			fastest: fastest?.value ?? null,
			fastestSamplesPerS: fastest?.samplesPerS ?? null,
			fastestN: fastest?.count ?? 0,
			largestMiB: findMiB(largest?.value),
			fastestMiB: findMiB(fastest?.value),
			memory: device === 'cuda' ? 'gpu' : 'host',
			points,
			fit: fitMemory(measured.flatMap(({value, mib}) => (mib === null ? [] : [[value, mib] as const]))),
			simulated: results.some(({simulated}) => simulated),
		},
	];
}

/** What several executions of a value took is the most of them. */
function listPoints(records: readonly ExperimentRecord[]): readonly SearchPoint[] {
	const ended = records.flatMap((record) => {
		const [result, value] = [getResult(record), record.experiment.search?.value];
		const counts = result !== null && (result.tooMuch !== undefined || isGood(result));
		return counts && value !== undefined ? [{value, result, device: record.experiment.device}] : [];
	});
	const points = [...groupBy(ended, ({value}) => value)].map(([value, own]): SearchPoint => {
		const fits = own.every(({result}) => result.tooMuch === undefined);
		const rates = own.flatMap(({result: {status, throughputSamplesPerS: rate}}) =>
			fits && status === 'succeeded' && rate !== null ? [rate] : [],
		);
		return {
			value,
			fits,
			// What something had taken when it failed is no need of anything.
			mib: fits ? findMaximum(own.map(({result, device}) => readMiB(result, device))) : null,
			samplesPerS: rates.length > 0 ? rates.reduce((sum, rate) => sum + rate, 0) / rates.length : null,
		};
	});
	return points.toSorted((a, b) => a.value - b.value);
}

const isGood = ({status}: ExperimentResult): boolean => status === 'succeeded' || status === 'degraded';

/** The driver counts all of the GPU, its context too; the workload knows peaks between two samples of it. */
const readMiB = ({peakGpuMemoryMiB, peakHostMemoryMiB, telemetry}: ExperimentResult, device: Device): number | null =>
	device === 'cuda' ? findMaximum([peakGpuMemoryMiB, telemetry?.peakMemoryMiB ?? null]) : peakHostMemoryMiB;
