import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import type {LaneId} from '../domain/experiment.ts';
import type {AttemptFiles, ServedRequest, WarmProcesses} from '../engine/ports.ts';
import type {ProcessTools} from './processes.ts';
import {startWorker, type Worker} from './worker.ts';

/** From the closed input to SIGTERM: an interpreter with a GPU needs a moment to give it back. */
const closeGraceMs = 5000;
/** One that never says that it takes requests holds the others of its block up no longer than this. */
const readyWithinMs = 30_000;

/** Real workers of this machine. */
export function createWarmProcesses(tools: ProcessTools): WarmProcesses {
	const workers = new Map<string, Worker>();
	/** Also those that end. */
	const alive = new Map<Worker, {readonly key: string; readonly lane: LaneId}>();
	let started = 0;

	const start = async (request: ServedRequest): Promise<Worker> => {
		const {key, lane, tag} = request.worker;
		const files = nameFiles(request.files, key);
		const worker = await startWorker(request, {files, tag: `${tag}${++started}`}, tools);
		workers.set(key, worker);
		alive.set(worker, {key, lane});
		void worker.gone.then(() => alive.delete(worker));
		return worker;
	};

	/** What still ends would be timed together with what starts. */
	const awaitEndings = async (): Promise<void> => {
		await Promise.all([...alive.keys()].filter(({isEnding}) => isEnding()).map(({gone}) => gone));
	};

	/** Why one does not start is heard by the request that needs it. */
	const startSoon = async (requests: readonly ServedRequest[]): Promise<readonly Worker[]> => {
		const missing = requests.filter(({worker: {key}}) => !workers.has(key));
		const found = await Promise.all(missing.map((one) => start(one).catch(() => null)));
		return found.filter((one) => one !== null);
	};

	return {
		launch: async (request, soon = []) => {
			const known = workers.get(request.worker.key);
			if (known && !known.canServe()) void known.close(closeGraceMs);
			await awaitEndings();
			const others = startSoon(soon);
			const worker = known?.canServe() ? known : await start(request);
			// What still starts would be timed together with what is asked.
			return worker.serve(request, awaitReady(await others));
		},
		release: (key, graceMs = closeGraceMs) => {
			void workers.get(key)?.close(graceMs);
			workers.delete(key);
		},
		close: async (graceMs) => {
			await Promise.all([...alive.keys()].map(({close}) => close(graceMs)));
		},
		isAlive: (key) => [...alive.values()].some((one) => one.key === key),
		count: (lane) => [...alive.values()].filter((one) => one.lane === lane).length,
	};
}

const awaitReady = async (workers: readonly Worker[]): Promise<void> => {
	if (workers.length === 0) return;
	const all = Promise.all(workers.map(({ready}) => ready));
	await Promise.race([all, pause(readyWithinMs, undefined, {ref: false})]);
};

/** Beside the logs of what it serves; numbered, because a resumed run and the worker after a crash start anew. */
function nameFiles({stdout, exitStatus}: AttemptFiles, key: string): AttemptFiles {
	const folder = dirname(stdout);
	for (let number = 1; ; number++) {
		const name = `worker-${key}${number === 1 ? '' : `.${number}`}`;
		if (existsSync(join(folder, `${name}.stdout`))) continue;
		return {
			stdout: join(folder, `${name}.stdout`),
			stderr: join(folder, `${name}.stderr`),
			exitStatus: join(dirname(exitStatus), name),
		};
	}
}
