import {type Bin, binValues} from '../../../report/histogram.ts';
import {bar} from '../../parts/bar.ts';
import {chart} from '../../parts/chart.ts';
import {displayWidth} from '../../parts/fit.ts';
import {type Line, pack, part, rule} from '../../parts/line.ts';
import type {Glyphs} from '../../theme.ts';
import type {LatencyModel} from './model.ts';
import {layNote, type PageLayout} from './page.ts';
import {layPercentiles} from './percentiles.ts';

const MAX_BINS = 20;
const MAX_BAR = 60;

/** Percentiles, latency over time, and how often which latency came. */
export function layLatency(latency: LatencyModel, layout: PageLayout): readonly Line[] {
	const {width, rows, glyphs} = layout;
	const {values} = latency;
	if (values.length === 0) return [layPercentiles(latency, layout), ...layNote(explainNone(latency), layout)];
	const left = rows - 3;
	const bins = binValues(values, Math.max(4, Math.min(MAX_BINS, Math.floor(left * 0.4))));
	return [
		layPercentiles(latency, layout),
		...layLatencyChart(latency, {...layout, rows: left - bins.length}),
		rule(`how many of ${values.length} batches took how long`, width, glyphs),
		...layBins(bins, layout),
	];
}

const explainNone = ({summary}: LatencyModel): string =>
	summary.n > 0
		? 'The latencies themselves are not there to be drawn; the percentiles were committed with the result.'
		: 'Its workload has printed no samples yet, or prints none.';

/** With a title above and the numbers of the first and the last batch below: exactly `rows` lines. */
export function layLatencyChart(
	{values, firstBatch}: LatencyModel,
	{width, rows, glyphs}: PageLayout,
): readonly Line[] {
	const drawn = chart(values, {columns: width, rows: rows - 2}, glyphs);
	const axis = Math.max(0, ...drawn.map((line) => line.search(/[┤┼|+]/)));
	const columns = Math.min(values.length, width - axis - 1);
	const each = Math.ceil(values.length / columns);
	const grouped = each > 1 ? `, each column the slowest of ${each}` : '';
	const title = `latency in ms of ${values.length} batches${grouped}`;
	return [
		rule(title, width, glyphs),
		...drawn.map((text): Line => [{text, tone: 'accent'}]),
		[{text: labelAxis(firstBatch, values.length, axis + 1, columns), tone: 'dim'}],
	];
}

function labelAxis(firstBatch: number | null, count: number, indent: number, columns: number): string {
	const from = firstBatch === null ? 'oldest kept' : `batch ${firstBatch}`;
	const to = firstBatch === null ? 'latest' : `batch ${firstBatch + count - 1}`;
	const blanks = columns - displayWidth(from) - displayWidth(to);
	return ' '.repeat(indent) + (blanks > 0 ? from + ' '.repeat(blanks) + to : `${from} to ${to}`);
}

function layBins(bins: readonly Bin[], {width, glyphs}: PageLayout): readonly Line[] {
	const most = bins.reduce((high, {count}) => Math.max(high, count), 0);
	const digits = chooseDigits(bins);
	const edges = bins.map(({from, to}) => `${from.toFixed(digits)} - ${to.toFixed(digits)}`);
	const edgeColumns = Math.max(...edges.map((text) => text.length));
	const countColumns = `${most}`.length;
	const room = Math.min(MAX_BAR, width - edgeColumns - countColumns - 7);
	return bins.map(({count}, index) =>
		pack(
			[
				part(`${(edges[index] ?? '').padStart(edgeColumns)} ms`, 'plain', 9),
				part(`${count}`.padStart(countColumns), count > 0 ? 'strong' : 'dim', 8),
				part(drawBar(count, most, room, glyphs), 'accent', 7),
			],
			width,
			glyphs,
		),
	);
}

/** So many that no two edges read the same; of a lone bin three. */
function chooseDigits([first]: readonly Bin[]): number {
	const width = first ? first.to - first.from : 0;
	return width > 0 ? Math.max(0, Math.min(9, Math.ceil(-Math.log10(width)) + 1)) : 3;
}

/** What is there shows at least one sign. */
const drawBar = (count: number, most: number, width: number, glyphs: Glyphs): string =>
	count === 0 ? '' : bar(1, 1, Math.max(1, Math.round((count / most) * width)), glyphs);
