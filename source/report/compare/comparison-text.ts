import {countNoun} from '../figures.ts';
import {listSection} from '../section.ts';
import {WATERMARK} from '../summary-text.ts';
import {measureColumns, stripControls, wrapText} from '../text.ts';
import type {Comparison} from './comparison.ts';
import {listDifferenceLines, sectionsOfMetrics} from './comparison-sections.ts';

type Layout = {
	readonly columns: number;
	/** What A and B are, a line each. */
	readonly names: readonly [a: string, b: string];
	readonly ascii?: boolean;
};

const NARROWEST = 60;
const MOST_NAMES = 8;
/** Below it a single pause of the host is a share of the window. */
const SHORT_S = 0.5;
const FOREIGN_MARK = 'FOREIGN - another program measured this, and warpdeck did not see how';

/** Said wherever there is an interval, because it is easily taken for more than it is. */
const EXPLAIN_INTERVALS =
	"Intervals are Welch's t on the blocks of these two runs: what changes from one run to the next (heat, clocks, other users) is not in them. unsure: the interval reaches over the edge of the tolerance.";
const EXPLAIN_SINGLE =
	'Single runs have no interval: how far two runs of the same differ by chance is not known. Blocks tell: experiment.blocks=6.';

/** The comparison as plain lines, none wider than the terminal; it ends with a line break. */
export function formatComparison(comparison: Comparison, {columns, names, ascii = false}: Layout): string {
	const width = Math.max(NARROWEST, Math.floor(columns));
	const marks = listMarks(comparison);
	const parts = [
		marks,
		[`A  ${names[0]}`, `B  ${names[1]}`],
		listAnyway(comparison),
		listDifferenceLines(comparison),
		...sectionsOfMetrics(comparison, false).map((section) =>
			section.rows.length === 0 ? [section.title] : listSection(section, width),
		),
		listMissing(comparison),
		listRemarks(comparison),
		[conclude(comparison)],
		marks,
	];
	const body = join(
		parts.filter((lines) => lines.length > 0).map((lines) => lines.flatMap((line) => fold(line, width))),
	);
	return `${ascii ? body.replaceAll('…', '~').replaceAll(/[^\n -~]/gu, '?') : body}\n`;
}

/** Lines of one kind that have no table stand below each other. */
const join = (parts: readonly (readonly string[])[]): string =>
	parts.reduce((text, lines, index) => {
		const gap = lines.length === 1 && parts[index - 1]?.length === 1 ? '\n' : '\n\n';
		return index === 0 ? lines.join('\n') : text + gap + lines.join('\n');
	}, '');

export const listMarks = ({simulated, foreign}: Comparison): readonly string[] => [
	...(simulated ? [WATERMARK] : []),
	...(foreign ? [FOREIGN_MARK] : []),
];

function fold(line: string, width: number): readonly string[] {
	const clean = stripControls(line);
	if (measureColumns(clean) <= width) return [clean];
	const indent = ' '.repeat(clean.length - clean.trimStart().length);
	return wrapText(clean.trim(), width - indent.length).map((part) => indent + part);
}

const listAnyway = ({objections}: Comparison): readonly string[] =>
	objections.length === 0
		? []
		: ['Compared all the same, because somebody said so', ...objections.map(({says}) => `  ${says}`)];

function listMissing({onlyA, onlyB, silent}: Comparison): readonly string[] {
	const lines = [
		...(onlyA.length > 0 ? [`  ${countNoun(onlyA.length, 'cell')} only in A: ${list(onlyA)}`] : []),
		...(onlyB.length > 0 ? [`  ${countNoun(onlyB.length, 'cell')} only in B: ${list(onlyB)}`] : []),
		...(silent.length > 0
			? [
					`  ${countNoun(silent.length, 'cell')} without a result that may be compared: ${list(silent.map(({runId, a, b}) => `${runId} (${a}, ${b})`))}`,
				]
			: []),
	];
	return lines.length === 0 ? [] : ['Not compared', ...lines];
}

const list = (names: readonly string[]): string =>
	names.slice(0, MOST_NAMES).join(', ') + (names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '');

export function listRemarks({metrics, others, shortestWindowS}: Comparison): readonly string[] {
	const rows = metrics.flatMap((metric) => metric.rows);
	const remarks = [
		rows.some(({interval}) => interval) ? EXPLAIN_INTERVALS : null,
		rows.some(({a, b}) => Math.min(a.n, b.n) === 1) ? EXPLAIN_SINGLE : null,
		shortestWindowS !== null && shortestWindowS < SHORT_S
			? `The shortest window was ${(1000 * shortestWindowS).toPrecision(2)} ms, in which much is chance; longer ones: experiment.test.min_window_s=1.`
			: null,
		rows.some(({verdict}) => verdict === 'far')
			? 'Far outside is more than twice the tolerance: look at what differs.'
			: null,
		others.length > 0
			? `${countNoun(others.length, 'number')} of the workload not compared: ${list(others)}; --tolerance ${others[0]}=5% compares one.`
			: null,
	].filter((remark) => remark !== null);
	return remarks.length === 0 ? [] : ['Read before you quote', ...remarks.map((remark) => `  ${remark}`)];
}

export function conclude({rows, outside, matched}: Comparison): string {
	if (rows === 0) return `Nothing could be compared: no number of ${countNoun(matched, 'cell')} is in either run.`;
	if (outside === 0) return `Within tolerance: all of ${countNoun(rows, 'number')} of ${countNoun(matched, 'cell')}.`;
	return `Outside tolerance: ${outside} of ${countNoun(rows, 'number')} of ${countNoun(matched, 'cell')}.`;
}
