import {CAPTURE_RANGE} from '../plan/profiler-command.ts';
import {type AnalyseOptions, analyse} from '../report/profile/analyse.ts';
import type {Capture} from '../report/profile/capture.ts';
import type {Profile} from '../report/profile/profile.ts';
import type {TraceCounts} from '../report/profile/trace.ts';
import {CaptureProblem, withCapture} from './nsys-database.ts';
import {writeTraceFile} from './trace-file.ts';

export type AnalysisOrder = AnalyseOptions & {readonly database: string};

export type TraceOrder = {
	readonly database: string;
	/** The file that is to be written. */
	readonly traceTo: string;
};

export type Refusal =
	/** The file's fault. */
	| {readonly kind: 'problem'; readonly problem: string}
	/** Ours. */
	| {readonly kind: 'fault'; readonly stack: string};

export type AnalysisAnswer =
	/** `experiment`: the id in the range that the workload opened around what was captured; null without. */
	{readonly kind: 'analysed'; readonly profile: Profile; readonly experiment: string | null} | Refusal;

export type TraceAnswer = ({readonly kind: 'traced'} & TraceCounts) | Refusal;

/** Answers one order after the other until its parent is gone. */
export function serveAnalyses(): Promise<number> {
	process.on('message', (order: AnalysisOrder | TraceOrder) => process.send?.(answer(order)));
	return new Promise((resolve) => process.once('disconnect', () => resolve(0)));
}

function answer(order: AnalysisOrder | TraceOrder): AnalysisAnswer | TraceAnswer {
	try {
		if ('traceTo' in order) return {kind: 'traced', ...writeTraceFile(order.database, order.traceTo)};
		const {database, ...options} = order;
		return {kind: 'analysed', ...withCapture(database, (capture) => read(capture, options))};
	} catch (error) {
		if (error instanceof CaptureProblem || isOfSystem(error)) return {kind: 'problem', problem: error.message};
		return {kind: 'fault', stack: error instanceof Error ? (error.stack ?? error.message) : String(error)};
	}
}

/** ENOSPC, EACCES: a disk or a folder is at fault, and nobody's program. */
const isOfSystem = (error: unknown): error is Error => /^E[A-Z]+$/.test((error as NodeJS.ErrnoException).code ?? '');

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
