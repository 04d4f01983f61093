import type {JsonObject} from '../domain/json.ts';
import {countNoun, formatRate} from './figures.ts';
import type {SearchPoint, SearchRow} from './searches.ts';
import {buildSection, type Read, type Section} from './section.ts';

const DASH = '-';
const formatMiB = (mib: number | null): string => (mib === null ? DASH : mib.toFixed(mib < 100 ? 1 : 0));
const left = <T>(title: string, keep: number, read: (row: T) => string): Read<T> => ({title, side: 'left', keep, read});
const right = <T>(title: string, keep: number, read: (row: T) => string): Read<T> => ({
	title,
	side: 'right',
	keep,
	read,
});

/** What searches found: a line for each, and the memory that each value took. */
export const listSearchSections = (searches: readonly SearchRow[]): readonly (Section | null)[] => [
	buildSection(`Largest and fastest ${nameKeys(searches)} that fits`, REMARKS, FOUND, searches),
	...searches.filter(({points}) => points.length > 1).map(sectionOfCurve),
];

const nameKeys = (searches: readonly SearchRow[]): string => [...new Set(searches.map(({key}) => key))].join(', ');

const REMARKS = [
	'>= : the search ended before anything was too much. ~ : the step to what is too much was not divided.',
	'MiB are peaks: of the GPU, on a CPU of the host; - where nobody measured them.',
];

const FOUND: readonly Read<SearchRow>[] = [
	{title: 'model', side: 'left', keep: 9, min: 12, read: ({model, series}) => model ?? series},
	left('on', 8, describePlace),
	right('largest', 9, describeLargest),
	right('MiB', 7, ({largestMiB}) => formatMiB(largestMiB)),
	right('too much', 5, ({tooMuch}) => (tooMuch === null ? DASH : `${tooMuch}`)),
	right('fastest', 9, ({fastest}) => (fastest === null ? DASH : `${fastest}`)),
	right('samples/s', 8, ({fastestSamplesPerS}) =>
		fastestSamplesPerS === null ? DASH : formatRate(fastestSamplesPerS),
	),
	right('n', 3, ({fastestN}) => `${fastestN}`),
	right('MiB', 6, ({fastestMiB}) => formatMiB(fastestMiB)),
	left('search', 4, ({state, why}) => (why === null ? state.replace('-', ' ') : `given up at ${why}`)),
];

function describePlace({device, deviceName, gpuId, numaNode}: SearchRow): string {
	const what = device === 'cuda' ? (gpuId === null ? 'GPU' : `GPU ${gpuId}`) : device;
	const node = numaNode === null ? '' : `, node ${numaNode}`;
	return `${what}${node}${device === 'cuda' && deviceName !== null ? ` (${deviceName})` : ''}`;
}

function describeLargest({largest, isLimit, tooMuch}: SearchRow): string {
	if (largest === null) return tooMuch === null ? DASH : 'none';
	if (isLimit) return `${largest}`;
	return `${tooMuch === null ? '>=' : '~'}${largest}`;
}

const BAR = 30;

function sectionOfCurve(row: SearchRow): Section | null {
	const {series, key, points, fit, memory} = row;
	const most = points.reduce((high, {mib}) => Math.max(high, mib ?? 0), 0);
	const columns: readonly Read<SearchPoint>[] = [
		right(key, 9, ({value}) => `${value}`),
		right('MiB', 8, ({mib, fits}) => (fits ? formatMiB(mib) : 'too much')),
		left('', 3, ({mib}) => (mib === null || most === 0 ? '' : '#'.repeat(Math.round((mib / most) * BAR)))),
		right('samples/s', 7, ({samplesPerS}) => (samplesPerS === null ? DASH : formatRate(samplesPerS))),
	];
	const line =
		fit === null
			? 'No straight line: fewer than three values have a peak, or they scatter too much to say what more takes.'
			: `Straight line: ${fit.interceptMiB.toFixed(1)} MiB and ${fit.mibPerUnit.toPrecision(4)} MiB for each of ${key} (${countNoun(fit.n, 'value')}, at most ${fit.offMiB.toFixed(1)} MiB off).`;
	return buildSection(`${memory === 'gpu' ? 'GPU' : 'Host'} memory against ${key}: ${series}`, [line], columns, points);
}

/** As experiment_summary.json has it. */
export const exportSearch = (row: SearchRow): JsonObject => ({
	...{series: row.series, job: row.job, model: row.model, key: row.key, device: row.device},
	...{device_name: row.deviceName, gpu_id: row.gpuId, numa_node: row.numaNode, state: row.state, why: row.why},
	...{largest: row.largest, is_limit: row.isLimit, too_much: row.tooMuch, largest_mib: row.largestMiB},
	...{fastest: row.fastest, fastest_samples_per_s: row.fastestSamplesPerS, fastest_n: row.fastestN},
	...{fastest_mib: row.fastestMiB, memory: row.memory, simulated: row.simulated},
	points: row.points.map(({value, fits, mib, samplesPerS}) => ({value, fits, mib, samples_per_s: samplesPerS})),
	line: row.fit && {
		...{intercept_mib: row.fit.interceptMiB, mib_per_unit: row.fit.mibPerUnit},
		...{n: row.fit.n, off_mib: row.fit.offMiB},
	},
});
