import {type ChildProcess, spawn} from 'node:child_process';
import {setTimeout as pause} from 'node:timers/promises';
import {parseProcessStat, readProcessStat} from './process-identity.ts';
import {type InputOrder, type SpawnAnswer, type SpawnOrder, spawnerProgram} from './spawner-program.ts';

/** Both null when nobody saw the end, because the spawner was killed before. */
type Exit = {readonly code: number | null; readonly signal: NodeJS.Signals | null};

export type SpawnedProcess = {
	readonly pid: number;
	readonly startTicks: number;
	readonly exited: Promise<Exit>;
	/** From now on it does not keep this program alive. */
	readonly abandon: () => void;
	/** For one that was started with an input: what it reads next; null closes it. */
	readonly feed: (input: string | null) => void;
	/** False once nothing that is fed can reach it any more. */
	readonly canFeed: () => boolean;
};

export type Spawner = {
	/** Rejects with the system's error when the program cannot be started. */
	readonly spawn: (order: Omit<SpawnOrder, 'number'>) => Promise<SpawnedProcess>;
};

type Waiting = {
	readonly start: PromiseWithResolvers<{readonly pid: number; readonly startTicks: number}>;
	readonly exit: PromiseWithResolvers<Exit>;
	identity: {readonly pid: number; readonly startTicks: number} | null;
};

const lookMs = 100;

/**
 * Spawns from a small process of its own: a spawn copies the page tables of whoever spawns, so that from the runner
 * itself a launch costs several times as much. What was started outlives the spawner as it outlives the runner.
 */
export function createSpawner(): Spawner {
	const waiting = new Map<number, Waiting>();
	let helper: ChildProcess | null = null;
	let count = 0;

	const settle = (number: number): void => {
		waiting.delete(number);
		if (waiting.size === 0) helper?.channel?.unref();
	};

	const take = (answer: SpawnAnswer): void => {
		const one = waiting.get(answer.number);
		if (!one) return;
		if (answer.kind === 'started') {
			one.identity = {pid: answer.pid, startTicks: parseProcessStat(answer.stat).startTicks};
			one.start.resolve(one.identity);
			return;
		}
		settle(answer.number);
		if (answer.kind === 'ended') one.exit.resolve({code: answer.code, signal: answer.signal});
		else one.start.reject(Object.assign(new Error(answer.message), {code: answer.code}));
	};

	/** Whoever kills the spawner must not end the run: the next launch starts another one. */
	const replace = (gone: ChildProcess): void => {
		if (helper === gone) helper = null;
		for (const [number, {start, exit, identity}] of waiting) {
			waiting.delete(number);
			if (identity) exit.resolve(awaitGone(identity));
			else start.reject(new Error('the process that starts programs was killed'));
		}
	};

	const startHelper = (): ChildProcess => {
		// Not NODE_OPTIONS, which could load anything; in a session of its own, so that Ctrl-C does not reach it.
		const {NODE_OPTIONS: _, ...env} = process.env;
		const child = spawn(process.execPath, ['-e', spawnerProgram], {
			env,
			cwd: '/',
			detached: true,
			stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
		});
		child.on('message', take);
		child.once('error', () => replace(child));
		child.once('disconnect', () => replace(child));
		child.unref();
		return child;
	};

	return {
		spawn: async (order) => {
			helper ??= startHelper();
			const own = helper;
			const number = ++count;
			const one: Waiting = {start: Promise.withResolvers(), exit: Promise.withResolvers(), identity: null};
			waiting.set(number, one);
			own.channel?.ref();
			own.send({...order, number}, (error) => error && one.start.reject(error));
			const identity = await one.start.promise.finally(() => one.identity ?? settle(number));
			const canFeed = () => own.connected && waiting.has(number);
			const feed = (input: string | null) => {
				if (canFeed()) own.send({number, input} satisfies InputOrder, () => {});
			};
			return {...identity, exited: one.exit.promise, abandon: () => settle(number), feed, canFeed};
		},
	};
}

/** Nobody but its parent is told of its end, so it is looked for. */
export async function awaitGone({pid, startTicks}: {readonly pid: number; readonly startTicks: number}): Promise<Exit> {
	for (;;) {
		const stat = readProcessStat(pid);
		if (stat?.startTicks !== startTicks || stat.isZombie) return {code: null, signal: null};
		await pause(lookMs);
	}
}
