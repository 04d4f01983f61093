import {createExperimentSource} from '../effects/experiment-files.ts';
import type {RunFolder} from '../effects/run-folder.ts';
import type {Flags} from './arguments.ts';
import {nameMyself} from './attachment.ts';
import {exportReport} from './export-report.ts';
import {type Kept, keepArchive} from './keep-archive.ts';
import {type Notifier, startNotifying} from './notify.ts';
import type {Session} from './perform.ts';
import {findExitCode, type Printer, printSummary} from './printer.ts';
import {guardScreen, reportFault} from './report-fault.ts';
import {ringOnNews} from './ring.ts';
import {answerRequests} from './serve-requests.ts';
import {describeTerminal, type View} from './terminal.ts';

/** What a command makes of a run in this process. */
export type HowToWatch = {
	readonly view: View;
	/** Called once there is something to attach to. */
	readonly onOpened?: (folder: string) => void;
	/** A question whose answer may be yes; where it is absent nobody can be asked. */
	readonly ask?: (question: string) => Promise<boolean>;
};

type Watching = HowToWatch & {
	readonly printer: Printer;
	readonly flags: Flags;
	readonly folder: RunFolder;
	readonly files: readonly string[];
};

/** From SIGTERM to the end of what ignores it, so that all is written down within five seconds. */
const TERMINATION_MS = 3500;

/** Runs a session in the chosen view and resolves to the exit code. */
export async function watchSession(session: Session, watching: Watching): Promise<number> {
	const {view, printer, flags, folder, files, onOpened} = watching;
	const leave = new AbortController();
	const forget = handleSignals(session, leave);
	const unguard = guardScreen(leave, 'warpdeck resume   (what is committed is not lost)');
	outliveReaders();
	const requests = await answerRequests(folder, session);
	const notifier = startNotifying(session);
	const running = session.run();
	onOpened?.(folder.path);
	const screen = view === 'screen' ? showSession(session, {flags, files, printer}, leave.signal) : Promise.resolve();
	try {
		// The screen stays for reading after the run has ended; a run that breaks takes the screen with it.
		await Promise.race([running, screen.then(() => running)]);
		requests.close();
		const [, kept] = await Promise.all([screen, notifier.finish().then(() => archive(session, notifier))]);
		if (kept !== null) tellKept(kept, view);
	} catch (error) {
		leave.abort();
		await screen;
		throw error;
	} finally {
		requests.close();
		unguard();
		forget();
	}
	const state = session.store.get();
	if (view === 'screen' || view === 'lines') printSummary(state, flags, files);
	return findExitCode(state);
}

/** Behind the last fact, so that the copy has them all; what was stopped goes on some day, and is not over. */
async function archive({folder, store}: Session, {tell}: Notifier): Promise<Kept | null> {
	const state = store.get();
	const {opened, closed} = state;
	const archiveDir = opened?.output.archiveDir;
	if (!opened || archiveDir === undefined || closed === null || closed.reason === 'stopped') return null;
	const kept = await keepArchive({folder, state, archiveDir});
	const {suite} = opened;
	if (kept.kind === 'failed') {
		await tell({event: 'not-archived', suite, text: `${suite} was not archived: ${kept.problem}`});
	}
	return kept;
}

/** Once a screen is gone, which it would be written over. */
function tellKept(kept: Kept, view: View): void {
	if (kept.kind === 'kept' && view !== 'json') process.stdout.write(`archived: ${kept.path}\n`);
	if (kept.kind === 'failed') {
		process.stderr.write(`warning: the run was not archived: ${kept.problem}\n  try: warpdeck archive --verify\n`);
	}
}

/** A closed pipe or a terminal that is gone costs what would have been shown, and never the run or its exit code. */
function outliveReaders(): void {
	for (const stream of [process.stdin, process.stdout, process.stderr]) {
		stream.removeAllListeners('error');
		stream.on('error', () => {});
	}
}

async function showSession(
	session: Session,
	{flags, files, printer}: Pick<Watching, 'flags' | 'files' | 'printer'>,
	signal: AbortSignal,
): Promise<void> {
	const silence = ringOnNews(session.store);
	try {
		const {showScreen} = await import('../tui/show.tsx');
		await showScreen({
			store: session.store,
			clock: session.clock,
			onRequest: (kind) => void session.ask({kind}, 'user').catch(() => {}),
			onControl: (request) => session.engine.request(request, nameMyself()),
			onExport: exportReport(session.folder),
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
	} finally {
		silence();
	}
}

/** Once: start nothing more. Twice: end what runs. Three times: at once. */
function handleSignals(session: Session, leave: AbortController): () => void {
	let interrupts = 0;
	const ask = (kind: 'drain' | 'stop' | 'kill', by: string): void => {
		// A disk that never takes the request is told where the run ends.
		session.ask({kind}, by).catch(() => {});
	};
	const interrupt = () => ask((['drain', 'stop'] as const)[interrupts++] ?? 'kill', 'Ctrl-C');
	let cancelKill: (() => void) | null = null;
	const terminate = () => {
		leave.abort();
		ask(cancelKill ? 'kill' : 'stop', 'SIGTERM');
		cancelKill ??= session.clock.after(TERMINATION_MS, () => ask('kill', 'SIGTERM'));
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
		cancelKill?.();
		for (const [signal, handler] of handlers) process.off(signal, handler);
	};
}
