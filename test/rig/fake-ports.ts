import type {
	Clock,
	LaunchedProcess,
	LaunchRequest,
	Processes,
	ProcessReport,
	RunStore,
	WarmProcesses,
} from '../../source/engine/ports.ts';
import {type FactEvent, isMeasurement} from '../../source/journal/event.ts';
import {readJournal} from './read-journal.ts';

/** How a program behaves once it is launched; ends well after a second unless told otherwise. */
export type Behaviour = {
	readonly lines?: readonly string[];
	/** What it says later, with the time since its launch, ms. */
	readonly says?: readonly (readonly [atMs: number, line: string])[];
	readonly endsAfterMs?: number;
	readonly end?: ProcessReport['end'];
	/** What it makes of SIGTERM: ends of it, exits 0 all the same, or has to be killed. */
	readonly onStop?: 'ends' | 'exits 0' | 'ignores';
	/** The launch itself takes this long. */
	readonly launchMs?: number;
	/** It cannot be started, for this reason. */
	readonly refused?: string;
	/** Nothing can be learnt of its end. */
	readonly lost?: string;
	readonly report?: Partial<ProcessReport>;
};

export type FakeDisk = {
	readonly runStore: Pick<
		RunStore,
		'appendFacts' | 'appendMeasurements' | 'appendSamples' | 'commitFile' | 'attemptFiles'
	>;
	/** What can be read back from the journal that was written. */
	readonly facts: () => readonly FactEvent[];
	readonly files: ReadonlyMap<string, string>;
	readonly samples: readonly string[];
	readonly measurements: readonly string[];
	/** Number of syncs that facts cost. */
	readonly syncs: () => number;
	/** From now on everything is refused for this reason; null takes everything again. */
	readonly refuse: (reason: string | null) => void;
	/** From now on nothing resolves before `release`. */
	readonly hold: () => void;
	readonly release: () => void;
};

/** A disk in memory that can be full or slow; every deed is told to `trace`. */
export function createFakeDisk(trace: (deed: string) => void = () => {}): FakeDisk {
	let journal = '';
	let count = 0;
	let problem: string | null = null;
	let open = Promise.withResolvers<void>();
	open.resolve();
	const files = new Map<string, string>();
	const samples: string[] = [];
	const measurements: string[] = [];
	const facts = (): readonly FactEvent[] =>
		readJournal(Buffer.from(journal)).events.filter((event): event is FactEvent => !isMeasurement(event));
	const write = async (what: () => void): Promise<void> => {
		if (problem !== null) throw new Error(problem);
		await open.promise;
		what();
	};
	return {
		facts,
		files,
		samples,
		measurements,
		syncs: () => count,
		refuse: (reason) => {
			problem = reason;
		},
		hold: () => {
			open = Promise.withResolvers();
		},
		release: () => open.resolve(),
		runStore: {
			appendFacts: (lines) =>
				write(() => {
					const known = facts().length;
					journal += lines;
					count++;
					for (const fact of facts().slice(known)) trace(`${fact.type}${'id' in fact ? ` ${fact.id}` : ''}`);
				}),
			appendMeasurements: (lines) => void measurements.push(lines),
			appendSamples: (id, line) => void samples.push(`${id}: ${line}`),
			commitFile: (path, text) =>
				write(() => {
					files.set(path, text);
					trace(`file ${path}`);
				}),
			attemptFiles: (id, attempt) => ({
				stdout: `/run/logs/${id}.${attempt}.stdout`,
				stderr: `/run/logs/${id}.${attempt}.stderr`,
				exitStatus: `/run/logs/${id}.${attempt}.exit`,
			}),
		},
	};
}

export type FakeProcesses = Processes & {
	readonly requests: readonly LaunchRequest[];
	/** Ids that were alive together, at every launch. */
	readonly together: readonly (readonly string[])[];
};

