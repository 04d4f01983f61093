import {formatSectionMarkdown} from '../section.ts';
import type {ComparedRow, Comparison, MetricComparison} from './comparison.ts';
import {sectionOfDifferences, sectionsOfMetrics} from './comparison-sections.ts';
import {conclude, listMarks, listRemarks} from './comparison-text.ts';
import {getLimit} from './tolerance.ts';

const TITLES =
	'metric,run_id,a,b,a_blocks,b_blocks,a_planned,b_planned,difference,unit,low,high,p,p_holm,tolerance,verdict,sure,simulated,foreign';

/** A line for each metric of each cell, RFC 4180 quoting, full precision, empty where a number is unknown. */
export function formatComparisonCsv(comparison: Comparison): string {
	const lines = comparison.metrics.flatMap((metric) => metric.rows.map((row) => formatLine(row, metric, comparison)));
	return `${[TITLES, ...lines].join('\n')}\n`;
}

function formatLine(row: ComparedRow, {metric, tolerance}: MetricComparison, {simulated, foreign}: Comparison): string {
	const {runId, a, b, difference, interval, p, pHolm, verdict, sure} = row;
	const sides = [a.mean, b.mean, a.n, b.n, a.planned, b.planned];
	const found = [difference, tolerance.kind === 'share' ? '%' : '', interval?.low, interval?.high, p, pHolm];
	return [metric, runId, ...sides, ...found, getLimit(tolerance), verdict, sure, simulated, foreign]
		.map(quote)
		.join(',');
}

function quote(value: string | number | boolean | null | undefined): string {
	const text = String(value ?? '');
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Every table with every row. */
export function formatComparisonMarkdown(comparison: Comparison, [a, b]: readonly [string, string]): string {
	const differences = sectionOfDifferences(comparison);
	const marks = listMarks(comparison).map((mark) => `**${mark}**`);
	const [, ...remarks] = listRemarks(comparison);
	const blocks = [
		marks,
		[`* A: ${a}`, `* B: ${b}`, ...comparison.objections.map(({says}) => `* compared all the same: ${says}`)],
		differences ? formatSectionMarkdown(differences) : [],
		...sectionsOfMetrics(comparison, true).map(formatSectionMarkdown),
		remarks.map((remark) => `* ${remark.trim()}`),
		[`**${conclude(comparison)}**`],
		marks,
	].filter((block) => block.length > 0);
	return `${blocks.map((block) => block.join('\n')).join('\n\n')}\n`;
}
