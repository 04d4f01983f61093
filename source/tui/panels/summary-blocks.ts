import {listCampaignSections} from '../../report/campaign/campaign-sections.ts';
import {groupByCause, nameCause} from '../../report/causes.ts';
import {formatInterval} from '../../report/figures.ts';
import {sayInShort} from '../../report/in-short.ts';
import {EXPLAIN_EXPECTATION, explainVerdicts, hasIntervals, nameModelPenalties} from '../../report/penalty-text.ts';
import type {Section} from '../../report/section.ts';
import {describeClasses, listSections} from '../../report/study-sections.ts';
import type {FailureRow, Group, Penalties, Summary} from '../../report/summary.ts';
import {describeRepeats} from '../../report/summary-sections.ts';
import {wrapText} from '../../report/text.ts';
import type {Block} from '../parts/blocks.ts';
import {type Line, pack, part, rule} from '../parts/line.ts';
import type {Cell, Row} from '../parts/table.tsx';
import {formatMs, formatNumber, formatPercent} from '../parts/units.ts';
import type {Glyphs, Tone} from '../theme.ts';
import {tabulateModelPenalties, tabulatePenalties} from './penalty-tables.ts';

type SummaryLayout = {
	readonly width: number;
	readonly glyphs: Glyphs;
	readonly files: readonly string[];
	/** The command that runs what failed, is invalid or is missing; null when nothing is. */
	readonly resume: string | null;
};

/** Everything that the summary says, from the most to the least important; empty parts are left out or say so. */
export function laySummary(summary: Summary, layout: SummaryLayout): readonly Block[] {
	return [
		...laySuccess(summary, layout),
		...layResume(layout),
		...listCampaignSections(summary).flatMap((section) => laySection(section, layout)),
		...layReasons(summary, layout),
		...layFailures(summary.failures, layout),
		...layPostponements(summary, layout),
		...laySkips(summary, layout),
		...layTouched(summary.invalidations, 'invalid: kept, and in no average', layout),
		...layTouched(summary.degradations, 'degraded: measured, but not what was declared', layout),
		...layThroughput(summary, layout),
		...layPenalties(summary.penalties, layout),
		...listSections(summary).flatMap((section) => laySection(section, layout)),
		...layGroups(summary, layout),
		...layNotes(summary, layout),
		...layFiles(layout),
	];
}

function laySuccess(summary: Summary, layout: SummaryLayout): readonly Block[] {
	const {total, distinct, executions, succeeded, degraded, invalid, failed, postponed, skipped, unfinished} = summary;
	const parts = [
		part(` success ${formatPercent(summary.successRatePercent, 1)}`, 'strong', 9),
		part(`of ${total} cells:`, 'plain', 8),
		part(`${succeeded} ok`, 'ok', 7),
		part(`${degraded} degraded`, degraded > 0 ? 'degraded' : 'dim', 6),
		part(invalid > 0 ? `${invalid} invalid` : '', 'invalid', 7),
		part(`${failed} failed`, failed > 0 ? 'failed' : 'dim', 7),
		part(postponed > 0 ? `${postponed} postponed` : '', 'degraded', 6),
		part(skipped > 0 ? `${skipped} skipped` : '', 'degraded', 6),
		part(`${unfinished} unfinished`, unfinished > 0 ? 'degraded' : 'dim', 6),
	];
	const shape = `${distinct} distinct cells, ${executions} experiments`;
	return [
		lines([
			pack(parts, layout.width, layout.glyphs),
			...say(describeTried(summary), 'plain', layout),
			...describeRepeats(summary.repeats).flatMap((line) => say(line, 'plain', layout)),
			...say(shape, 'dim', layout),
			...sayInShort(summary).flatMap((line) => say(line, 'plain', layout)),
		]),
	];
}

function describeTried({total, postponed, skipped, unfinished, triedRatePercent, interval}: Summary): string {
	if (triedRatePercent === null) return 'no cell has ended yet';
	const sure = interval ? `; 95 % interval ${formatInterval(interval)} (Wilson)` : '';
	return `${formatPercent(triedRatePercent, 1)} of ${total - unfinished - postponed - skipped} cells tried${sure}`;
}

const layResume = (layout: SummaryLayout): readonly Block[] =>
	layout.resume === null
		? []
		: [heading('what failed, is invalid or is missing', layout), lines(say(layout.resume, 'strong', layout))];

