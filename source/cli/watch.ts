import {userInfo} from 'node:os';
import {relative} from 'node:path';
import {createExperimentSource} from '../effects/experiment-files.ts';
import type {JournalEvent} from '../journal/event.ts';
import type {Opened, RunState} from '../journal/state.ts';
import type {Store} from '../journal/store.ts';
import {suggestResume} from '../plan/resume-hint.ts';
import {formatEventLine} from '../report/event-lines.ts';
import {summarize} from '../report/summarize.ts';
import {formatSummary} from '../report/summary-text.ts';
import type {Palette} from '../tui/theme.ts';
import type {Flags} from './arguments.ts';
import type {Session} from './perform.ts';
import {guardScreen, reportFault} from './report-fault.ts';

/** How a person sees a run: a live screen, a line an event, or JSON lines. */
type View = 'screen' | 'lines' | 'json';

export function chooseView({json, headless}: Flags): View {
	if (json) return 'json';
	const isTerminal = process.stdout.isTTY && process.stdin.isTTY && process.env.TERM !== 'dumb';
	return isTerminal && !headless ? 'screen' : 'lines';
}

/** What is printed while a run goes on without a screen. */
type Printer = {
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

/** The run's folder, then what is in it, as a person would type it. */
export function listFiles(path: string, opened: Opened | null): readonly string[] {
	const folder = relative('', path) || path;
	const {resultsFile, logsDir} = opened?.output ?? {resultsFile: 'results.json', logsDir: 'logs'};
	const names = [resultsFile, 'experiment_summary.json', 'experiment.log', 'journal.jsonl', 'telemetry.jsonl'];
	return [folder, ...[...names, `${logsDir}/`, 'samples/'].map((name) => `${folder}/${name}`)];
}

/** Runs a session in the chosen view and resolves to the exit code. */
export async function watchSession(session: Session, {view, printer, flags, files}: Watching): Promise<number> {
	const leave = new AbortController();
	const forget = handleSignals(session, leave);
	const unguard = guardScreen(leave, 'warpdeck resume   (what is committed is not lost)');
	outliveReaders();
	const running = session.run();
	const screen = view === 'screen' ? showSession(session, {flags, files, printer}, leave.signal) : Promise.resolve();
	try {
		// The screen stays for reading after the run has ended; a run that breaks takes the screen with it.
		await Promise.race([running, screen.then(() => running)]);
		await screen;
	} catch (error) {
		leave.abort();
		await screen;
		throw error;
	} finally {
		unguard();
		forget();
	}
	return finish(session.store, view, flags, files);
}

type Watching = {
	readonly view: View;
	readonly printer: Printer;
	readonly flags: Flags;
	readonly files: readonly string[];
};

/** A closed pipe or a terminal that is gone costs what would have been shown, and never the run or its exit code. */
function outliveReaders(): void {
	for (const stream of [process.stdin, process.stdout, process.stderr]) {
		stream.removeAllListeners('error');
		stream.on('error', () => {});
	}
}

async function showSession(
	session: Session,
	{flags, files, printer}: Omit<Watching, 'view'>,
	signal: AbortSignal,
): Promise<void> {
	try {
		const {showScreen} = await import('../tui/show.tsx');
		await showScreen({
			store: session.store,
			clock: session.clock,
			onRequest: (request) => ask(session, request, 'user'),
			onControl: (request) => session.engine.request(request, userInfo().username),
			...describeTerminal(flags),
			files,
			experiments: createExperimentSource({...session, replayed: false}),
			signal,
		});
	} catch (error) {
		// A night must not end because its picture could not be drawn.
		reportFault(error);
		process.stderr.write('The run goes on without its screen, a line an event; Ctrl-C ends it.\n');
		printer.replaceScreen();
	}
}

/** What the screen must know of the terminal that it is drawn on. */
export const describeTerminal = (flags: Flags) => ({
	utcOffsetMinutes: -new Date().getTimezoneOffset(),
	ascii: flags.ascii === true || !isUnicode(),
	palette: choosePalette(process.env),
});

/** A light background is known where the terminal says so; NO_COLOR counts when it is not empty (no-color.org). */
function choosePalette({NO_COLOR, COLORFGBG = ''}: NodeJS.ProcessEnv): Palette {
	if (NO_COLOR) return 'none';
	const background = Number(COLORFGBG.split(';').at(-1) || 0);
	return background === 7 || background === 15 ? 'light' : 'dark';
}

const isUnicode = (): boolean => /utf-?8/i.test(process.env.LC_ALL || process.env.LC_CTYPE || process.env.LANG || '');

function ask(session: Session, request: 'drain' | 'stop' | 'kill', by: string): void {
	const {engine} = session;
	if (request === 'kill') insist(session);
	// A disk that never takes the request is told where the run ends.
	else void (request === 'drain' ? engine.drain(by) : engine.stop(by)).catch(() => {});
}

/** Whoever asks for the third time does not want to wait for a full disk either. */
function insist({engine, store, giveUp}: Session): void {
	engine.kill();
	if (store.get().storageProblem !== null) giveUp();
}

/** Once: start nothing more. Twice: end what runs. Three times: at once. */
function handleSignals(session: Session, leave: AbortController): () => void {
	let interrupts = 0;
	const interrupt = () => ask(session, (['drain', 'stop'] as const)[interrupts++] ?? 'kill', 'Ctrl-C');
	let terminations = 0;
	const terminate = () => {
		leave.abort();
		ask(session, terminations++ === 0 ? 'stop' : 'kill', 'SIGTERM');
	};
	// A terminal that went away takes the screen with it, not the run.
	const hangUp = () => leave.abort();
	const handlers = [
		['SIGINT', interrupt],
		['SIGTERM', terminate],
		['SIGHUP', hangUp],
	] as const;
	for (const [signal, handler] of handlers) process.on(signal, handler);
	return () => {
		for (const [signal, handler] of handlers) process.off(signal, handler);
	};
}

function finish(store: Store, view: View, flags: Flags, files: readonly string[]): number {
	const state = store.get();
	if (view !== 'json') {
		const columns = process.stdout.columns ?? 100;
		const summary = summarize(state, state.closed?.at ?? state.at);
		const resume = suggestResume(state, files[0] ?? '');
		process.stdout.write(formatSummary(summary, {columns, files, resume, ascii: describeTerminal(flags).ascii}));
	}
	return findExitCode(state);
}

/** 0 all succeeded, 1 some did not, 130 stopped or drained by somebody before the end; a rule of the suite is nobody. */
export function findExitCode({closed, counts, draining}: RunState): number {
	const byRule = closed?.reason === 'drained' && draining?.startsWith('experiment.');
	if (closed?.reason !== 'finished' && !byRule) return 130;
	return counts.failed + counts.invalid + counts.waiting + counts.postponed + counts.skipped > 0 ? 1 : 0;
}
