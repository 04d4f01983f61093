import {openAnalysisProcess} from './analysis-process.ts';
import type {TraceAnswer} from './analysis-worker.ts';
import {type CaptureFile, nameOf} from './capture-files.ts';
import {exportReport, isFresh} from './nsys-export.ts';

type TraceOptions = {
	readonly target: string;
	readonly program: string;
	readonly loader: readonly string[];
	readonly env: NodeJS.ProcessEnv;
};

type TraceOutcome =
	| Extract<TraceAnswer, {readonly kind: 'traced'}>
	| {readonly kind: 'failed'; readonly problem: string; readonly tryThis: string; readonly lacksNsys: boolean};

/** Makes a trace of a capture; a report whose database is missing, old or damaged is exported first. */
export async function traceCapture(file: CaptureFile, options: TraceOptions): Promise<TraceOutcome> {
	if (!isFresh(file)) return exportAndTrace(file, options);
	const outcome = await trace(file, file.database ?? '', options);
	return outcome.kind === 'failed' && file.report !== null ? exportAndTrace(file, options) : outcome;
}

async function exportAndTrace(file: CaptureFile, options: TraceOptions): Promise<TraceOutcome> {
	const exported = await exportReport(file, options.env);
	if (exported.kind === 'exported') return trace(file, exported.database, options);
	const tryThis = `nsys export --type=sqlite --force-overwrite=true ${file.report}`;
	if (exported.kind === 'failed') return {kind: 'failed', problem: exported.problem, tryThis, lacksNsys: false};
	const problem = 'it has no whole database, and there is no nsys here to export one';
	return {kind: 'failed', problem, tryThis: `${tryThis}   # where nsys is`, lacksNsys: true};
}

async function trace({stem}: CaptureFile, database: string, options: TraceOptions): Promise<TraceOutcome> {
	const reader = openAnalysisProcess(options.program, options.loader);
	try {
		const answer = await reader.trace({database, traceTo: options.target});
		if (answer.kind === 'fault') throw new Error(`${database}: ${answer.stack}`);
		if (answer.kind === 'traced') return answer;
		const tryThis = `nsys export --type=sqlite --force-overwrite=true ${nameOf(stem)}.nsys-rep`;
		return {kind: 'failed', problem: answer.problem, tryThis, lacksNsys: false};
	} finally {
		reader.close();
	}
}
