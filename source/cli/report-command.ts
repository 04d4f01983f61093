import {join, resolve} from 'node:path';
import {findNearest, UserError} from '../domain/errors.ts';
import {findRun} from '../effects/find-run.ts';
import {gatherMeasurements} from '../effects/gather-measurements.ts';
import {loadDrawing} from '../effects/load-drawing.ts';
import {DRAWN, FORMATS, type Format, makeFiles} from '../effects/report-files.ts';
import {checkTarget, writeReportFolder} from '../effects/report-folder.ts';
import {buildReport, type Report} from '../report/figures/build-report.ts';
import {checkFlags} from './arguments.ts';
import type {Invocation} from './dispatch.ts';
import {loadRun} from './load-run.ts';
import {listBaseDirs} from './outputs.ts';
import {nameFolder} from './printer.ts';

/** `warpdeck report [RUN]`: what a run means as one page, as figures and as tables in files. */
export async function run({words, flags}: Invocation): Promise<number> {
	checkFlags('report', flags, ['out', 'format', 'json']);
	const formats = readFormats(flags.format);
	const folder = await findRun(listBaseDirs(), words[0]);
	const target = resolve(flags.out ?? join(folder, 'report'));
	checkTarget(target);
	const {state, warnings} = loadRun(folder);
	for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
	const report = buildReport(state, gatherMeasurements(folder, state));
	const drawing = DRAWN.some((format) => formats.has(format)) ? await loadDrawing() : null;
	const files = await writeReportFolder(target, makeFiles(report, {formats, drawing}), describe(report, folder));
	if (flags.json) process.stdout.write(`${JSON.stringify({report: target, run: folder, files}, null, '\t')}\n`);
	else tell(report, target, files);
	return 0;
}

/** All of them, or those that `--format html,csv` names. */
function readFormats(text: string | undefined): ReadonlySet<Format> {
	if (text === undefined) return new Set(FORMATS);
	return new Set(text.split(',').map((word) => readFormat(word.trim())));
}

function readFormat(word: string): Format {
	const format = FORMATS.find((known) => known === word);
	if (format) return format;
	throw new UserError(`A report has no format ${JSON.stringify(word)}.`, {
		tryThis: [`--format ${findNearest(word, FORMATS) ?? FORMATS.join(',')}`],
	});
}

const describe = ({title, marks, at, figures}: Report, run: string) => ({
	suite: title,
	run,
	marks,
	at,
	not_drawn: figures.flatMap((figure) =>
		figure.kind === 'absent' ? [{name: figure.name, reason: figure.reason}] : [],
	),
});

function tell({figures, marks}: Report, target: string, files: readonly string[]): void {
	const name = nameFolder(target);
	for (const mark of marks) process.stdout.write(`${mark}\n`);
	for (const figure of figures) {
		if (figure.kind === 'absent') process.stdout.write(`not drawn: ${figure.title}: ${figure.reason}\n`);
	}
	const page = files.includes('report.html') ? `${name}/report.html` : null;
	const folders = [...new Set(files.filter((file) => file.includes('/')).map((file) => file.split('/')[0] ?? ''))];
	for (const folder of folders) {
		const count = files.filter((file) => file.startsWith(`${folder}/`)).length;
		process.stdout.write(`${name}/${folder}/  ${count} files\n`);
	}
	if (page) process.stdout.write(`${page}\n`);
}
