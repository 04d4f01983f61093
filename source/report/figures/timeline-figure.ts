import type {JsonObject} from '../../domain/json.ts';
import type {ExperimentRecord, RunState} from '../../journal/state.ts';
import {type ChartSpec, type Figure, leaveOut, type Read, tabulate} from './figure.ts';
import {LANE_BAR, type LaneBar, listLaneBars} from './lane-bars.ts';
import type {CoursePoint, Gathered} from './measurements.ts';

const HEADING = {name: 'timeline', title: 'Lanes over time, with temperature, power and throttling'};

type GpuPoint = CoursePoint & {readonly gpu: string; readonly toAt: number};

const POINT: readonly Read<GpuPoint>[] = [
	{key: 'gpu', title: 'GPU', read: ({gpu}) => gpu},
	{key: 'at', title: 'at, epoch ms', read: ({at}) => at},
	{key: 'celsius', title: '°C', read: ({celsius}) => celsius},
	{key: 'watts', title: 'W', read: ({watts}) => watts},
	{key: 'slowed_percent', title: 'slowed down, % of samples', read: ({slowedPercent}) => slowedPercent},
	{key: 'capped_percent', title: 'power cap, % of samples', read: ({cappedPercent}) => cappedPercent},
	{key: 'samples', title: 'samples', read: ({samples}) => samples},
];

const STATUSES: readonly (readonly [status: string, colour: string])[] = [
	['succeeded', '$green'],
	['degraded', '$yellow'],
	['invalid', '$purple'],
	['failed', '$red'],
	['running', '$sky'],
	['warm-up or control', '$quiet'],
];

const PANEL_WIDTH = 570;

/** What ran when on which lane, and what its GPU did meanwhile. */
export function drawTimeline(state: RunState, records: readonly ExperimentRecord[], gathered: Gathered): Figure {
	const bars = listLaneBars(state, records);
	const from = state.opened?.at ?? bars[0]?.from ?? 0;
	if (bars.length === 0) return leaveOut(HEADING, 'nothing has started');
	const to = bars.reduce((last, bar) => Math.max(last, bar.to), state.closed?.at ?? from);
	const unit = chooseUnit(to - from);
	const points = listPoints(gathered, to - from);
	const time = {from, unit, title: `${unit.name} since the run began`, end: (to - from) / unit.ms};
	const has = (read: (point: GpuPoint) => number | null) => points.some((point) => (read(point) ?? 0) > 0);
	const hasThrottled = has(({slowedPercent, cappedPercent}) => slowedPercent + cappedPercent);
	const panels = [
		drawLanes(bars, time),
		...(has(({celsius}) => celsius) ? [drawCourse(points, 'celsius', '°C', time)] : []),
		...(has(({watts}) => watts) ? [drawCourse(points, 'watts', 'W', time)] : []),
		...(hasThrottled ? [drawThrottling(points, time)] : []),
		...(points.length === 0 && gathered.cpu.length > 0 ? [drawCpu(gathered.cpu, time)] : []),
	];
	return {
		kind: 'drawn',
		...HEADING,
		caption: [
			...(bars.some(({experiments}) => experiments > 1)
				? ['Experiments that follow each other with the same end are drawn as one bar.']
				: []),
			...describeMissing(gathered),
			...(hasThrottled
				? ['Throttling: a bar is as strong as the share of samples in which the clock was held down.']
				: []),
			...(points.length > 0 && !hasThrottled ? ['No sample says that a clock was held down.'] : []),
		],
		chart: {vconcat: panels, spacing: 14, resolve: {scale: {color: 'independent'}}},
		table: points.length > 0 ? tabulate(POINT, points) : tabulate(LANE_BAR, bars),
	};
}

function describeMissing({gpus, cpu}: Gathered): readonly string[] {
	if (gpus.size > 0) return [];
	return [
		cpu.length > 0
			? 'telemetry.jsonl has no sample of a GPU, so the load of the CPUs is drawn.'
			: 'telemetry.jsonl has no sample, so temperature, power and throttling are not drawn.',
	];
}

type Unit = {readonly name: string; readonly ms: number};

function chooseUnit(spanMs: number): Unit {
	if (spanMs < 180_000) return {name: 'seconds', ms: 1000};
	return spanMs < 3 * 3_600_000 ? {name: 'minutes', ms: 60_000} : {name: 'hours', ms: 3_600_000};
}

type Time = {readonly from: number; readonly unit: Unit; readonly title: string; readonly end: number};

const place = (at: number, {from, unit}: Time): number => (at - from) / unit.ms;

