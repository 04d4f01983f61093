import type {Json} from '../../domain/json.ts';
import {countNoun, formatRate} from '../figures.ts';
import {buildSection, MOST_ROWS, type Read, type Section} from '../section.ts';
import type {ComparedRow, Comparison, Difference, MetricComparison, Side} from './comparison.ts';
import {formatTolerance, type Tolerance} from './tolerance.ts';

/** A value in a table of differences; the JSON has it whole. */
const LONGEST_VALUE = 40;
const MOST_DIFFERENCES = 40;

const left = <T>(title: string, keep: number, read: (row: T) => string): Read<T> => ({title, side: 'left', keep, read});
const right = <T>(title: string, keep: number, read: (row: T) => string): Read<T> => ({
	title,
	side: 'right',
	keep,
	read,
});

const DIFFERENCE: readonly Read<Difference>[] = [
	left('what', 9, ({group}) => group),
	left('key', 9, ({key}) => key),
	left('A', 9, ({a}) => formatValue(a)),
	left('B', 9, ({b}) => formatValue(b)),
];

/** A line for each; in a table keys and values would cut each other short. */
export function listDifferenceLines({differences}: Comparison): readonly string[] {
	if (differences.length === 0) return ['Nothing differs in configuration, versions, driver, hardware or data.'];
	const rest = differences.length - MOST_DIFFERENCES;
	return [
		'What differs',
		...differences
			.slice(0, MOST_DIFFERENCES)
			.map(({group, key, a, b}) => `  ${group}: ${key} ${formatValue(a)} -> ${formatValue(b)}`),
		...(rest > 0 ? [`  and ${rest} more: --json has them all`] : []),
	];
}

function formatValue(value: Json): string {
	const text = value === null ? '-' : typeof value === 'string' ? value : JSON.stringify(value);
	return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;
}

export const sectionOfDifferences = ({differences}: Comparison): Section | null =>
	buildSection('What differs', [], DIFFERENCE, differences);

/** Of throughput every row, unless these are too many to read; of other metrics those that are not within, because they mostly say it once more. */
export const sectionsOfMetrics = ({metrics}: Comparison, whole: boolean): readonly Section[] =>
	metrics.map((metric, index) => sectionOfMetric(metric, whole || (index === 0 && metric.rows.length <= MOST_ROWS)));

function sectionOfMetric(metric: MetricComparison, whole: boolean): Section {
	const {title, tolerance, rows} = metric;
	const shown = whole ? rows : rows.filter(({verdict}) => verdict !== 'within');
	const columns = listColumns(tolerance);
	return {
		title: `${title}: ${describeCounts(metric)}`,
		remarks: [],
		whole: '--csv',
		columns,
		rows: shown.map((row) => columns.map(({read}) => read(row))),
	};
}

function describeCounts({rows, tolerance}: MetricComparison): string {
	const count = (verdict: ComparedRow['verdict']): number => rows.filter((row) => row.verdict === verdict).length;
	const parts = [
		`${count('within')} of ${countNoun(rows.length, 'cell')} within ${formatTolerance(tolerance)}`,
		count('outside') > 0 ? `${count('outside')} outside` : null,
		count('far') > 0 ? `${count('far')} outside twice of it` : null,
		count('lost') > 0 ? `${count('lost')} on one side only` : null,
	];
	return parts.filter((part) => part !== null).join(', ');
}

const listColumns = (tolerance: Tolerance): readonly Read<ComparedRow>[] => [
	{...left<ComparedRow>('cell', 9, ({runId}) => runId), min: 12},
	right('A', 6, ({a}) => formatMean(a)),
	right('B', 6, ({b}) => formatMean(b)),
	right('n', 5, ({a, b}) => `${formatN(a)}, ${formatN(b)}`),
	right('B - A', 9, ({difference}) => (difference === null ? '-' : formatSigned(difference, tolerance))),
	right('95 % interval', 8, (row) => formatEnds(row, tolerance)),
	left('verdict', 9, describeVerdict),
];

const formatMean = ({mean}: Side): string => (mean === null ? '-' : formatRate(mean));

/** `10`, and `8/10` where blocks that were planned have no value. */
const formatN = ({n, planned}: Side): string => (n === planned ? `${n}` : `${n}/${planned}`);

function formatSigned(value: number, {kind}: Tolerance): string {
	if (!Number.isFinite(value)) return 'from 0';
	const text = kind === 'share' || Math.abs(value) >= 100 ? value.toFixed(1) : value.toPrecision(2);
	const signed = Number(text) > 0 ? `+${text}` : text.replace(/^-(0(\.0+)?)$/, '$1');
	return kind === 'share' ? `${signed} %` : signed;
}

function formatEnds({interval, verdict, a, b}: ComparedRow, tolerance: Tolerance): string {
	if (verdict === 'lost') return '-';
	if (!interval) return a.n > 1 && b.n > 1 ? 'no scatter' : 'single run';
	const [low, high] = [interval.low, interval.high].map((end) => formatSigned(end, tolerance));
	return `${low?.replace(/ %$/, '')} to ${high}`;
}

/** Unsure: the interval reaches over the edge of the tolerance. */
function describeVerdict({verdict, sure, interval, a}: ComparedRow): string {
	if (verdict === 'lost') return a.n > 0 ? 'only in A' : 'only in B';
	const word = verdict === 'far' ? 'far outside' : verdict;
	return interval && !sure ? `${word}, unsure` : word;
}
