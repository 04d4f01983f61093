import {availableParallelism} from 'node:os';
import {UserError} from '../domain/errors.ts';
import {type AnalysisOfFiles, analyseCaptures} from '../effects/analyse-captures.ts';
import {findCaptures} from '../effects/capture-files.ts';
import {formatAnalysisJson} from '../report/profile/analysis-json.ts';
import {formatAnalysisCsv, formatAnalysisMarkdown} from '../report/profile/analysis-tables.ts';
import {formatAnalysis} from '../report/profile/analysis-text.ts';
import {openProgress} from './analyze-progress.ts';
import {checkFlags, type Flags} from './arguments.ts';
import type {Invocation} from './dispatch.ts';
import {describeTerminal} from './terminal.ts';

/** `warpdeck analyze DIR|FILE…`: what captures of nsys say, as text, JSON, CSV or Markdown. */
export async function run({words, flags}: Invocation): Promise<number> {
	checkFlags('analyze', flags, ['dbDirectory', 'json', 'csv', 'md', 'includeWarmup', 'ascii']);
	const paths = [...words, ...(flags.dbDirectory === undefined ? [] : [flags.dbDirectory])];
	if (paths.length === 0) {
		throw new UserError('warpdeck analyze was not told what.', {
			tryThis: ['warpdeck analyze FOLDER   # a folder with .nsys-rep or .sqlite files'],
		});
	}
	const files = findCaptures(paths);
	if (files.length === 0) {
		throw new UserError(`There is no capture in ${paths.join(', ')}: no .nsys-rep and no .sqlite file.`, {
			tryThis: ['nsys profile --trace=cuda,nvtx -o REPORT PROGRAM   # makes REPORT.nsys-rep'],
		});
	}
	const {ascii} = describeTerminal(flags);
	const progress = openProgress(process.stderr, files, ascii);
	const analysis = await analyseCaptures(files, {
		includeWarmUp: flags.includeWarmup ?? false,
		processes: availableParallelism(),
		program: process.argv[1] ?? '',
		loader: process.execArgv,
		env: process.env,
		onDone: progress.advance,
	}).finally(progress.close);
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
function chooseExitCode({captures, failures, lackingNsys}: AnalysisOfFiles): number {
	if (failures.length === 0) return 0;
	return captures.length === 0 && lackingNsys === failures.length ? 3 : 1;
}
