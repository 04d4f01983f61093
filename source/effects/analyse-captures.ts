import type {AnalysedCapture, Analysis, CaptureFailure} from '../report/profile/analysis.ts';
import {readMetadata} from '../report/profile/capture-metadata.ts';
import {type AnalysisProcess, openAnalysisProcess} from './analysis-process.ts';
import {type CaptureFile, nameOf, readSideCar} from './capture-files.ts';
import {exportReport, isFresh} from './nsys-export.ts';

type AnalyseCapturesOptions = {
	readonly includeWarmUp: boolean;
	/** At most so many at the same time. */
	readonly processes: number;
	readonly program: string;
	readonly loader: readonly string[];
	readonly env: NodeJS.ProcessEnv;
	/** Called for each that is done. */
	readonly onDone: (file: CaptureFile) => void;
};

type Outcome =
	| {readonly kind: 'analysed'; readonly capture: AnalysedCapture}
	| {readonly kind: 'failed'; readonly failure: CaptureFailure; readonly lacksNsys: boolean};

export type AnalysisOfFiles = Analysis & {
	/** Reports that nobody could export. */
	readonly lackingNsys: number;
};

/** Analyses captures side by side; one that fails is told of, and the others go on. */
export async function analyseCaptures(
	files: readonly CaptureFile[],
	options: AnalyseCapturesOptions,
): Promise<AnalysisOfFiles> {
	const outcomes: Outcome[] = [];
	const waiting = [...files.entries()];
	await Promise.all(
		Array.from({length: Math.min(options.processes, files.length)}, async () => {
			const reader = openAnalysisProcess(options.program, options.loader);
			try {
				for (let next = waiting.shift(); next; next = waiting.shift()) {
					const [position, file] = next;
					outcomes[position] = await analyseOne(file, reader, options);
					options.onDone(file);
				}
			} finally {
				reader.close();
			}
		}),
	);
	return {
		captures: outcomes.flatMap((one) => (one.kind === 'analysed' ? [one.capture] : [])),
		failures: outcomes.flatMap((one) => (one.kind === 'failed' ? [one.failure] : [])),
		lackingNsys: outcomes.filter((one) => one.kind === 'failed' && one.lacksNsys).length,
	};
}

async function analyseOne(
	file: CaptureFile,
	reader: AnalysisProcess,
	options: AnalyseCapturesOptions,
): Promise<Outcome> {
	if (!isFresh(file)) return exportAndRead(file, reader, options);
	const outcome = await read(file, file.database ?? '', reader, options);
	// What looks whole may still have been cut off when it was made.
	return outcome.kind === 'failed' && file.report !== null ? exportAndRead(file, reader, options) : outcome;
}

async function exportAndRead(
	file: CaptureFile,
	reader: AnalysisProcess,
	options: AnalyseCapturesOptions,
): Promise<Outcome> {
	const exported = await exportReport(file, options.env);
	const report = file.report ?? file.stem;
	if (exported.kind === 'exported') return read(file, exported.database, reader, options);
	if (exported.kind === 'failed') return fail(report, exported.problem, `nsys export --type=sqlite ${report}`);
	const state = file.database === null ? 'has no database' : 'has a database that is older or was cut off';
	const failure = {
		file: report,
		problem: `it ${state}, and there is no nsys here to export one`,
		tryThis: `nsys export --type=sqlite --force-overwrite=true ${report}   # where nsys is; then bring the .sqlite here`,
	};
	return {kind: 'failed', failure, lacksNsys: true};
}

async function read(
	{stem}: CaptureFile,
	database: string,
	reader: AnalysisProcess,
	{includeWarmUp}: AnalyseCapturesOptions,
): Promise<Outcome> {
	const answer = await reader.analyse({database, includeWarmUp});
	if (answer.kind === 'fault') throw new Error(`${database}: ${answer.stack}`);
	if (answer.kind === 'problem') {
		return fail(database, answer.problem, `nsys export --type=sqlite --force-overwrite=true ${nameOf(stem)}.nsys-rep`);
	}
	const capture = readMetadata(nameOf(stem), readSideCar(stem));
	return {kind: 'analysed', capture: {file: database, capture, profile: answer.profile}};
}

const fail = (file: string, problem: string, tryThis: string): Outcome => ({
	kind: 'failed',
	failure: {file, problem, tryThis},
	lacksNsys: false,
});
