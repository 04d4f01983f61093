import {relative} from 'node:path';
import {hasUnpassed} from '../journal/campaign-end.ts';
import type {JournalEvent} from '../journal/event.ts';
import type {Opened, RunState} from '../journal/state.ts';
import {suggestResume} from '../plan/resume-hint.ts';
import {formatEventLine} from '../report/event-lines.ts';
import {summarize} from '../report/summarize.ts';
import {formatSummary} from '../report/summary-text.ts';
import type {Flags} from './arguments.ts';
import {describeTerminal, type View} from './terminal.ts';

/** What is printed while a run goes on without a screen. */
export type Printer = {
	readonly print: (event: JournalEvent, state: RunState) => void;
	/** From here on a line an event, whatever was wanted: the screen is gone and the run is not. */
	readonly replaceScreen: () => void;
};

export function createPrinter(wanted: View): Printer {
	let view = wanted;
	return {
		print: (event, state) => {
			if (view === 'json') process.stdout.write(`${JSON.stringify(event)}\n`);
			if (view !== 'lines') return;
			const line = formatEventLine(event, state);
			if (line !== null) process.stdout.write(`${new Date(event.at).toTimeString().slice(0, 8)} ${line}\n`);
		},
		replaceScreen: () => {
			view = 'lines';
		},
	};
}

/** A run's folder as a person would type it. */
export const nameFolder = (path: string): string => relative('', path) || path;

/** The run's folder, then what is in it, as a person would type it. */
export function listFiles(path: string, opened: Opened | null): readonly string[] {
	const folder = nameFolder(path);
	const {resultsFile, logsDir} = opened?.output ?? {resultsFile: 'results.json', logsDir: 'logs'};
	const derived = [resultsFile, 'experiment_summary.json'];
	const names = opened?.foreign
		? [...derived, 'journal.jsonl']
		: [...derived, 'experiment.log', 'journal.jsonl', 'telemetry.jsonl', `${logsDir}/`, 'samples/'];
	return [folder, ...names.map((name) => `${folder}/${name}`)];
}

export function printSummary(state: RunState, flags: Flags, files: readonly string[]): void {
	const columns = process.stdout.columns ?? 100;
	const summary = summarize(state, state.closed?.at ?? state.at);
	const resume = suggestResume(state, files[0] ?? '');
	process.stdout.write(formatSummary(summary, {columns, files, resume, ascii: describeTerminal(flags).ascii}));
}

/** 0 all succeeded, 1 some did not or a phase has not passed, 130 stopped or drained by somebody before the end; a rule of the suite is nobody. */
export function findExitCode(state: RunState): number {
	const {closed, counts, draining} = state;
	const byRule = closed?.reason === 'drained' && draining?.startsWith('experiment.');
	if (closed?.reason !== 'finished' && !byRule) return 130;
	if (hasUnpassed(state)) return 1;
	return counts.failed + counts.invalid + counts.waiting + counts.postponed + counts.skipped > 0 ? 1 : 0;
}
