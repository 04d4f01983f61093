import type {Report} from '../report/figures/build-report.ts';
import type {DrawnFigure} from '../report/figures/figure.ts';
import {formatCsv, formatLatex, formatMarkdown} from '../report/figures/table-text.ts';
import {writePage} from '../report/html/page.ts';
import type {Drawing} from './load-drawing.ts';

export const FORMATS = ['html', 'svg', 'png', 'pdf', 'csv', 'md', 'tex'] as const;

export type Format = (typeof FORMATS)[number];

/** Formats for which figures must be drawn. */
export const DRAWN: readonly Format[] = ['html', 'svg', 'png', 'pdf'];

/** `path` is relative to the folder of the report. */
export type ReportFile = {readonly path: string; readonly content: string | Uint8Array};

type Wanted = {readonly formats: ReadonlySet<Format>; readonly drawing: Drawing | null};

/** Makes the files one by one, so that not all pictures are in memory at once. */
export async function* makeFiles(report: Report, {formats, drawing}: Wanted): AsyncGenerator<ReportFile> {
	yield* makeTables(report, formats);
	if (drawing === null) return;
	const drawn = report.figures.filter((figure) => figure.kind === 'drawn');
	const forPage = new Map<string, string>();
	for (const figure of drawn) {
		yield* makePictures(figure, report, formats, drawing);
		if (formats.has('html'))
			forPage.set(figure.name, await drawing.drawFigure({...figure, ...report}, drawing.PAGE_THEME));
	}
	if (!formats.has('html')) return;
	const beside = (['svg', 'png', 'pdf'] as const).filter((format) => formats.has(format));
	const files = new Map(drawn.map(({name}) => [name, beside.map((format) => namePicture(name, format))]));
	yield {path: 'report.html', content: writePage(report, {drawings: forPage, colours: drawing.PAGE_COLOURS, files})};
}

const namePicture = (name: string, format: Format): string => `figures/${name}.${format}`;

async function* makePictures(
	figure: DrawnFigure,
	{marks, at}: Report,
	formats: ReadonlySet<Format>,
	drawing: Drawing,
): AsyncGenerator<ReportFile> {
	if (!(['svg', 'png', 'pdf'] as const).some((format) => formats.has(format))) return;
	const {name, title, chart} = figure;
	const svg = await drawing.drawFigure({title, chart, marks}, drawing.FILE_THEME);
	if (formats.has('svg')) yield {path: namePicture(name, 'svg'), content: svg};
	if (formats.has('png')) yield {path: namePicture(name, 'png'), content: await drawing.drawPng(svg)};
	const page = {title: [title, ...marks].join('; '), at: new Date(at)};
	if (formats.has('pdf')) yield {path: namePicture(name, 'pdf'), content: await drawing.drawPdf(svg, page)};
}

function* makeTables({tables, marks}: Report, formats: ReadonlySet<Format>): Generator<ReportFile> {
	for (const {name, title, table} of tables) {
		if (formats.has('csv')) yield {path: `tables/${name}.csv`, content: formatCsv(table, marks)};
		if (formats.has('md')) yield {path: `tables/${name}.md`, content: formatMarkdown(title, table, marks)};
		if (formats.has('tex')) yield {path: `tables/${name}.tex`, content: formatLatex(name, title, table, marks)};
	}
}
