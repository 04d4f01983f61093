import {countNoun} from '../figures.ts';
import {measureColumns, stripControls, wrapText} from '../text.ts';
import {formatTable} from '../text-table.ts';
import type {AnalysedCapture, Analysis} from './analysis.ts';
import {describeCapture} from './capture-text.ts';
import {formatBandwidth, formatNs, formatShare} from './figures.ts';
import {type KeyFigures, readKeyFigures} from './key-figures.ts';
import {compareNcu, describeNcu} from './ncu-text.ts';

type AnalysisLayout = {
	/** Width of the terminal; less than 60 counts as 60. */
	readonly columns: number;
	readonly ascii: boolean;
};

const NARROWEST = 60;
/** Of more captures only the table is printed; the rest is in --json. */
const MOST_DETAILED = 4;

/** Plain lines without colour, none wider than the terminal. */
export function formatAnalysis({captures, ncu = [], failures}: Analysis, {columns, ascii}: AnalysisLayout): string {
	const width = Math.max(NARROWEST, Math.floor(columns));
	const sections = [
		captures.length > 1 ? compareCaptures(captures, width) : [],
		...(captures.length > MOST_DETAILED ? [] : captures.flatMap((capture) => describeCapture(capture, width))),
		captures.length > MOST_DETAILED ? ['Each of them in full: warpdeck analyze FILE, or --json'] : [],
		ncu.length > 1 ? compareNcu(ncu, width) : [],
		...(ncu.length > MOST_DETAILED ? [] : ncu.flatMap((report) => describeNcu(report, width))),
		failures.length === 0 ? [] : [`Not analysed: ${countNoun(failures.length, 'capture')}`],
	];
	const body = sections.filter((lines) => lines.length > 0).map((lines) => lines.flatMap((line) => fold(line, width)));
	const text = body.map((lines) => lines.join('\n')).join('\n\n');
	return `${ascii ? text.replaceAll('…', '~').replaceAll(/[^\n -~]/gu, '?') : text}\n`;
}

function fold(line: string, width: number): readonly string[] {
	const clean = stripControls(line);
	if (measureColumns(clean) <= width) return [clean];
	const indent = ' '.repeat(clean.length - clean.trimStart().length);
	return wrapText(clean.trim(), width - indent.length).map((part) => indent + part);
}

function compareCaptures(captures: readonly AnalysedCapture[], width: number): readonly string[] {
	const rows = captures.map(readKeyFigures);
	return [
		`${countNoun(captures.length, 'capture')} (latency: median of a batch; overlap: of the time in which copies ran)`,
		...formatTable<KeyFigures>(
			[
				{title: 'capture', side: 'left', read: ({run_id, file}) => run_id ?? lastPart(file)},
				{title: 'batches', side: 'right', read: ({batches}) => String(batches ?? '-'), optional: true},
				{title: 'latency', side: 'right', read: ({latency_p50_us}) => formatNs(toNs(latency_p50_us))},
				{title: 'H2D', side: 'right', read: ({h2d_bytes_per_s}) => formatBandwidth(h2d_bytes_per_s)},
				{title: 'D2H', side: 'right', read: ({d2h_bytes_per_s}) => formatBandwidth(d2h_bytes_per_s)},
				{title: 'kernels', side: 'right', read: (row) => formatNs(row.kernel_total_us * 1e3), optional: true},
				{title: 'overlap', side: 'right', read: ({copy_overlap_percent}) => formatShare(copy_overlap_percent)},
				{title: 'idle', side: 'right', read: ({idle_percent}) => formatShare(idle_percent)},
			],
			rows,
			width,
		),
	];
}

const toNs = (us: number | null): number | null => (us === null ? null : us * 1e3);

const lastPart = (file: string): string => file.split('/').at(-1) ?? file;
