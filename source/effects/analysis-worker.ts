import {type AnalyseOptions, analyse} from '../report/profile/analyse.ts';
import type {Profile} from '../report/profile/profile.ts';
import {CaptureProblem, withCapture} from './nsys-database.ts';

export type AnalysisOrder = AnalyseOptions & {readonly database: string};

export type AnalysisAnswer =
	| {readonly kind: 'analysed'; readonly profile: Profile}
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
		return {kind: 'analysed', profile: withCapture(database, (capture) => analyse(capture, options))};
	} catch (error) {
		if (error instanceof CaptureProblem) return {kind: 'problem', problem: error.message};
		return {kind: 'fault', stack: error instanceof Error ? (error.stack ?? error.message) : String(error)};
	}
}
