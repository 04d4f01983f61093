import {AUTHOR} from '../journal/campaign-facts.ts';
import {type Cause, groupByCause, nameCause} from './causes.ts';
import {countNoun, formatLatency, formatRate} from './figures.ts';
import type {FailureRow, Repeats, Summary, ThroughputRow, Touched} from './summary.ts';
import {formatTable, type TextColumn} from './text-table.ts';

const MOST_FAILURES = 12;
const MOST_ROWS = 60;
const INDENT = 2;

const indent = (line: string): string => ' '.repeat(INDENT) + line;

export function listFailures(failures: readonly FailureRow[]): readonly string[] {
	if (failures.length === 0) return [];
	const causes = groupByCause(failures);
	return [
		`Failures (${failures.length})`,
		...causes.slice(0, MOST_FAILURES).flatMap(describeCause),
		...describeRest(causes.length - MOST_FAILURES, 'other cause'),
	];
}

const describeCause = (cause: Cause): readonly string[] => [
	`  ${cause.kind}: ${nameCause(cause)}`,
	`    ${cause.message}`,
	`    ${cause.advice}`,
	...(cause.stderrLog === '' ? [] : [`    stderr: ${cause.stderrLog}`]),
];

export const listDegradations = (degradations: Summary['degradations']): readonly string[] =>
	listReasons('Degraded: the result is not what was declared', degradations);

export const listInvalidations = (invalidations: Summary['invalidations'], isForeign = false): readonly string[] =>
	listReasons(`Invalid: kept, and in no average${isForeign ? '' : '; tried again by: warpdeck resume'}`, invalidations);

/** How those ended that were tried once more, one line; none where none was. */
export function describeRepeats({count, succeeded, invalid, failed, unfinished}: Repeats): readonly string[] {
	if (count === 0) return [];
	const ends = [
		`${succeeded} came out well`,
		invalid > 0 ? `${invalid} ${invalid === 1 ? 'is' : 'are'} invalid again` : null,
		failed > 0 ? `${failed} failed` : null,
		unfinished > 0 ? `${unfinished} not finished` : null,
	].filter((end) => end !== null);
	return [`${countNoun(count, 'experiment')} invalid at first and tried once more: ${ends.join(', ')}`];
}

/** What its suite leaves for later is taken up by no resume; `by` stands behind the reason. */
export function listPostponements(postponements: Summary['postponements']): readonly string[] {
	const isAuthors = ({reason}: Summary['postponements'][number]): boolean => reason.endsWith(`(${AUTHOR})`);
	const others = postponements.filter((one) => !isAuthors(one));
	return [
		...listReasons('Postponed: not tried, and tried by: warpdeck resume', others),
		...listReasons('Left for later by the suite, and tried by: warpdeck retry ID', postponements.filter(isAuthors)),
	];
}

export const listSkips = (skips: Summary['skips']): readonly string[] =>
	listReasons('Skipped: not tried before somebody asks, with: warpdeck retry', skips);

const listReasons = (title: string, reasons: Summary['degradations']): readonly string[] =>
	reasons.length === 0
		? []
		: [
				title,
				...reasons
					.slice(0, MOST_FAILURES)
					.flatMap(({reason, count, firstRunId, role}) => [
						`  ${countNoun(count, nameTouched(role))}: ${firstRunId}${count === 1 ? '' : ' and others'}`,
						`    ${reason}`,
					]),
				...describeRest(reasons.length - MOST_FAILURES, 'other reason'),
			];

const ROLE_NAMES = {'warm-up': 'warm-up', control: 'A/A control', profile: 'profiling pass'} as const;

const nameTouched = (role: Touched['role']): string => (role ? ROLE_NAMES[role] : 'cell');

const THROUGHPUT: readonly TextColumn<ThroughputRow>[] = [
	{title: 'model', side: 'left', read: ({model}) => model},
	{title: 'device', side: 'left', read: ({device}) => device},
	{title: 'n', side: 'right', read: ({n}) => String(n)},
	{title: 'mean', side: 'right', read: (row) => formatRate(row.meanSamplesPerS)},
	{title: 'min', side: 'right', read: (row) => formatRate(row.minSamplesPerS), optional: true},
	{title: 'max', side: 'right', read: (row) => formatRate(row.maxSamplesPerS), optional: true},
	{title: 'p50 ms', side: 'right', read: (row) => formatLatency(row.p50Ms)},
];

export const listThroughput = (rows: readonly ThroughputRow[], width: number): readonly string[] =>
	rows.length === 0
		? ['Throughput: no result that is as declared has one']
		: ['Throughput, samples/s', ...tabulate(THROUGHPUT, rows, width)];

const tabulate = <T>(table: readonly TextColumn<T>[], rows: readonly T[], width: number): readonly string[] => [
	...formatTable(table, rows.slice(0, MOST_ROWS), width - INDENT).map(indent),
	...describeRest(rows.length - MOST_ROWS, 'other row'),
];

const describeRest = (count: number, noun: string): readonly string[] =>
	count <= 0 ? [] : [`  and ${countNoun(count, noun)}: warpdeck summary --csv has every cell`];
