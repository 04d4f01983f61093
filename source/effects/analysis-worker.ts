import {type AnalyseOptions, analyse} from '../report/profile/analyse.ts';
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

export type AnalysisAnswer = {readonly kind: 'analysed'; readonly profile: Profile} | Refusal;

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
		return {kind: 'analysed', profile: withCapture(database, (capture) => analyse(capture, options))};
	} catch (error) {
		if (error instanceof CaptureProblem || isOfSystem(error)) return {kind: 'problem', problem: error.message};
		return {kind: 'fault', stack: error instanceof Error ? (error.stack ?? error.message) : String(error)};
	}
}

/** ENOSPC, EACCES: a disk or a folder is at fault, and nobody's program. */
const isOfSystem = (error: unknown): error is Error => /^E[A-Z]+$/.test((error as NodeJS.ErrnoException).code ?? '');
