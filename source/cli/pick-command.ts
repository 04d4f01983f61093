import {listSuiteNames} from '../effects/suite-names.ts';
import {createStore} from '../journal/store.ts';
import {formatCommand, type RunChoice} from '../tui/picker-source.ts';
import type {Flags} from './arguments.ts';
import {createPickerFeed, type PickerFeed} from './picker-feed.ts';
import {describeTerminal} from './terminal.ts';

/**
 * `warpdeck` on a terminal: shows what can be run, and runs what is chosen as `warpdeck run` does. Loads no more than
 * its first frame needs before that is drawn.
 */
export async function pick(flags: Flags): Promise<number> {
	const command = ['warpdeck', 'run', ...listOptionWords(flags)];
	const feed = createPickerFeed({
		command,
		simulated: flags.simulate !== undefined,
		names: listSuiteNames(flags.suites ?? []),
		loadWorks: async () => (await import('./picker-works.ts')).loadWorks(flags),
	});
	const choice = await show(feed, flags);
	if (choice === null) return leave(feed.considered(), command);
	process.stdout.write(`${formatCommand(command, choice)}\n`);
	const {run} = await import('./run-command.ts');
	return run({words: choice.words, flags: {...flags, ...(choice.multirun ? {multirun: true} : {})}});
}

/** Overrides that were typed are not lost; a machine that has not answered yet is not waited for. */
function leave(considered: RunChoice | null, command: readonly string[]): number {
	if (considered && considered.words.length > 1)
		process.stdout.write(`not started: ${formatCommand(command, considered)}\n`);
	process.exit(0);
}

/** Options that change what would run or how it is drawn, as they were typed. */
const listOptionWords = ({suites = [], simulate, ascii, multirun}: Flags): readonly string[] => [
	...(multirun ? ['-m'] : []),
	...suites.flatMap((folder) => ['--suites', folder]),
	...(simulate === undefined ? [] : ['--simulate', simulate]),
	...(ascii ? ['--ascii'] : []),
];

/** What cannot be read takes the screen away, and is told on the first screen. */
async function show(feed: PickerFeed, flags: Flags): Promise<RunChoice | null> {
	const {showScreen} = await import('../tui/show.tsx');
	const leave = new AbortController();
	let failure: unknown;
	const shown = showScreen({
		store: createStore(),
		clock: Date,
		...describeTerminal(flags),
		files: [],
		picker: feed,
		signal: leave.signal,
	});
	const reading = feed.read().catch((error: unknown) => {
		failure = error;
		leave.abort();
	});
	const choice = await shown;
	feed.close();
	if (failure !== undefined) await reading.then(() => Promise.reject(failure));
	return choice;
}
