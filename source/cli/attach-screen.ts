import {createClock} from '../effects/clock.ts';
import {createExperimentSource} from '../effects/experiment-files.ts';
import {type FollowedRun, followRun} from '../effects/follow-run.ts';
import {keepLastLook, readLastLook} from '../effects/last-look.ts';
import {readPresence} from '../effects/run-presence.ts';
import {readRunnerLog} from '../effects/runner-process.ts';
import type {Clock} from '../engine/ports.ts';
import {selectSince} from '../journal/select-since.ts';
import {quoteForShell} from '../plan/override-text.ts';
import type {Greeting} from '../tui/panels/since.ts';
import {showScreen} from '../tui/show.tsx';
import type {Flags} from './arguments.ts';
import {openAttachment} from './attachment.ts';
import {exportReport} from './export-report.ts';
import {foretell} from './note-fate.ts';
import {findExitCode, listFiles, nameFolder, printSummary} from './printer.ts';
import {guardScreen} from './report-fault.ts';
import {ringOnNews} from './ring.ts';
import {describeTerminal} from './terminal.ts';

type AttachOptions = {
	readonly folder: string;
	readonly flags: Flags;
	/** Exit code of the runner, where this process started it. */
	readonly exited?: Promise<number>;
};

/** A runner writes its last files behind its last fact. */
const LAST_FILES_MS = 15_000;
const INTERRUPTED = 130;

/** Shows a run that another process runs, until its user leaves; resolves to the exit code. */
export async function attachScreen({folder, flags, exited}: AttachOptions): Promise<number> {
	const clock = createClock();
	const run = followRun(folder);
	run.look();
	const attachment = openAttachment({
		...{folder, clock, getState: run.get},
		takesControl: flags.takeControl === true,
	});
	const leave = new AbortController();
	const signals = leaveOnSignals(leave);
	const unguard = guardScreen(leave, `warpdeck attach ${quoteForShell(nameFolder(folder))}   (the run goes on)`);
	let failure: unknown = null;
	const stop = run.follow(clock, (error) => {
		failure = error;
		leave.abort();
	});
	const silence = ringOnNews(run);
	const files = listFiles(folder, run.get().opened);
	try {
		await showScreen({
			store: run,
			clock: {now: () => (attachment.isLive() ? clock.now() : run.get().at)},
			onRequest: (kind) => attachment.ask({kind}),
			onControl: attachment.request,
			onExport: exportReport(folder),
			onTakeControl: attachment.takeControl,
			attachment,
			// Whoever has just started it has missed nothing.
			greeting: exited !== undefined ? null : greet(folder, run, clock),
			...describeTerminal(flags),
			files,
			experiments: createExperimentSource({folder, store: run, clock, replayed: false}),
			signal: leave.signal,
		});
	} finally {
		stop();
		silence();
		keepLastLook(folder, clock.now());
		attachment.close();
		unguard();
		signals.forget();
	}
	if (failure !== null) throw failure;
	return leaveRun({folder, flags, run, clock, files, isInterrupted: signals.came(), ...(exited && {exited})});
}

/** What has happened since this user last looked, or since the run began; null where that is nothing. */
function greet(folder: string, run: FollowedRun, clock: Clock): Greeting | null {
	const state = run.get();
	const last = readLastLook(folder);
	const view = selectSince(state, last ?? state.opened?.at ?? 0);
	if (view.isQuiet) return null;
	const {active: running, waiting} = state.counts;
	return {view, now: clock.now(), isWhole: last === null, running, waiting};
}

/** They take the screen and leave the run alone. */
function leaveOnSignals(leave: AbortController) {
	let hasCome = false;
	const handle = (): void => {
		hasCome = true;
		leave.abort();
	};
	const names = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;
	for (const name of names) process.on(name, handle);
	for (const stream of [process.stdin, process.stdout, process.stderr]) {
		stream.removeAllListeners('error');
		// A terminal that is gone costs what would have been shown.
		stream.on('error', () => {});
	}
	return {
		came: () => hasCome,
		forget: () => {
			for (const name of names) process.off(name, handle);
		},
	};
}

type Leaving = AttachOptions & {
	readonly run: FollowedRun;
	readonly clock: Clock;
	readonly files: readonly string[];
	readonly isInterrupted: boolean;
};

async function leaveRun({folder, flags, exited, run, clock, files, isInterrupted}: Leaving): Promise<number> {
	run.look();
	const state = run.get();
	if (state.closed !== null) {
		const code = await awaitLastFiles(folder, clock, exited);
		printSummary(state, flags, files);
		return code ?? findExitCode(state);
	}
	const name = quoteForShell(nameFolder(folder));
	const presence = readPresence(folder, clock.now());
	if (presence.kind === 'alive' || presence.kind === 'unseen') {
		process.stdout.write(`The run goes on.\n  look: warpdeck attach ${name}\n  end:  warpdeck stop ${name}\n`);
		const fate = await foretell();
		if (fate !== null) process.stderr.write(`warning: ${fate}\n`);
		return isInterrupted ? INTERRUPTED : 0;
	}
	process.stderr.write(`The runner of this run is gone.\n${readRunnerLog(folder)}  try: warpdeck resume ${name}\n`);
	return (await awaitExit(exited)) || INTERRUPTED;
}

/** Resolves to what the runner ended with, where it is known. */
async function awaitLastFiles(
	folder: string,
	clock: Clock,
	exited: Promise<number> | undefined,
): Promise<number | undefined> {
	const until = clock.now() + LAST_FILES_MS;
	const isOver = () => readPresence(folder, clock.now()).kind !== 'alive' || clock.now() > until;
	while (!exited && !isOver()) await new Promise<void>((resolve) => void clock.after(100, resolve));
	return awaitExit(exited);
}

/** Nothing else may keep this process alive by now: a runner of its own does not, so that a screen can be left. */
async function awaitExit(exited: Promise<number> | undefined): Promise<number | undefined> {
	if (!exited) return undefined;
	const late = Promise.withResolvers<undefined>();
	const timer = setTimeout(() => late.resolve(undefined), LAST_FILES_MS);
	return Promise.race([exited, late.promise]).finally(() => clearTimeout(timer));
}