function layReasons({reasons}: Summary, layout: SummaryLayout): readonly Block[] {
	if (reasons.length === 0) return [];
	const columns = [
		{title: 'cells', align: 'right', keep: 9},
		{title: 'of planned', align: 'right', keep: 7},
		{title: 'reason', keep: 9},
		{title: 'first', keep: 5},
	] as const;
	const rows = reasons.map(({kind, count, plannedPercent, firstRunId}) => [
		alarm(count, 'failed'),
		formatPercent(plannedPercent, 1),
		kind,
		firstRunId,
	]);
	return [heading('failed, by reason', layout), {kind: 'table', columns, rows}];
}

function layFailures(failures: readonly FailureRow[], layout: SummaryLayout): readonly Block[] {
	if (failures.length === 0) return [];
	const texts = groupByCause(failures).flatMap((cause) => [
		...say(`failed: ${nameCause(cause)} (${cause.kind}): ${cause.message}`, 'failed', layout),
		...say(`  try: ${cause.advice}`, 'plain', layout),
		...(cause.stderrLog === '' ? [] : say(`  log: ${cause.stderrLog}`, 'dim', layout)),
	]);
	return [heading('failures', layout), lines(texts)];
}

const layPostponements = ({postponements}: Summary, layout: SummaryLayout): readonly Block[] =>
	laySetAside('postponed: not started, and why', postponements, layout);

const laySkips = ({skips}: Summary, layout: SummaryLayout): readonly Block[] =>
	laySetAside('skipped: not started before somebody asks, and why', skips, layout);

function laySetAside(title: string, reasons: Summary['postponements'], layout: SummaryLayout): readonly Block[] {
	if (reasons.length === 0) return [];
	const texts = reasons.flatMap(({reason, count, firstRunId}) =>
		say(`${count}: ${reason} (first ${firstRunId})`, 'degraded', layout),
	);
	return [heading(title, layout), lines(texts)];
}

/** Reasons by the number of cells that they touch. */
function layTouched(reasons: Summary['degradations'], title: string, layout: SummaryLayout): readonly Block[] {
	if (reasons.length === 0) return [];
	const columns = [
		{title: 'cells', align: 'right', keep: 9},
		{title: 'reason', keep: 9, min: 20},
		{title: 'first', keep: 5},
	] as const;
	const rows = reasons.map(({count, reason, firstRunId}) => [`${count}`, reason, firstRunId]);
	return [heading(title, layout), {kind: 'table', columns, rows}];
}

function layThroughput(summary: Summary, layout: SummaryLayout): readonly Block[] {
	const {throughput, searches} = summary;
	if (throughput.length === 0 && searches.length > 0) return [];
	const title = heading('throughput by model, samples/s', layout);
	if (throughput.length === 0) return [title, lines(say('nothing measured yet', 'dim', layout))];
	const columns = [
		{title: 'model', keep: 9, min: 12},
		{title: 'device', keep: 8},
		{title: 'n', align: 'right', keep: 6},
		{title: 'mean', align: 'right', keep: 9},
		{title: 'min', align: 'right', keep: 4},
		{title: 'max', align: 'right', keep: 4},
		{title: 'p50 ms', align: 'right', keep: 7},
	] as const;
	const rows = throughput.map(({model, device, n, meanSamplesPerS, minSamplesPerS, maxSamplesPerS, p50Ms}) => [
		model,
		device,
		`${n}`,
		formatNumber(meanSamplesPerS, 1),
		formatNumber(minSamplesPerS, 1),
		formatNumber(maxSamplesPerS, 1),
		formatMs(p50Ms),
	]);
	const classes = describeClasses(summary);
	const bound = classes === null ? [] : [lines(say(classes, 'plain', layout))];
	return [title, {kind: 'table', columns, rows}, ...bound];
}

