import {CAPTURE_RANGE} from '../plan/profiler-command.ts';
import {type AnalyseOptions, analyse} from '../report/profile/analyse.ts';
import type {Capture} from '../report/profile/capture.ts';
import type {Profile} from '../report/profile/profile.ts';
import {CaptureProblem, withCapture} from './nsys-database.ts';

export type AnalysisOrder = AnalyseOptions & {readonly database: string};

export type AnalysisAnswer =
	/** `experiment`: the id in the range that the workload opened around what was captured; null without. */
	| {readonly kind: 'analysed'; readonly profile: Profile; readonly experiment: string | null}
	/** The file's fault. */
	| {readonly kind: 'problem'; readonly problem: string}
	/** Ours. */
	| {readonly kind: 'fault'; readonly stack: string};

/** Answers one order after the other until its parent is gone. */
export function serveAnalyses(): Promise<number> {
	process.on('message', (order: AnalysisOrder) => process.send?.(answer(order)));
	return new Promise((resolve) => process.once('disconnect', () => resolve(0)));
}

function answer({database, ...options}: AnalysisOrder): AnalysisAnswer {
	try {
		return {kind: 'analysed', ...withCapture(database, (capture) => read(capture, options))};
	} catch (error) {
		if (error instanceof CaptureProblem) return {kind: 'problem', problem: error.message};
		return {kind: 'fault', stack: error instanceof Error ? (error.stack ?? error.message) : String(error)};
	}
}

/** Ranges may be asked for once, so the name is looked for while they are analysed. */
function read(capture: Capture, options: AnalyseOptions) {
	let experiment: string | null = null;
	const named: Capture = {
		...capture,
		eachRange: (take) =>
			capture.eachRange((start, end, thread, name) => {
				if (name?.startsWith(CAPTURE_RANGE)) experiment = name.slice(CAPTURE_RANGE.length);
				take(start, end, thread, name);
			}),
	};
	const profile = analyse(named, options);
	return {profile, experiment: experiment as string | null};
}