/** Programs that run in the clock's time and do nothing but what their behaviour says. */
export function createFakeProcesses(
	clock: Clock,
	behave: (id: string, attempt: number) => Behaviour,
	trace: (deed: string) => void = () => {},
): FakeProcesses {
	const alive = new Set<string>();
	const requests: LaunchRequest[] = [];
	const together: (readonly string[])[] = [];
	const wait = (ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve));
	return {
		requests,
		together,
		launch: async (request) => {
			const [, id = '', attempt] = /:(.*):(\d+)$/.exec(request.tag) ?? [];
			const behaviour = behave(id, Number(attempt));
			requests.push(request);
			if (behaviour.launchMs) await wait(behaviour.launchMs);
			if (behaviour.refused !== undefined) throw new Error(behaviour.refused);
			trace(`spawn ${id}`);
			alive.add(id);
			together.push([...alive]);
			return run(behaviour, request, clock, {
				pid: 1000 + requests.length,
				onStop: (ms) => trace(`stop ${id} ${ms}`),
				onSignal: (signal) => trace(`${signal} ${id}`),
				onEnd: () => alive.delete(id),
			});
		},
		endTagged: async () => 0,
	};
}

type Life = {
	readonly pid: number;
	readonly onStop: (graceMs: number) => void;
	readonly onSignal: (signal: 'suspend' | 'wake') => void;
	readonly onEnd: () => void;
};

const SIGNALLED = {kind: 'signalled', signal: 'SIGTERM'} as const;
const KILLED = {kind: 'signalled', signal: 'SIGKILL'} as const;

function run(behaviour: Behaviour, request: LaunchRequest, clock: Clock, life: Life): LaunchedProcess {
	const {lines = [], endsAfterMs = 1000, end = {kind: 'exited', code: 0}, onStop = 'ends', lost} = behaviour;
	const over = Promise.withResolvers<ProcessReport>();
	const finish = (how: ProcessReport['end']): void => {
		life.onEnd();
		if (lost === undefined) over.resolve({...REPORT, ...behaviour.report, end: how});
		else over.reject(new Error(lost));
	};
	clock.after(0, () => {
		for (const line of lines) request.onLine(line);
	});
	for (const [atMs, line] of behaviour.says ?? []) clock.after(atMs, () => request.onLine(line));
	clock.after(endsAfterMs, () => finish(end));
	return {
		identity: {pid: life.pid, startTicks: life.pid, bootId: 'boot', pidNamespace: 'pid:[1]'},
		finished: over.promise,
		suspend: async () => {
			life.onSignal('suspend');
			return true;
		},
		wake: async () => life.onSignal('wake'),
		stop: (graceMs) => {
			life.onStop(graceMs);
			if (onStop === 'ignores') clock.after(graceMs, () => finish(KILLED));
			else clock.after(1, () => finish(onStop === 'ends' ? SIGNALLED : {kind: 'exited', code: 0}));
		},
	};
}

const REPORT: ProcessReport = {
	end: {kind: 'exited', code: 0},
	peakHostMemoryMiB: 100,
	droppedLogBytes: 0,
	stderrTail: '',
	stdoutTail: '',
	leftOvers: 0,
};

/** Workers that serve by starting a program of its own for each request, and tell what becomes of them. */
export function createFakeWorkers(processes: Pick<Processes, 'launch'>, trace: (deed: string) => void): WarmProcesses {
	const alive = new Map<string, string>();
	return {
		launch: async (request, soon = []) => {
			for (const {key, lane} of [request, ...soon].map(({worker}) => worker)) {
				if (!alive.has(key)) trace(`worker ${key}`);
				alive.set(key, lane);
			}
			return processes.launch(request);
		},
		release: (key) => {
			alive.delete(key);
			trace(`release ${key}`);
		},
		isAlive: (key) => alive.has(key),
		close: async (graceMs) => {
			if (alive.size > 0) trace(`close ${[...alive.keys()].join(' ')} ${graceMs}`);
			alive.clear();
		},
		count: (lane) => [...alive.values()].filter((one) => one === lane).length,
	};
}
