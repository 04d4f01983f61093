import {dirname, relative} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {parseWorkloadLine, type WorkloadLine} from '../domain/workload-protocol.ts';
import type {AttemptFiles, LaunchedProcess, ProcessEnd, ProcessReport, ServedRequest} from '../engine/ports.ts';
import {cannotStart} from './launch-errors.ts';
import {type ProcessTools, startProcess} from './processes.ts';
import {openServedLogs, type ServedLogs} from './served-log.ts';
import {createMemoryPeak, watchProcess} from './watch-process.ts';

/** Nothing else tells that a request is done, and each wait for a look is lost between two experiments. */
const busyPollMs = 20;
const idlePollMs = 50;
const termGraceMs = 2000;

/** A process that serves one request after the other. */
export type Worker = {
	/** It is idle, and takes a request. */
	readonly canServe: () => boolean;
	/** It is asked when `after` resolves; until then its start is not over. */
	readonly serve: (request: ServedRequest, after: Promise<unknown>) => LaunchedProcess;
	/** Resolves when it has said that it takes requests, or is gone. */
	readonly ready: Promise<void>;
	/** Closes its input and ends it with its tree where it has not gone after the grace; resolves when it is gone. */
	readonly close: (graceMs: number) => Promise<void>;
	/** It takes no request any more, and may not have gone yet. */
	readonly isEnding: () => boolean;
	/** Resolves when nothing of it lives any more, or when it cannot be ended. */
	readonly gone: Promise<void>;
};

type Names = {readonly files: AttemptFiles; readonly tag: string};

type Done = Extract<WorkloadLine, {event: 'done'}>;

type Serving = {
	readonly id: string;
	readonly request: ServedRequest;
	readonly logs: ServedLogs;
	readonly memory: ReturnType<typeof createMemoryPeak>;
	readonly over: PromiseWithResolvers<ProcessReport>;
	/** The worker was started for it, which nobody was told yet: whoever launched it cannot hear before it has it. */
	isStarting: boolean;
	done: Done | null;
};

export async function startWorker(request: ServedRequest, {files, tag}: Names, tools: ProcessTools): Promise<Worker> {
	const {scanner, logCapBytes, hiddenForms} = tools;
	const {argv, env, cwd} = request;
	const {identity, child, ended, logs} = await startProcess({argv, env, cwd, files, tag, hasInput: true}, tools);
	let current: Serving | null = null;
	let served = 0;
	let isEnding = false;
	const ready = Promise.withResolvers<void>();

	const hear = (line: string): void => {
		const said = readProtocol(line);
		if (said?.event === 'ready' && said.run_id === undefined) ready.resolve();
		if (!current) return;
		// What an earlier request says late is in the worker's own log.
		if (said?.run_id !== undefined && said.run_id !== current.id) return;
		tellStart(current);
		tell(current, line);
		if (said?.event === 'done') current.done = said;
	};

	const look = (): boolean => {
		if (!current) return false;
		current.memory.poll();
		current.logs.poll();
		tellStart(current);
		const {done} = current;
		// One that is being ended, or says that it will end, is over when it is gone.
		if (!done || isEnding) return false;
		if (done.broken) void close(termGraceMs);
		else void conclude({kind: 'exited', code: done.ok ? 0 : 1}, 0);
		if (done.leak) void close(termGraceMs);
		return false;
	};

	/** The request is over; the worker may live on. */
	const conclude = async (end: ProcessEnd, leftOvers: number): Promise<void> => {
		const serving = current;
		current = null;
		if (!serving) return;
		serving.memory.poll();
		const peakHostMemoryMiB = serving.memory.readPeakMiB();
		await serving.logs.finish().then(
			(output) => serving.over.resolve({end, leftOvers, peakHostMemoryMiB, ...output}),
			(error: unknown) => serving.over.reject(error),
		);
	};

	const watched = watchProcess({
		child,
		ended,
		logs,
		request: {files, tag, onLine: hear},
		onErrorLine: (line) => current?.logs.hearError(line),
		onLook: look,
		readPollMs: () => (current ? busyPollMs : idlePollMs),
		scanner,
		logCapBytes,
		hiddenForms,
	});

	const gone = watched.finished.then(
		({end, leftOvers}) => {
			isEnding = true;
			if (current && !current.done) tell(current, explainEnd(end));
			return conclude(end, leftOvers);
		},
		(error: unknown) => {
			isEnding = true;
			current?.over.reject(error);
			current = null;
		},
	);

	void gone.then(ready.resolve);

	const stop = (graceMs: number): void => {
		isEnding = true;
		watched.stop(graceMs);
	};

	const close = async (graceMs: number): Promise<void> => {
		isEnding = true;
		child.feed(null);
		if (graceMs > 0) await Promise.race([gone, pause(graceMs, undefined, {ref: false})]);
		watched.stop(graceMs > 0 ? termGraceMs : 0);
		await gone;
	};

	const serve = (asked: ServedRequest, after: Promise<unknown>): LaunchedProcess => {
		const over = Promise.withResolvers<ProcessReport>();
		// Whoever launched may start to listen later.
		over.promise.catch(() => {});
		const serving = {
			id: readId(asked),
			request: asked,
			logs: openLogs(asked, tools),
			memory: createMemoryPeak({child, scanner, request: {files, tag, onLine: hear}}),
			over,
			isStarting: served === 0,
			done: null,
		};
		current = serving;
		introduce(serving, {pid: child.pid, log: files.stdout, served});
		served++;
		void after.then(() => {
			if (current === serving && !isEnding) child.feed(`${asked.worker.line}\n`);
		});
		return {identity, finished: over.promise, stop};
	};

	const canServe = () => !current && !isEnding && child.canFeed();
	return {canServe, isEnding: () => isEnding, serve, ready: ready.promise, close, gone};
}

/** The start of a worker is a part of loading, and the first request waits for it. */
function tellStart(serving: Serving): void {
	if (!serving.isStarting) return;
	serving.isStarting = false;
	tell(serving, '::warpdeck {"event":"phase","name":"load"}');
}

function tell({logs, request}: Serving, line: string): void {
	logs.hear(line);
	request.onLine(line);
}

function readProtocol(line: string): WorkloadLine | null {
	const parsed = parseWorkloadLine(line);
	return parsed.kind === 'said' ? parsed.line : null;
}

const readId = ({worker: {line}}: ServedRequest): string => String(JSON.parse(line).run_id);

function openLogs({files, argv}: ServedRequest, tools: ProcessTools): ServedLogs {
	try {
		return openServedLogs(files, tools);
	} catch (error) {
		throw cannotStart(argv[0] ?? '', error);
	}
}

type Standing = {readonly pid: number; readonly log: string; readonly served: number};

/** What makes an experiment's log readable without the worker's. */
function introduce({logs, request: {files, worker}}: Serving, {pid, log, served}: Standing): void {
	const standing = served === 0 ? 'newly started' : `which served ${served} before`;
	logs.hear(`[warpdeck: asked ${worker.line}]`);
	logs.hear(`[warpdeck: of process ${pid}, ${standing}; its own log: ${relative(dirname(files.stdout), log)}]`);
}

/** An end without `done` is a failure, whatever the exit code. */
const explainEnd = (end: ProcessEnd): string => {
	const how = end.kind === 'exited' ? `exited with code ${end.code}` : `was ended by ${end.signal}`;
	return end.kind === 'exited' && end.code === 0
		? `::warpdeck ${JSON.stringify({event: 'error', kind: 'other', message: `the worker ${how} before this request was done`})}`
		: `[warpdeck: the worker ${how} before this request was done]`;
};
