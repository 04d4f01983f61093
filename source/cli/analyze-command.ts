import {availableParallelism} from 'node:os';
import {UserError} from '../domain/errors.ts';
import {type AnalysisOfFiles, analyseCaptures} from '../effects/analyse-captures.ts';
import {findCaptures} from '../effects/capture-files.ts';
import {analyseNcuReports, findNcuReports, isNcuPath} from '../effects/ncu-files.ts';
import {formatAnalysisJson} from '../report/profile/analysis-json.ts';
import {formatAnalysisCsv, formatAnalysisMarkdown} from '../report/profile/analysis-tables.ts';
import {formatAnalysis} from '../report/profile/analysis-text.ts';
import {openProgress} from './analyze-progress.ts';
import {checkFlags, type Flags} from './arguments.ts';
import type {Invocation} from './dispatch.ts';
import {describeTerminal} from './terminal.ts';

/** `warpdeck analyze DIR|FILE…`: what captures of nsys and reports of ncu say, as text, JSON, CSV or Markdown. */
export async function run({words, flags}: Invocation): Promise<number> {
	checkFlags('analyze', flags, ['dbDirectory', 'json', 'csv', 'md', 'includeWarmup', 'ascii']);
	const paths = [...words, ...(flags.dbDirectory === undefined ? [] : [flags.dbDirectory])];
	if (paths.length === 0) {
		throw new UserError('warpdeck analyze was not told what.', {
			tryThis: ['warpdeck analyze FOLDER   # a folder with .nsys-rep, .sqlite or .csv files'],
		});
	}
	const files = findCaptures(paths.filter((path) => !isNcuPath(path)));
	const reports = findNcuReports(paths);
	if (files.length === 0 && reports.length === 0) {
		throw new UserError(
			`There is no capture in ${paths.join(', ')}: no .nsys-rep, no .sqlite and no .csv file of ncu.`,
			{
				tryThis: [
					'nsys profile --trace=cuda,nvtx -o REPORT PROGRAM   # makes REPORT.nsys-rep',
					'ncu --csv --page raw --log-file REPORT.csv PROGRAM',
				],
			},
		);
	}
	const {ascii} = describeTerminal(flags);
	const progress = openProgress(process.stderr, files, ascii);
	const captured = await analyseCaptures(files, {
		includeWarmUp: flags.includeWarmup ?? false,
		processes: availableParallelism(),
		program: process.argv[1] ?? '',
		loader: process.execArgv,
		env: process.env,
		onDone: progress.advance,
	}).finally(progress.close);
	const ncu = analyseNcuReports(reports);
	const analysis = {...captured, ncu: ncu.reports, failures: [...captured.failures, ...ncu.failures]};
	process.stdout.write(format(analysis, flags, ascii));
	for (const {file, problem, tryThis} of analysis.failures) {
		process.stderr.write(`${file} was not analysed: ${problem}.\n  try: ${tryThis}\n`);
	}
	return chooseExitCode(analysis);
}

function format(analysis: AnalysisOfFiles, flags: Flags, ascii: boolean): string {
	if (flags.json) return formatAnalysisJson(analysis);
	if (flags.csv) return formatAnalysisCsv(analysis);
	if (flags.md) return formatAnalysisMarkdown(analysis);
	return formatAnalysis(analysis, {columns: process.stdout.columns ?? 80, ascii});
}

/** 3 where the machine lacks what all of it would take, 1 where some file is at fault. */
function chooseExitCode({captures, ncu = [], failures, lackingNsys}: AnalysisOfFiles): number {
	if (failures.length === 0) return 0;
	return captures.length + ncu.length === 0 && lackingNsys === failures.length ? 3 : 1;
}