function layPenalties(penalties: Penalties, layout: SummaryLayout): readonly Block[] {
	const title = heading('local against remote memory', layout);
	if (penalties.kind === 'none') return [title, lines(say(`no penalty: ${penalties.reason}`, 'plain', layout))];
	const {formula, rows, models} = penalties;
	const explained = hasIntervals(rows) ? say(explainVerdicts(penalties), 'dim', layout) : [];
	const expected =
		layout.width >= 140 && rows.some(({expectation}) => expectation) ? say(EXPLAIN_EXPECTATION, 'dim', layout) : [];
	const read = lines([...say(`${formula}; nodes are local:remote`, 'dim', layout), ...explained, ...expected]);
	const byModel = heading(nameModelPenalties(penalties), layout);
	return [
		title,
		read,
		tabulatePenalties(rows, layout.width),
		...(models.length === 0 ? [] : [byModel, tabulateModelPenalties(models, layout.width)]),
	];
}

const laySection = ({title, remarks, columns, rows}: Section, layout: SummaryLayout): readonly Block[] => [
	heading(title, layout),
	lines(remarks.flatMap((remark) => say(remark, 'dim', layout))),
	{kind: 'table', columns: columns.map(({side, ...column}) => ({...column, align: side})), rows},
];

function layGroups({groups}: Summary, layout: SummaryLayout): readonly Block[] {
	const all = [groups.bySuite, groups.byGpu, groups.byNode, groups.byModel].flat();
	const hasInvalid = all.some(({invalid}) => invalid > 0);
	const columns = [
		{title: 'by', keep: 5},
		{title: 'group', keep: 9, min: 16},
		{title: 'planned', align: 'right', keep: 8},
		{title: 'ok', align: 'right', keep: 9},
		{title: 'degraded', align: 'right', keep: 4},
		...(hasInvalid ? ([{title: 'invalid', align: 'right', keep: 8}] as const) : []),
		{title: 'failed', align: 'right', keep: 8},
		{title: 'unfinished', align: 'right', keep: 3},
		{title: 'success', align: 'right', keep: 8},
		{title: 'of tried', align: 'right', keep: 6},
		{title: '95 % interval', align: 'right', keep: 2},
	] as const;
	const rows = [
		...groups.bySuite.map((group) => showGroup('suite', group, hasInvalid)),
		...groups.byGpu.map((group) => showGroup('GPU', group, hasInvalid)),
		...groups.byNode.map((group) => showGroup('node', group, hasInvalid)),
		...groups.byModel.map((group) => showGroup('model', group, hasInvalid)),
	];
	const title = heading('success by suite, GPU, NUMA node and model; ok counts degraded ones too', layout);
	return rows.length === 0 ? [] : [title, {kind: 'table', columns, rows}];
}

const showGroup = (by: string, group: Group, hasInvalid: boolean): Row => [
	by,
	group.label,
	`${group.total}`,
	`${group.succeeded}`,
	alarm(group.degraded, 'degraded'),
	...(hasInvalid ? [alarm(group.invalid, 'invalid')] : []),
	alarm(group.failed, 'failed'),
	alarm(group.unfinished, 'degraded'),
	formatPercent(group.successRatePercent, 1),
	formatPercent(group.triedRatePercent, 1),
	group.interval ? formatInterval(group.interval) : '',
];

/** A count stands out only when there is something to count. */
const alarm = (count: number, tone: Tone): Cell => ({text: `${count}`, tone: count > 0 ? tone : 'dim'});

function layNotes({notes, anomalyCount}: Summary, layout: SummaryLayout): readonly Block[] {
	const anomalies = anomalyCount === 0 ? [] : [`${anomalyCount} anomalies in the journal: see the messages.`];
	const texts = [...notes, ...anomalies].flatMap((note) => say(note, 'plain', layout));
	return texts.length === 0 ? [] : [heading('read before you quote', layout), lines(texts)];
}

const layFiles = (layout: SummaryLayout): readonly Block[] =>
	layout.files.length === 0
		? []
		: [heading('files', layout), lines(layout.files.flatMap((file) => say(file, 'plain', layout)))];

const lines = (all: readonly Line[]): Block => ({kind: 'lines', lines: all});

const heading = (title: string, {width, glyphs}: SummaryLayout): Block => lines([rule(title, width, glyphs)]);

/** One blank before the text, as ink-table sets its cells. */
const say = (text: string, tone: Tone, {width, glyphs}: SummaryLayout): readonly Line[] => {
	const indent = /^ */.exec(text)?.[0] ?? '';
	return wrapText(text.trim(), Math.max(10, width - indent.length - 2)).map((line) =>
		pack([part(` ${indent}${line}`, tone)], width, glyphs),
	);
};