const timeAxis = (time: Time, isTitled: boolean): JsonObject => ({
	type: 'quantitative',
	title: isTitled ? time.title : null,
	scale: {domain: [0, time.end], nice: false},
	axis: {grid: true},
});

function listPoints({gpus}: Gathered, spanMs: number): readonly GpuPoint[] {
	const width = spanMs / Math.max(1, Math.max(...[...gpus.values()].map((course) => course.length), 1));
	return [...gpus].flatMap(([index, course]) =>
		course.map((point) => ({...point, gpu: `GPU ${index}`, toAt: point.at + width})),
	);
}

function drawLanes(bars: readonly LaneBar[], time: Time): ChartSpec {
	const statuses = STATUSES.filter(([name]) => bars.some(({status}) => status === name));
	const lanes = [...new Set(bars.map(({lane}) => lane))];
	return {
		width: PANEL_WIDTH,
		height: Math.max(2, lanes.length) * 18,
		data: {
			values: bars.map(({lane, status, from, to}) => ({
				lane,
				status,
				from: place(from, time),
				to: place(to, time),
			})),
		},
		mark: {type: 'bar', height: {band: 0.75}, stroke: '$paper', strokeWidth: bars.length > 200 ? 0 : 0.7},
		encoding: {
			y: {field: 'lane', type: 'nominal', sort: 'ascending', title: null, axis: {ticks: false, domain: false}},
			x: {...timeAxis(time, true), field: 'from'},
			x2: {field: 'to'},
			color: {
				field: 'status',
				type: 'nominal',
				title: null,
				scale: {domain: statuses.map(([name]) => name), range: statuses.map(([, colour]) => colour)},
				legend: {orient: 'top', direction: 'horizontal'},
			},
		},
	};
}

const colourGpus = (points: readonly GpuPoint[], hasLegend: boolean): JsonObject => ({
	field: 'gpu',
	type: 'nominal',
	title: null,
	scale: {domain: [...new Set(points.map(({gpu}) => gpu))]},
	legend: hasLegend ? {orient: 'top', direction: 'horizontal', columns: 8, symbolType: 'stroke'} : null,
});

function drawCourse(points: readonly GpuPoint[], field: 'celsius' | 'watts', title: string, time: Time): ChartSpec {
	return {
		width: PANEL_WIDTH,
		height: 110,
		data: {values: points.map((point) => ({gpu: point.gpu, at: place(point.at, time), value: point[field]}))},
		mark: {type: 'line', strokeWidth: 1.3, interpolate: 'linear'},
		encoding: {
			x: {...timeAxis(time, false), field: 'at'},
			y: {field: 'value', type: 'quantitative', title, scale: {zero: false}},
			color: colourGpus(points, field === 'celsius'),
		},
	};
}

/** Only what was held down is drawn. */
function drawThrottling(points: readonly GpuPoint[], time: Time): ChartSpec {
	const gpus = [...new Set(points.map(({gpu}) => gpu))];
	const values = points.flatMap(({gpu, at, toAt, slowedPercent, cappedPercent}) =>
		[
			{gpu, from: place(at, time), to: place(toAt, time), what: 'slowed down', percent: slowedPercent},
			{gpu, from: place(at, time), to: place(toAt, time), what: 'power cap', percent: cappedPercent},
		].filter(({percent}) => percent > 0),
	);
	return {
		title: {text: 'throttling', fontSize: 11, fontWeight: 'normal'},
		width: PANEL_WIDTH,
		height: Math.max(2, gpus.length) * 12,
		data: {values},
		mark: {type: 'bar', height: {band: 0.8}},
		encoding: {
			y: {field: 'gpu', type: 'nominal', scale: {domain: gpus}, title: null, axis: {ticks: false, domain: false}},
			x: {...timeAxis(time, true), field: 'from'},
			x2: {field: 'to'},
			opacity: {field: 'percent', type: 'quantitative', scale: {domain: [0, 100], range: [0.15, 1]}, legend: null},
			color: {
				field: 'what',
				type: 'nominal',
				title: null,
				scale: {domain: ['slowed down', 'power cap'], range: ['$red', '$orange']},
				legend: {orient: 'top', direction: 'horizontal'},
			},
		},
	};
}

const drawCpu = (cpu: Gathered['cpu'], time: Time): ChartSpec => ({
	width: PANEL_WIDTH,
	height: 110,
	data: {values: cpu.map(({at, percent}) => ({at: place(at, time), percent}))},
	mark: {type: 'line', strokeWidth: 1.3, color: '$blue'},
	encoding: {
		x: {...timeAxis(time, false), field: 'at'},
		y: {field: 'percent', type: 'quantitative', title: 'CPUs, %', scale: {domain: [0, 100]}},
	},
});
