import {type ExperimentResult, getDurationS, isSuccess, listInvalid} from '../domain/experiment.ts';
import {selectSimulated} from '../journal/select.ts';
import type {RunState} from '../journal/state.ts';
import {listCampaignSections} from './campaign/campaign-sections.ts';
import {type CellRecord, getThroughput, groupBy, selectCells, selectResults} from './cells.ts';
import {formatLatency, formatRate} from './figures.ts';
import {mergeLatencies} from './latency.ts';
import {listPenaltySections} from './penalty-sections.ts';
import {listPassValues, PASS_TITLES} from './profile/pass-export.ts';
import {escapeMarkdown, formatSectionMarkdown, type Section} from './section.ts';
import {averageKnown, sumKnown} from './statistics.ts';
import {listSections} from './study-sections.ts';
import {summarize} from './summarize.ts';
import type {Interval, PenaltyRow, Summary} from './summary.ts';
import {listMarks} from './summary-text.ts';
import {toOneLine} from './text.ts';

/** A cell as a line of a table. */
type CellRow = {
	readonly runId: string;
	readonly status: string;
	readonly gpu: number | null;
	readonly node: number | null;
	readonly model: string | null;
	readonly device: string | null;
	readonly samplesPerS: number | null;
	readonly p50Ms: number | null;
	readonly p90Ms: number | null;
	readonly durationS: number | null;
	readonly reason: string;
};

const CSV_TITLES =
	'run_id,status,gpu_id,numa_node,model,device,throughput_samples_per_s,p50_ms,p90_ms,duration_s,reason,simulated,' +
	'penalty_percent,penalty_low_percent,penalty_high_percent,control_percent,control_low_percent,control_high_percent,' +
	'blocks,bound_by,verdict';

/**
 * A line for each cell, RFC 4180 quoting, full precision, empty where a number is unknown. What is compared with the
 * local cell stands in the line of the remote one.
 */
export const formatSummaryCsv = (state: RunState): string => markLines(formatCells(state), state.opened?.foreign?.kind);

/** Only where another program measured it, so that all other files stay as they were. */
function markLines(csv: string, kind: string | undefined): string {
	if (kind === undefined) return csv;
	const [titles, ...lines] = csv.trimEnd().split('\n');
	return `${[`${titles},foreign`, ...lines.map((line) => `${line},${kind}`)].join('\n')}\n`;
}

function formatCells(state: RunState): string {
	const simulated = selectSimulated(state);
	const {penalties, profiles} = summarize(state, state.at);
	const passes = groupBy(profiles, ({runId}) => runId);
	// Only where cells were profiled, so that all other files stay as they were.
	const titles = [
		CSV_TITLES,
		...(profiles.length === 0 ? [] : PASS_TITLES),
		...(state.opened?.campaign ? PLACE_TITLES : []),
	];
	const rows = new Map(penalties.kind === 'none' ? [] : penalties.rows.map((row) => [row.remoteRunId, row]));
	const lines = selectCells(state).map((cell) => {
		const row = readRow(cell);
		const {runId, status, gpu, node, model, device, samplesPerS, p50Ms, p90Ms, durationS, reason} = row;
		const values = [runId, status, gpu, node, model, device, samplesPerS, p50Ms, p90Ms, durationS, reason, simulated];
		const compared = listCompared(rows.get(runId));
		const profiled = profiles.length === 0 ? [] : listPassValues(passes.get(cell.cell.duplicateOf ?? runId) ?? []);
		const place = state.opened?.campaign ? listPlace(cell) : [];
		return [...values, ...compared, ...profiled, ...place].map(quote).join(',');
	});
	return `${[titles.join(','), ...lines].join('\n')}\n`;
}

const PLACE_TITLES = ['phase', 'group', 'postponed'];

/** Of a campaign; a cell that repeats another one stands where that one does. */
function listPlace({records: [first]}: CellRecord): readonly (string | null)[] {
	const {phase = null, group = phase} = first?.experiment ?? {};
	return [phase, group, first?.stage.kind === 'postponed' ? first.stage.reason : null];
}

function listCompared(row: PenaltyRow | undefined): readonly (string | number | null)[] {
	if (!row) return Array.from({length: 9}, () => null);
	const {penaltyPercent, interval, control, n, cause, verdict} = row;
	const ends = (one: Interval | null | undefined) => [one?.lowPercent ?? null, one?.highPercent ?? null];
	const differences = [
		penaltyPercent,
		...ends(interval),
		control?.differencePercent ?? null,
		...ends(control?.interval),
	];
	return [...differences, n, cause, verdict];
}

function quote(value: string | number | boolean | null): string {
	const text = String(value ?? '');
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const MARKDOWN_TITLES = [
	'| run_id | status | GPU | node | model | device | samples/s | p50 ms | p90 ms | duration s | reason |',
	'|---|---|--:|--:|---|---|--:|--:|--:|--:|---|',
];

/** A table with a line for each cell, rounded for reading, and what the run means as further tables. */
export function formatSummaryMarkdown(state: RunState): string {
	const summary = summarize(state, state.at);
	const marks = listMarks(summary).map((mark) => `**${escapeMarkdown(mark)}**`);
	const watermark = marks.length > 0 ? [marks.join('\n\n')] : [];
	const lines = selectCells(state).map((cell) => {
		const {runId, status, gpu, node, model, device, samplesPerS, p50Ms, p90Ms, durationS, reason} = readRow(cell);
		const rate = samplesPerS === null ? '-' : formatRate(samplesPerS);
		const tail = [rate, formatLatency(p50Ms), formatLatency(p90Ms), durationS?.toFixed(1) ?? '-', reason];
		return `| ${[runId, status, gpu, node, model, device, ...tail].map(escapeMarkdown).join(' | ')} |`;
	});
	const sections = listMeaning(summary).map(formatSectionMarkdown);
	const blocks = [watermark, [...MARKDOWN_TITLES, ...lines], ...sections, watermark].filter(
		(block) => block.length > 0,
	);
	return `${blocks.map((block) => block.join('\n')).join('\n\n')}\n`;
}

const listMeaning = (summary: Summary): readonly Section[] => [
	...listCampaignSections(summary),
	...listPenaltySections(summary.penalties),
	...listSections(summary),
];

export function readRow({cell, records, status}: CellRecord): CellRow {
	const results = selectResults(records);
	const latency = mergeLatencies(results.filter(isSuccess).map(({latencyMs}) => latencyMs));
	return {
		runId: cell.runId,
		status,
		gpu: cell.gpuId,
		node: cell.numaNode,
		model: cell.model,
		device: results.find(({device}) => device !== null)?.device ?? null,
		samplesPerS: averageKnown(results.map(getThroughput)),
		p50Ms: latency.p50,
		p90Ms: latency.p90,
		durationS: sumKnown(results.map(getDurationS)),
		reason: explain(results, cell.duplicateOf),
	};
}

function explain(results: readonly ExperimentResult[], duplicateOf: string | null): string {
	const reasons = results.flatMap((result) => [
		...(result.tooMuch ? [`does not fit: ${result.tooMuch.message}`] : []),
		...(result.failure ? [result.failure.message] : []),
		...listInvalid(result),
		...result.degraded,
	]);
	const repeated = duplicateOf === null ? [] : [`same as ${duplicateOf}`];
	return toOneLine([...new Set([...repeated, ...reasons])].join('; '));
}
