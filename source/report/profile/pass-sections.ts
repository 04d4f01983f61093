import type {NcuFigures, NsysFigures} from '../../domain/profile-figures.ts';
import {groupBy} from '../cells.ts';
import {countNoun} from '../figures.ts';
import {buildSection, type Read, type Section} from '../section.ts';
import {formatShare} from './figures.ts';
import {shortenKernel} from './kernel-name.ts';
import {describeLoss} from './pass-text.ts';
import type {ProfilePass} from './passes.ts';
import {describeLink, shareOfLink} from './pcie-link.ts';

type Nsys = ProfilePass & {readonly figures: NsysFigures};
type Ncu = ProfilePass & {readonly figures: NcuFigures};

const right = <T>(title: string, keep: number, read: (row: T) => string): Read<T> => ({
	title,
	side: 'right',
	keep,
	read,
});
const left = <T>(title: string, keep: number, read: (row: T) => string): Read<T> => ({title, side: 'left', keep, read});

/** Names of cells that are cut are all alike. */
const CELL = {title: 'cell', side: 'left', keep: 9, min: 22} as const;

const fixed = (value: number | null, digits: number): string => (value === null ? '-' : value.toFixed(digits));

/** Three digits or so of what may take a microsecond or a minute. */
const ms = (value: number | null): string => fixed(value, value === null || value >= 100 ? 0 : value >= 1 ? 2 : 3);

const NSYS: readonly Read<Nsys>[] = [
	{...CELL, read: ({runId}) => runId},
	right('H2D', 7, ({figures}) => ms(figures.stagesMs.h2d)),
	right('compute', 7, ({figures}) => ms(figures.stagesMs.compute)),
	right('D2H', 7, ({figures}) => ms(figures.stagesMs.d2h)),
	right('H2D GB/s', 8, ({figures}) => fixed(figures.h2dGBPerS, 1)),
	right('H2D/link', 8, ({figures, link}) => formatShare(shareOfLink(figures.h2dGBPerS, link))),
	right('D2H GB/s', 5, ({figures}) => fixed(figures.d2hGBPerS, 1)),
	right('D2H/link', 4, ({figures, link}) => formatShare(shareOfLink(figures.d2hGBPerS, link))),
	right('overlap', 8, ({figures}) => formatShare(figures.overlapPercent)),
	right('idle', 3, ({figures}) => formatShare(figures.idlePercent)),
	right('under nsys', 6, ({cost}) => (cost ? describeLoss(cost) : '-')),
	left('longest kernel', 2, ({figures}) => nameLongest(figures)),
];

const NCU: readonly Read<Ncu>[] = [
	{...CELL, read: ({runId}) => runId},
	right('kernels', 6, ({figures}) => String(figures.kernels)),
	right('L2 hit', 9, ({figures}) => formatShare(figures.l2HitPercent)),
	right('L1 hit', 7, ({figures}) => formatShare(figures.l1HitPercent)),
	right('DRAM of peak', 8, ({figures}) => formatShare(figures.dramThroughputPercent)),
	right('GB/s', 5, ({figures}) => fixed(figures.dramBytesPerS === null ? null : figures.dramBytesPerS / 1e9, 0)),
	right('SM of peak', 8, ({figures}) => formatShare(figures.smThroughputPercent)),
	right('under ncu', 4, ({cost}) => (cost ? describeLoss(cost) : '-')),
	left('clocks, caches', 3, ({figures}) => `${figures.clockControl}, ${figures.cacheControl}`),
	left('longest kernel', 2, ({figures}) => nameLongest(figures)),
];

/** With its share of the time of all kernels. */
function nameLongest({topKernels: [longest]}: NsysFigures | NcuFigures): string {
	return longest ? `${shortenKernel(longest.name)} ${formatShare(longest.sharePercent)}` : '-';
}

const APART = 'Passes of their own: nothing of them is in a figure above.';

/** What profilers saw; nothing without a pass that has figures. */
export function listPassSections(passes: readonly ProfilePass[]): readonly Section[] {
	const nsys = passes.filter((pass): pass is Nsys => pass.figures?.kind === 'nsys');
	const ncu = passes.filter((pass): pass is Ncu => pass.figures?.kind === 'ncu');
	const sections = [
		buildSection(
			'profiled with nsys: medians of a batch in ms, copies, and the link',
			[APART, ...listLinks(nsys)],
			NSYS,
			nsys,
		),
		buildSection(
			'profiled with ncu: means over kernels, weighted by their duration',
			[`${APART} ncu runs kernels one at a time, and again for what it cannot count at once.`],
			NCU,
			ncu,
		),
	];
	return sections.filter((section) => section !== null);
}

const listLinks = (passes: readonly Nsys[]): readonly string[] =>
	[...groupBy(passes, ({link}) => describeLink(link))].map(([text, own]) =>
		own.length === passes.length ? `Link: ${text}` : `Link of ${countNoun(own.length, 'cell')}: ${text}`,
	);
