import {dirname} from 'node:path';
import type {LaunchedProcess, LaunchRequest, ProcessEnd, ProcessReport} from '../engine/ports.ts';
import {cannotReadLogs} from './launch-errors.ts';
import {createLogTail} from './log-tail.ts';
import {type Ending, endTagged, readPeakMemoryMiB, suspendTagged, wakeTagged} from './process-tree.ts';
import type {SpawnedProcess} from './spawner.ts';
import type {TagScanner} from './tag-scan.ts';

const pollMs = 100;
const busyPollMs = 10;
const memoryMs = 1000;
const leftOverGraceMs = 2000;

/** Descriptors open for reading and appending; whoever watches closes them. */
export type OpenLogs = {readonly stdout: number; readonly stderr: number};

type Watched = {
	readonly child: Pick<SpawnedProcess, 'pid' | 'abandon'>;
	readonly ended: Promise<ProcessEnd>;
	readonly logs: OpenLogs;
	readonly request: Pick<LaunchRequest, 'files' | 'tag' | 'onLine'>;
	readonly scanner: TagScanner;
	readonly logCapBytes: number;
	/** Secrets that no log keeps. */
	readonly hiddenForms?: readonly string[];
	/** Whole lines of stderr; without it only its size is watched. */
	readonly onErrorLine?: (line: string) => void;
	/** Lines end at `\r` too, as progress bars write them. */
	readonly endsAtReturns?: boolean;
	/** After each look at both logs; true when another look is wanted soon. */
	readonly onLook?: () => boolean;
	/** Between two looks; default 100 ms. */
	readonly readPollMs?: () => number;
};

/** Follows a started wrapper until nothing of its tree lives any more. */
export function watchProcess(watched: Watched): Omit<LaunchedProcess, 'identity'> {
	const {child, scanner, request} = watched;
	const undying = Promise.withResolvers<never>();
	let stopping: Ending | null = null;
	let isOver = false;

	const stop = (graceMs: number) => {
		if (isOver) return;
		if (stopping) return stopping.hasten(graceMs);
		stopping = endTagged(scanner, request.tag, graceMs);
		stopping.done.catch((error) => {
			child.abandon();
			undying.reject(error);
		});
	};

	const finished = Promise.race([undying.promise, report(watched, () => stopping)]).finally(() => {
		isOver = true;
	});
	// Whoever launched may start to listen later; the rejection is kept for it and must not end the runner.
	finished.catch(() => {});
	return {
		finished,
		stop,
		suspend: async () => !isOver && stopping === null && suspendTagged(scanner, request.tag),
		wake: () => wakeTagged(scanner, request.tag),
	};
}

async function report(watched: Watched, readStopping: () => Ending | null): Promise<ProcessReport> {
	const following = follow(watched);
	const end = await watched.ended;
	const [leftOvers] = await Promise.allSettled([endLeftOvers(watched, readStopping)]);
	const output = await following.finish();
	if (leftOvers.status === 'rejected') throw leftOvers.reason;
	return {end, leftOvers: leftOvers.value, ...output};
}

async function endLeftOvers({scanner, request}: Watched, readStopping: () => Ending | null): Promise<number> {
	const left = await scanner.find(request.tag);
	if (left.length === 0) return 0;
	const stopping = readStopping();
	if (stopping === null) return endTagged(scanner, request.tag, leftOverGraceMs).done;
	await stopping.done;
	return left.length;
}

type Output = Omit<ProcessReport, 'end' | 'leftOvers'>;

/** Reads the logs and the memory while the tree lives. An error does not end the watch, or the logs would outgrow their cap. */
function follow(watched: Watched): {readonly finish: () => Promise<Output>} {
	const {logs, request, logCapBytes: capBytes, onErrorLine, onLook = () => false, readPollMs = () => pollMs} = watched;
	const common = {
		capBytes,
		endsAtReturns: watched.endsAtReturns ?? false,
		...(watched.hiddenForms ? {hiddenForms: watched.hiddenForms} : {}),
	};
	const stdout = createLogTail({descriptor: logs.stdout, ...common, onLine: request.onLine});
	const stderr = createLogTail({descriptor: logs.stderr, ...common, ...(onErrorLine ? {onLine: onErrorLine} : {})});
	const memory = createMemoryPeak(watched);
	const errors: unknown[] = [];
	const polls = [memory.poll, stdout.poll, stderr.poll, onLook];
	const stopPolling = startPolling(polls, readPollMs, (error) => errors.push(error));

	const finish = async (): Promise<Output> => {
		stopPolling();
		const [out, err] = await Promise.allSettled([stdout.finish(), stderr.finish()]);
		if (out.status === 'rejected') throw cannotReadLogs(dirname(request.files.stdout), out.reason);
		if (err.status === 'rejected') throw cannotReadLogs(dirname(request.files.stderr), err.reason);
		if (errors.length > 0) throw cannotReadLogs(dirname(request.files.stdout), errors[0]);
		return {
			peakHostMemoryMiB: memory.readPeakMiB(),
			droppedLogBytes: out.value.droppedBytes + err.value.droppedBytes,
			stdoutTail: out.value.tail,
			stderrTail: err.value.tail,
		};
	};

	return {finish};
}

/** The timer keeps no program alive: the spawner's channel does. */
function startPolling(
	polls: readonly (() => boolean)[],
	readMs: () => number,
	onError: (error: unknown) => void,
): () => void {
	const pollSafely = (poll: () => boolean) => {
		try {
			return poll();
		} catch (error) {
			onError(error);
			return false;
		}
	};
	const turn = () => {
		const isBehind = polls.map(pollSafely).includes(true);
		timer = setTimeout(turn, isBehind ? busyPollMs : readMs()).unref();
	};
	let timer = setTimeout(turn, readMs()).unref();
	return () => clearTimeout(timer);
}

/** Of the tree without its wrapper. Closer together at first, so that a program of half a second has a figure too. */
export function createMemoryPeak({child, scanner, request}: Pick<Watched, 'child' | 'scanner' | 'request'>) {
	const findProcesses = () => scanner.findRecent(request.tag).filter(({pid}) => pid !== child.pid);
	let peakMiB: number | null = null;
	let nextAt = Number.NEGATIVE_INFINITY;
	let intervalMs = pollMs;
	return {
		poll: () => {
			if (performance.now() < nextAt) return false;
			nextAt = performance.now() + intervalMs;
			intervalMs = Math.min(2 * intervalMs, memoryMs);
			const currentMiB = readPeakMemoryMiB(findProcesses());
			if (currentMiB !== null) peakMiB = Math.max(peakMiB ?? 0, currentMiB);
			return false;
		},
		readPeakMiB: () => peakMiB,
	};
}
