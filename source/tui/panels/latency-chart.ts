import type {LaneView} from '../../journal/select.ts';
import {chart} from '../parts/chart.ts';
import {type Line, rule} from '../parts/line.ts';
import {formatMs} from '../parts/units.ts';
import type {Glyphs} from '../theme.ts';

type ChartLayout = {readonly width: number; readonly rows: number; readonly glyphs: Glyphs};

/** Exactly `rows` lines: a heading that names what was measured, then the chart of the lane's latest latencies. */
export function layChart({label, latest}: LaneView, {width, rows, glyphs}: ChartLayout): readonly Line[] {
	const p50 = latest && latest.p50 !== null ? `, p50 ${formatMs(latest.p50)}` : '';
	const title = latest
		? `${label}: latency in ms of ${latest.id}, last ${latest.latencyMs.length} batches${p50}`
		: `${label}: latency, none measured yet`;
	const drawn = chart(latest?.latencyMs ?? [], {columns: width, rows: rows - 1}, glyphs);
	return [rule(title, width, glyphs), ...drawn.map((text): Line => [{text, tone: 'accent'}])];
}
