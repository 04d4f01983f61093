import type {KernelShare, NcuFigures, NsysFigures, ProfileFigures} from '../../../domain/profile-figures.ts';
import {shortenKernel} from '../../../report/profile/kernel-name.ts';
import {describeCost} from '../../../report/profile/pass-text.ts';
import type {ProfilePass} from '../../../report/profile/passes.ts';
import {describeLink, shareOfLink} from '../../../report/profile/pcie-link.ts';
import {bar} from '../../parts/bar.ts';
import {clean, fit} from '../../parts/fit.ts';
import {type Line, rule} from '../../parts/line.ts';
import {formatMs, formatNumber, formatPercent} from '../../parts/units.ts';
import type {Glyphs} from '../../theme.ts';
import {layField, layNote, type PageLayout} from './page.ts';

/** What profilers saw of the cell, pass by pass; where there was none, how to have one. */
export function layProfile(passes: readonly ProfilePass[], layout: PageLayout): readonly Line[] {
	if (passes.length === 0) {
		return layNote(
			'No profiling pass of this cell is planned. One is made by: warpdeck run … --profiler nsys, or ncu.',
			layout,
		);
	}
	return passes.flatMap((pass, index) => [...(index === 0 ? [] : [[]]), ...layPass(pass, layout)]);
}

function layPass(pass: ProfilePass, layout: PageLayout): readonly Line[] {
	const {figures, profiler, id, status, cost} = pass;
	const {width, glyphs} = layout;
	const title = rule(`${profiler}: ${id}, ${status}`, width, glyphs);
	if (!figures) return [title, ...layNote(explainNone(pass), layout)];
	return [
		title,
		...(figures.kind === 'nsys' ? layNsys(figures, pass, layout) : layNcu(figures, layout)),
		...layField('profiler', describeCost(cost, profiler), layout),
		...layKernels(figures, layout),
		...figures.warnings.flatMap((warning) => layNote(warning, layout, 'degraded')),
		...layField('report', describeReport(figures), layout),
	];
}

function explainNone({status}: ProfilePass): string {
	if (status === 'succeeded' || status === 'degraded') return 'It has no figures: its report could not be read.';
	return status === 'failed' || status === 'invalid'
		? 'It has no figures; its own overview says why.'
		: 'It has not run yet.';
}

const describeReport = ({kind, report}: ProfileFigures): string =>
	kind === 'ncu' ? `${report} (warpdeck analyze)` : `${report} (nsys-ui, warpdeck export-trace)`;

/** As wide as the labels of fields. */
const NAME_COLUMNS = 12;
/** Longest: `     19.0 %  of peak, 4812 GB/s` and two blanks before it. */
const VALUE_COLUMNS = 31;
const MOST_BAR = 60;

const roomOf = ({width}: PageLayout): number => Math.max(8, Math.min(MOST_BAR, width - NAME_COLUMNS - VALUE_COLUMNS));

const layBar = (name: string, drawn: string, value: string): Line => [
	{text: name.padEnd(NAME_COLUMNS), tone: 'dim'},
	{text: drawn, tone: 'accent'},
	{text: `  ${value}`, tone: 'plain'},
];

function layNsys(figures: NsysFigures, {link}: ProfilePass, layout: PageLayout): readonly Line[] {
	const {batches, h2dGBPerS, d2hGBPerS, overlapPercent, idlePercent} = figures;
	return [
		...layField('batches', `${batches}; stages below are medians of a batch, on the GPU`, layout),
		...layStages(figures, layout),
		layCopies('H2D', h2dGBPerS, shareOfLink(h2dGBPerS, link), layout),
		layCopies('D2H', d2hGBPerS, shareOfLink(d2hGBPerS, link), layout),
		...layField('link', describeLink(link), layout),
		layPercent('overlap', overlapPercent, 'of copies', layout),
		layPercent('idle', idlePercent, 'of the span', layout),
	];
}

const STAGES = [
	['h2d', 'H2D copy'],
	['compute', 'compute'],
	['d2h', 'D2H copy'],
] as const;

