import {findNearest, UserError} from '../domain/errors.ts';
import type {Arguments, Flags} from './arguments.ts';
import {isOverride} from './words.ts';

/** What a command gets: the words after its name, and the options. */
export type Invocation = {readonly words: readonly string[]; readonly flags: Flags};

type CommandModule = {readonly run: (invocation: Invocation) => Promise<number>};

/** Loaded when they are asked for, so that a plan or a headless run never loads the screen. */
export const COMMANDS: {readonly [verb: string]: () => Promise<CommandModule>} = {
	plan: () => import('./plan-command.ts'),
	run: () => import('./run-command.ts'),
	resume: () => import('./resume-command.ts'),
	attach: () => import('./attach-command.ts'),
	status: () => import('./status-command.ts'),
	stop: () => import('./stop-command.ts'),
	pause: () => import('./pause-command.ts'),
	continue: () => import('./continue-command.ts'),
	approve: () => import('./approve-command.ts'),
	skip: () => import('./skip-command.ts'),
	retry: () => import('./retry-command.ts'),
	move: () => import('./move-command.ts'),
	postpone: () => import('./postpone-command.ts'),
	add: () => import('./add-command.ts'),
	set: () => import('./set-command.ts'),
	replay: () => import('./replay-command.ts'),
	summary: () => import('./summary-command.ts'),
	compare: () => import('./compare-command.ts'),
	analyze: () => import('./analyze-command.ts'),
	'export-trace': () => import('./export-trace-command.ts'),
	archive: () => import('./archive-command.ts'),
	report: () => import('./report-command.ts'),
	list: () => import('./list-command.ts'),
	suites: () => import('./suites-command.ts'),
	doctor: () => import('./doctor-command.ts'),
	topology: () => import('./topology-command.ts'),
	init: () => import('./init-command.ts'),
	'convert-config': () => import('./convert-config-command.ts'),
	import: () => import('./import-command.ts'),
	settings: () => import('./settings-command.ts'),
};

const PICKER_FLAGS = ['multirun', 'suites', 'simulate', 'ascii'] as const;

/** RUN is one word; a command that is not named here takes any number of overrides. */
const MOST_WORDS: {readonly [verb: string]: number} = {
	resume: 1,
	attach: 1,
	status: 1,
	stop: 1,
	pause: 1,
	continue: 1,
	approve: 2,
	move: 3,
	set: 1,
	replay: 1,
	summary: 1,
	compare: 2,
	archive: 1,
	init: 2,
	report: 1,
	'export-trace': 1,
	list: 0,
	suites: 0,
	doctor: 0,
	topology: 0,
	import: 1,
};

/** Runs the command that the words name and resolves to its exit code. */
export async function dispatch(
	argv: readonly string[],
	readArguments: (argv: readonly string[]) => Arguments | Promise<Arguments>,
): Promise<number> {
	// Started by warpdeck itself, with a workload's options that are none of its own.
	if (argv[0] === 'reference-pipeline') {
		const {runReferencePipeline} = await import('../workload/reference-pipeline.ts');
		return runReferencePipeline(argv.slice(1), (line) => process.stdout.write(`${line}\n`));
	}
	// A process of `analyze`, which reads databases for it.
	if (argv[0] === 'analyze-worker') return (await import('../effects/analysis-worker.ts')).serveAnalyses();
	if (argv.length === 0) return offer({});
	if (argv[0] === 'as-runner') return (await import('./as-runner.ts')).runAsRunner(await readArguments(argv.slice(1)));
	const {words, flags} = await readArguments(argv);
	const [first, ...rest] = words;
	const {checkOptions} = await import('./check-options.ts');
	if (first === undefined) {
		checkOptions('run', flags);
		return offer(flags);
	}
	const load = COMMANDS[first];
	checkOptions(load ? first : 'run', flags);
	if (load) {
		checkWords(first, rest);
		return (await load()).run({words: rest, flags});
	}
	if (!isOverride(first) && !(await isSuite(first, flags))) throw rejectVerb(first);
	return (await import('./run-command.ts')).run({words, flags});
}

/** A word that a command does not read would silently have no effect. */
function checkWords(verb: string, words: readonly string[]): void {
	const most = MOST_WORDS[verb] ?? words.length;
	const foreign = words[most];
	if (foreign === undefined) return;
	throw new UserError(`warpdeck ${verb} does not read ${foreign}.`, {
		tryThis: [most === 0 ? `warpdeck ${verb}` : `warpdeck ${verb} ${words.slice(0, most).join(' ')}`],
	});
}

async function isSuite(word: string, flags: Flags): Promise<boolean> {
	const {listSuites} = await import('./prepare.ts');
	return (await listSuites(flags)).some(({name}) => name === word);
}

function rejectVerb(word: string): UserError {
	const nearest = findNearest(word, Object.keys(COMMANDS));
	return new UserError(`There is no command and no suite ${word}.`, {
		tryThis: [nearest ? `warpdeck ${nearest}` : 'warpdeck --help', 'warpdeck suites   (what can be run)'],
	});
}

/** Suites to pick from; where nothing can be drawn, what can be typed. */
async function offer(flags: Flags): Promise<number> {
	const {chooseView} = await import('./terminal.ts');
	if (chooseView(flags) === 'screen') {
		if (Object.keys(flags).length > 0) (await import('./arguments.ts')).checkFlags('run', flags, PICKER_FLAGS);
		return (await import('./pick-command.ts')).pick(flags);
	}
	const {HELP} = await import('./help.ts');
	process.stdout.write(`${HELP}\n`);
	return 0;
}
