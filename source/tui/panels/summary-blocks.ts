import type {FailureRow, Group, Penalties, Summary} from '../../report/summary.ts';
import {wrapText} from '../../report/text.ts';
import type {Block} from '../parts/blocks.ts';
import {type Line, pack, part, rule} from '../parts/line.ts';
import {formatMs, formatNumber, formatPercent} from '../parts/units.ts';
import type {Glyphs, Tone} from '../theme.ts';

type SummaryLayout = {readonly width: number; readonly glyphs: Glyphs; readonly files: readonly string[]};

/** Everything that the summary says, from the most to the least important; empty parts are left out or say so. */
export function laySummary(summary: Summary, layout: SummaryLayout): readonly Block[] {
	return [
		...laySuccess(summary, layout),
		...layFailures(summary.failures, layout),
		...layDegradations(summary, layout),
		...layThroughput(summary, layout),
		...layPenalties(summary.penalties, layout),
		...layGroups(summary, layout),
		...layNotes(summary, layout),
		...layFiles(layout),
	];
}

function laySuccess(summary: Summary, layout: SummaryLayout): readonly Block[] {
	const {total, distinct, executions, succeeded, degraded, failed, unfinished, successRatePercent} = summary;
	const parts = [
		part(` success ${formatPercent(successRatePercent, 1)}`, 'strong', 9),
		part(`of ${total} cells:`, 'plain', 8),
		part(`${succeeded} ok`, 'ok', 7),
		part(`${degraded} degraded`, degraded > 0 ? 'degraded' : 'dim', 6),
		part(`${failed} failed`, failed > 0 ? 'failed' : 'dim', 7),
		part(`${unfinished} unfinished`, unfinished > 0 ? 'degraded' : 'dim', 6),
	];
	const shape = `${distinct} distinct cells, ${executions} experiments`;
	return [lines([pack(parts, layout.width, layout.glyphs), ...say(shape, 'dim', layout)])];
}

function layFailures(failures: readonly FailureRow[], layout: SummaryLayout): readonly Block[] {
	if (failures.length === 0) return [];
	const texts = failures.flatMap(({runId, kind, message, advice, stderrLog}) => [
		...say(`failed: ${runId} (${kind}): ${message}`, 'failed', layout),
		...say(`  try: ${advice}`, 'plain', layout),
		...say(`  log: ${stderrLog}`, 'dim', layout),
	]);
	return [heading('failures', layout), lines(texts)];
}

function layDegradations({degradations}: Summary, layout: SummaryLayout): readonly Block[] {
	if (degradations.length === 0) return [];
	const columns = [
		{title: 'cells', align: 'right', keep: 9},
		{title: 'reason', keep: 9, min: 20},
		{title: 'first', keep: 5},
	] as const;
	const rows = degradations.map(({count, reason, firstRunId}) => [`${count}`, reason, firstRunId]);
	return [heading('degraded: measured, but not what was declared', layout), {kind: 'table', columns, rows}];
}

function layThroughput({throughput}: Summary, layout: SummaryLayout): readonly Block[] {
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
	return [title, {kind: 'table', columns, rows}];
}

function layPenalties(penalties: Penalties, layout: SummaryLayout): readonly Block[] {
	const title = heading('local against remote memory', layout);
	if (penalties.kind === 'none') return [title, lines(say(`no penalty: ${penalties.reason}`, 'plain', layout))];
	const columns = [
		{title: 'GPU', align: 'right', keep: 9},
		{title: 'model', keep: 9, min: 12},
		{title: 'local', align: 'right', keep: 6},
		{title: 'remote', align: 'right', keep: 6},
		{title: 'distance', align: 'right', keep: 2},
		{title: 'local/s', align: 'right', keep: 7},
		{title: 'remote/s', align: 'right', keep: 7},
		{title: 'penalty', align: 'right', keep: 9},
		{title: 'n', align: 'right', keep: 5},
		{title: 'certainty', keep: 3},
	] as const;
	const rows = penalties.rows.map((row) => [
		`${row.gpuId}`,
		row.model,
		`node ${row.localNode}`,
		`node ${row.remoteNode}`,
		formatNumber(row.distance),
		formatNumber(row.localSamplesPerS, 1),
		formatNumber(row.remoteSamplesPerS, 1),
		formatPercent(row.penaltyPercent, 1),
		`${row.n}`,
		row.verdict,
	]);
	return [title, lines(say(penalties.formula, 'dim', layout)), {kind: 'table', columns, rows}];
}

function layGroups({groups}: Summary, layout: SummaryLayout): readonly Block[] {
	const columns = [
		{title: 'group', keep: 9, min: 16},
		{title: 'cells', align: 'right', keep: 8},
		{title: 'ok', align: 'right', keep: 9},
		{title: 'failed', align: 'right', keep: 9},
	] as const;
	const list = (group: readonly Group[]) =>
		group.map(({label, total, succeeded, failed}) => [label, `${total}`, `${succeeded}`, `${failed}`]);
	const rows = [...list(groups.byGpu), ...list(groups.byNode), ...list(groups.byModel)];
	return rows.length === 0 ? [] : [heading('by GPU, NUMA node and model', layout), {kind: 'table', columns, rows}];
}

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
