import * as vega from 'vega';
import {compile, type TopLevelSpec} from 'vega-lite';
import type {JsonObject} from '../domain/json.ts';
import type {ChartSpec, DrawnFigure} from '../report/figures/figure.ts';
import {configure, PAGE_THEME, paint, type Theme} from './draw-theme.ts';
import {measureText} from './drawing-fonts.ts';
import {addTitle, colourFigure, stampFigure} from './dress-figure.ts';

type Marked = Pick<DrawnFigure, 'title' | 'chart'> & {
	/** What stands across the figure: that it is simulated, that it is foreign. */
	readonly marks: readonly string[];
};

/** An SVG of a figure, without scripts and without anything to load. */
export async function drawFigure({title, chart, marks}: Marked, theme: Theme): Promise<string> {
	const known = drawn.get(chart) ?? drawChart(chart);
	drawn.set(chart, known);
	const coloured = colourFigure(await known, theme);
	return stampFigure(theme.titled ? addTitle(coloured, title, marks, theme) : coloured, marks, theme);
}

/** A chart is laid out once for its page and its files, which takes longer than everything else. */
const drawn = new WeakMap<ChartSpec, Promise<string>>();

async function drawChart(chart: ChartSpec): Promise<string> {
	measureTextOurselves();
	const painted = paint(chart, PAGE_THEME) as JsonObject;
	const spec = {...painted, config: configure(PAGE_THEME)} as unknown as TopLevelSpec;
	const view = new vega.View(vega.parse(compile(spec, {logger: SILENT}).spec), {renderer: 'none', logger: SILENT});
	try {
		return await view.toSVG();
	} finally {
		view.finalize();
	}
}

/** Charts are ours: what a library would say of them belongs into a test, and not between the lines of a command. */
const SILENT: vega.LoggerInterface = {
	level: () => SILENT,
	error: (...messages: unknown[]) => {
		throw new Error(messages.map(String).join(' '));
	},
	warn: () => SILENT,
	info: () => SILENT,
	debug: () => SILENT,
} as unknown as vega.LoggerInterface;

type Metrics = {width: (item: Item, text: unknown) => number};
type Item = {readonly fontSize?: number; readonly fontWeight?: string | number};

/** Without a canvas Vega guesses the width of a text; the font that is drawn knows it. */
function measureTextOurselves(): void {
	const metrics = (vega as unknown as {textMetrics: Metrics}).textMetrics;
	metrics.width = ({fontSize = 11, fontWeight}, text) =>
		measureText(String(text ?? ''), fontSize, fontWeight === 'bold' || Number(fontWeight) >= 600);
}
