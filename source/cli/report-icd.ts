import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {type Drawing, loadDrawing} from '../effects/load-drawing.ts';
import type {ReportFile} from '../effects/report-files.ts';
import {checkTarget, writeReportFolder} from '../effects/report-folder.ts';
import {findPosition} from '../journal/positions.ts';
import {selectSimulated} from '../journal/select.ts';
import type {RunState} from '../journal/state.ts';
import {getAt} from '../journal/vector.ts';
import {computePairedD, computePooledD} from '../report/cohen.ts';
import {chartIcdFigure, type IcdDrawn} from '../report/figures/icd-charts.ts';
import {describeForeign} from '../report/foreign/mark.ts';
import type {IcdStatistics} from '../report/icd/icd-statistics.ts';
import {type IcdLayout, layOutIcd} from '../report/icd/lay-out-icd.ts';
import {mediate} from '../report/mediation.ts';
import {DEFAULT_RESAMPLES} from '../report/resample.ts';
import {WATERMARK} from '../report/summary-text.ts';
import {loadRun} from './load-run.ts';
import {nameFolder} from './printer.ts';

const STATISTICS: IcdStatistics = {
	computePooledD,
	computePairedD,
	mediate: (rows) => mediate(rows, {seed: MEDIATION_SEED, resamples: DEFAULT_RESAMPLES}),
};

/** Constant, so that the same run always gives the same interval. */
const MEDIATION_SEED = 17;

/** `report --layout icd`: the A100 guide's files of a run. */
export async function reportIcd(run: string, target: string): Promise<number> {
	checkTarget(target);
	const {state, warnings} = loadRun(run);
	for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
	const layout = layOutIcd(state, {statistics: STATISTICS, readSamples: (id) => readSamples(run, state, id)});
	const about = {layout: 'icd', run, missing: layout.missing};
	const files = await writeReportFolder(target, listFiles(layout, state), about);
	process.stdout.write(`${nameFolder(target)}: ${files.length} files of ${state.opened?.suite ?? 'a run'}\n`);
	for (const line of layout.missing) process.stderr.write(`not there: ${line}\n`);
	return 0;
}

async function* listFiles({files, figures}: IcdLayout, state: RunState): AsyncGenerator<ReportFile> {
	for (const [path, content] of Object.entries(files)) yield {path, content};
	const drawn = figures.flatMap((figure) => (figure.table === null ? [] : [figure]));
	if (drawn.length === 0) return;
	const drawing = await loadDrawing();
	for (const figure of drawn) yield drawIcdFigure(figure, state, drawing);
}

/** Under the guide's own name, as the kind of file that the name says. */
async function drawIcdFigure(figure: IcdDrawn, state: RunState, {drawFigure, drawPdf, drawPng, FILE_THEME}: Drawing) {
	const {path, title} = figure;
	const marks = listMarks(state);
	const svg = await drawFigure({title, chart: chartIcdFigure(figure), marks}, FILE_THEME);
	const about = {title: [title, ...marks].join('; '), at: new Date(state.at)};
	return {path, content: path.endsWith('.pdf') ? await drawPdf(svg, about) : await drawPng(svg)};
}

const listMarks = (state: RunState): readonly string[] => [
	...(selectSimulated(state) ? [WATERMARK] : []),
	...(state.opened?.foreign ? [describeForeign(state.opened.foreign)] : []),
];

/** A file holds what every attempt has written, so that of a second one nobody knows which are its own. */
function readSamples(run: string, {experiments, positions}: RunState, id: string): readonly number[] {
	const stage = getAt(experiments, findPosition(positions, id) ?? -1)?.stage;
	if (stage?.kind !== 'committed' || stage.attempt !== 1) return [];
	const path = join(run, 'samples', `${id}.jsonl`);
	if (!existsSync(path)) return [];
	return readFileSync(path, 'utf8').split('\n').flatMap(parseLine);
}

/** A torn last line is none. */
function parseLine(line: string): readonly number[] {
	try {
		const values: unknown = JSON.parse(line);
		return Array.isArray(values) ? values.filter((value) => typeof value === 'number') : [];
	} catch {
		return [];
	}
}
