import {findRun} from '../effects/find-run.ts';
import {suggestResume} from '../plan/resume-hint.ts';
import {summarize} from '../report/summarize.ts';
import {formatSummaryCsv, formatSummaryMarkdown} from '../report/summary-tables.ts';
import {formatSummary} from '../report/summary-text.ts';
import {checkFlags} from './arguments.ts';
import type {Invocation} from './dispatch.ts';
import {loadRun} from './load-run.ts';
import {listBaseDirs} from './outputs.ts';
import {listFiles} from './printer.ts';
import {describeTerminal} from './terminal.ts';

/** `warpdeck summary [RUN]`: what a run means, as text, JSON, CSV or Markdown. */
export async function run({words, flags}: Invocation): Promise<number> {
	checkFlags('summary', flags, ['json', 'csv', 'md', 'ascii']);
	const path = await findRun(listBaseDirs(), words[0]);
	const {state, warnings} = loadRun(path);
	for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
	// A run that nobody closed is as long as its facts, not as long as the time since then.
	const summary = summarize(state, state.closed?.at ?? state.at);
	if (flags.json) process.stdout.write(`${JSON.stringify({run: path, ...summary}, null, '\t')}\n`);
	else if (flags.csv) process.stdout.write(formatSummaryCsv(state));
	else if (flags.md) process.stdout.write(formatSummaryMarkdown(state));
	else {
		const files = listFiles(path, state.opened);
		process.stdout.write(
			formatSummary(summary, {
				columns: process.stdout.columns ?? 100,
				files,
				resume: suggestResume(state, files[0] ?? path),
				ascii: describeTerminal(flags).ascii,
			}),
		);
	}
	return 0;
}