/** Bars in a row, each beginning where the one above ends, as a batch passes through them. */
function layStages({stagesMs}: NsysFigures, layout: PageLayout): readonly Line[] {
	const known = STAGES.map(([stage, name]) => ({name, ms: stagesMs[stage]}));
	const whole = known.reduce((sum, {ms}) => sum + (ms ?? 0), 0);
	const room = roomOf(layout);
	if (whole <= 0) return layField('stages', 'unknown: no batch could be told apart', layout);
	let passed = 0;
	return known.map(({name, ms}) => {
		const from = Math.min(room - 1, Math.floor((passed / whole) * room));
		passed += ms ?? 0;
		const to = ms === null ? from : Math.max(from + 1, Math.round((passed / whole) * room));
		const value =
			ms === null ? 'N/A' : `${formatStage(ms).padStart(9)}${formatPercent((100 * ms) / whole, 1).padStart(9)}`;
		return layBar(name, drawSpan(from, to, room, layout.glyphs), value);
	});
}

/** A copy may take some microseconds, which no two digits of a millisecond hold. */
const formatStage = (ms: number): string => (ms < 1 ? `${formatNumber(1000 * ms, 1)} us` : `${formatMs(ms)} ms`);

const drawSpan = (from: number, to: number, room: number, {barFull, barEmpty}: Glyphs): string =>
	barEmpty.repeat(from) + barFull.repeat(to - from) + barEmpty.repeat(room - to);

function layCopies(name: string, gbPerS: number | null, percent: number | null, layout: PageLayout): Line {
	const rate = gbPerS === null ? 'N/A' : `${formatNumber(gbPerS, 1)} GB/s`;
	const share = percent === null ? 'of link N/A' : `${formatPercent(percent, 1)} of link`;
	const drawn = percent === null ? blank(layout) : bar(percent, 100, roomOf(layout), layout.glyphs);
	return layBar(`${name} of link`, drawn, `${rate.padStart(9)}  ${share}`);
}

/** A bar that would say nought where nothing is known. */
const blank = (layout: PageLayout): string => ' '.repeat(roomOf(layout));

function layPercent(name: string, percent: number | null, ofWhat: string, layout: PageLayout): Line {
	const drawn = percent === null ? blank(layout) : bar(percent, 100, roomOf(layout), layout.glyphs);
	return layBar(name, drawn, `${formatPercent(percent, 1).padStart(9)}  ${ofWhat}`);
}

function layNcu(figures: NcuFigures, layout: PageLayout): readonly Line[] {
	const {kernels, clockControl, cacheControl, dramBytesPerS} = figures;
	const held = `clocks ${clockControl}, caches ${cacheControl}`;
	const dram = dramBytesPerS === null ? 'of peak' : `of peak, ${formatNumber(dramBytesPerS / 1e9)} GB/s`;
	return [
		...layField('kernels', `${kernels}, means weighted by duration; control: ${held}`, layout),
		layPercent('L2 hits', figures.l2HitPercent, '', layout),
		layPercent('L1 hits', figures.l1HitPercent, '', layout),
		layPercent('DRAM', figures.dramThroughputPercent, dram, layout),
		layPercent('SM', figures.smThroughputPercent, 'of peak', layout),
	];
}

const SHOWN_KERNELS = 5;
const COUNTS = 32;

function layKernels({topKernels}: ProfileFigures, layout: PageLayout): readonly Line[] {
	if (topKernels.length === 0) return layField('kernels', 'none is named', layout);
	const room = Math.max(12, Math.min(64, layout.width - COUNTS));
	const cells = (name: string, rest: readonly string[]): string =>
		fit(name, room, layout.glyphs.ellipsis) + rest.map((text) => text.padStart(10)).join('');
	const show = ({name, count, meanUs, sharePercent}: KernelShare): Line => [
		{
			text: cells(clean(shortenKernel(name), layout.glyphs.ascii), [
				`${count}`,
				`${formatNumber(meanUs, 2)} us`,
				formatPercent(sharePercent, 1),
			]),
			tone: 'plain',
		},
	];
	return [
		[{text: cells('kernels that took most', ['count', 'mean', 'share']), tone: 'dim'}],
		...topKernels.slice(0, SHOWN_KERNELS).map(show),
	];
}
