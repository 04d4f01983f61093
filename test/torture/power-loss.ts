import {dirname, join} from 'node:path';
import {makeContents, recoverContents} from '../../source/effects/run-folder.ts';
import {makeRunPath} from '../../source/effects/run-path.ts';
import {createRunStore} from '../../source/effects/run-store.ts';
import {createRecorder} from '../../source/engine/recorder.ts';
import {createEngine} from '../../source/engine/run-engine.ts';
import {type Fact, type FactEvent, JOURNAL_VERSION} from '../../source/journal/event.ts';
import {reduce} from '../../source/journal/reduce.ts';
import {initialState, type RunState} from '../../source/journal/state.ts';
import {createStore} from '../../source/journal/store.ts';
import {createRandom, deriveSeed} from '../../source/plan/random.ts';
import {createFakeProcesses, createFakeWorkers} from '../rig/fake-ports.ts';
import {cell, opened, planned, STORY_START} from '../rig/story.ts';
import {createSimulatedDisk, type SimulatedDisk, type SyncPoint} from './simulated-disk.ts';

const CELLS = ['a', 'b'].flatMap((model) => [0, 1, 2].map((gpuId) => cell({gpuId, model, runId: `${model}${gpuId}`})));
const PLAN: readonly Fact[] = [opened(), planned(CELLS)];
const LONGEST_LIFE = 60;

/** What was promised in all lives of a run so far. */
type Promised = {
	/** Everything that was ever handed to the journal, by its number; what a loss of power took may be told anew. */
	told: string[];
	/** Facts that were said to last. */
	acknowledged: number;
	/** Of each file: texts from the last acknowledged one on; any of them may be found. */
	readonly files: Map<string, {isDue: boolean; texts: string[]}>;
	/** Attempts for which a process was started. */
	readonly deeds: Set<string>;
};

export type PowerLoss = {readonly crashes: number; readonly runs: number; readonly violation: string | null};

/** Runs on a disk that loses its power again and again, until one promise was broken or `crashes` were survived. */
export async function losePower(crashes: number, seed: number, without: SyncPoint | null = null): Promise<PowerLoss> {
	let survived = 0;
	for (let run = 1; ; run++) {
		const random = createRandom(deriveSeed(seed, `run ${run}`));
		const life = createRun(random, without);
		try {
			while (await life.live()) {
				survived++;
				if (survived >= crashes) return {crashes: survived, runs: run, violation: null};
			}
		} catch (error) {
			const violation = `run ${run} of seed ${seed}: ${error instanceof Error ? error.message : error}`;
			return {crashes: survived, runs: run, violation};
		}
	}
}

/** Time that jumps from one thing that is due to the next; the power may go at any of them. */
function createTime(random: () => number) {
	let now = STORY_START;
	let stepsLeft = Number.POSITIVE_INFINITY;
	let due: {readonly at: number; readonly call: () => void}[] = [];
	const after = (ms: number, call: () => void): (() => void) => {
		const one = {at: now + Math.max(0, ms), call};
		due.push(one);
		return () => {
			due = due.filter((other) => other !== one);
		};
	};
	const step = (): Promise<void> =>
		new Promise((resolve) => {
			after(Math.floor(random() * 4), () => {
				if (stepsLeft-- > 0) resolve();
			});
		});
	const pass = async (isOver: () => boolean): Promise<'over' | 'dark'> => {
		for (;;) {
			await new Promise(setImmediate);
			if (isOver()) return 'over';
			const next = due.reduce<(typeof due)[number] | null>(
				(first, one) => (first && first.at <= one.at ? first : one),
				null,
			);
			if (stepsLeft < 0 || !next) return 'dark';
			due = due.filter((one) => one !== next);
			now = Math.max(now, next.at);
			next.call();
		}
	};
	const limit = (steps: number): void => {
		stepsLeft = steps;
		due = [];
	};
	return {clock: {now: () => now, after}, step, pass, limit};
}

function createRun(random: () => number, without: SyncPoint | null) {
	const time = createTime(random);
	let disk = createSimulatedDisk({random, step: time.step, without});
	let path: string | null = null;
	const promised: Promised = {told: [], acknowledged: 0, files: new Map(), deeds: new Set()};

	/** One life of a runner; false when it came to the end of the run before the power went. */
	const live = async (): Promise<boolean> => {
		time.limit(1 + Math.floor(random() * LONGEST_LIFE));
		let end: RunState | Error | null = null;
		const work = begin().then(
			(state) => {
				end = state;
			},
			(error: unknown) => {
				end = error instanceof Error ? error : new Error(String(error));
			},
		);
		if ((await time.pass(() => end !== null)) === 'over') {
			await work;
			requireDone(end);
			judge(disk, path, promised);
			return false;
		}
		disk = disk.losePower();
		judge(disk, path, promised);
		return true;
	};

	const begin = async (): Promise<RunState> => {
		const recovered = path !== null && promised.acknowledged > 0 ? await recoverContents(path, disk) : null;
		if (!recovered) {
			path = await makeRunPath(
				{baseDir: '/', name: 'night', multirun: false, startedAt: new Date(time.clock.now())},
				disk,
			);
			promised.told = [];
			await makeContents(path, 'logs', disk);
		}
		return runOn(path ?? '', recovered?.facts ?? []);
	};

	const runOn = async (folder: string, facts: readonly FactEvent[]): Promise<RunState> => {
		const {clock} = time;
		const runStore = keepPromises(await createRunStore(folder, {logsDir: 'logs', clock, disk}), promised);
		promised.told.length = facts.length;
		const store = createStore(facts.reduce(reduce, initialState));
		const recorder = createRecorder({runStore, store, clock});
		const processes = createFakeProcesses(clock, () => ({endsAfterMs: 5 + Math.floor(random() * 20)}));
		const launch: typeof processes.launch = (request) => {
			promised.deeds.add(request.tag);
			return processes.launch(request);
		};
		const engine = createEngine({
			store,
			recorder,
			clock,
			runStore,
			graceMs: 1,
			processes: {...processes, launch},
			warm: createFakeWorkers(processes, () => {}),
			attempt: {
				buildCommand: ({id}) => ({argv: ['program', id], env: {}, cwd: '/'}),
				isBundled: () => false,
				markEdge: async () => {},
				listForeign: () => [],
				listCpus: () => [],
				relative: (file) => file,
				token: 't',
				simulated: false,
			},
		});
		await recorder.recordAll(facts.length === 0 ? PLAN : [RESUMED]);
		await engine.run();
		return store.get();
	};
	return {live};
}

const RESUMED: Fact = {type: 'resumed', version: JOURNAL_VERSION, warpdeck: '0.1.0', pid: 1, droppedBytes: 0};

/** Writes down what the runner was told, and when it was told that it lasts. */
function keepPromises(runStore: Awaited<ReturnType<typeof createRunStore>>, promised: Promised) {
	return {
		...runStore,
		appendFacts: async (lines: string) => {
			promised.told.push(...lines.trimEnd().split('\n'));
			const count = promised.told.length;
			await runStore.appendFacts(lines);
			promised.acknowledged = count;
		},
		commitFile: async (path: string, text: string) => {
			const file = promised.files.get(path) ?? {isDue: false, texts: []};
			promised.files.set(path, file);
			file.texts.push(text);
			await runStore.commitFile(path, text);
			file.isDue = true;
			file.texts = file.texts.slice(file.texts.indexOf(text));
		},
	};
}

function requireDone(end: RunState | Error | null): void {
	if (end instanceof Error) throw new Error(`the run could not go on: ${end.message}`);
	if (end?.counts.succeeded !== CELLS.length || end.anomalyCount > 0)
		throw new Error(`the run ended with ${JSON.stringify(end?.counts)} and ${end?.anomalyCount} impossible facts`);
}

/** Compares what a disk holds with what was promised. */
function judge(disk: SimulatedDisk, path: string | null, promised: Promised): void {
	const lines = path === null ? [] : readLines(disk, path);
	const whole = lines.findIndex((line, index) => line !== promised.told[index]);
	const found = whole < 0 ? lines.length : whole;
	if (found < promised.acknowledged)
		throw new Error(`${promised.acknowledged} facts were said to last, and ${found} of them are there`);
	if (found < lines.length - 1) throw new Error(`fact ${found + 1} is not what was told`);
	const facts = lines.slice(0, found).map((line): FactEvent => JSON.parse(line));
	judgeFiles(disk, path ?? '/', promised);
	judgeFacts(facts, disk.list(join(path ?? '/', 'results')), promised);
}

function readLines(disk: SimulatedDisk, path: string): readonly string[] {
	const text = disk.list(path).get('journal.jsonl') ?? '';
	return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function judgeFiles(disk: SimulatedDisk, path: string, {files}: Promised): void {
	for (const [name, {isDue, texts}] of files) {
		const text = disk.list(join(path, dirname(name))).get(name.slice(dirname(name).length + 1));
		if (text === undefined && !isDue) continue;
		if (text === undefined) throw new Error(`${name} was said to last and is gone`);
		if (!texts.includes(text)) throw new Error(`${name} is neither an old text nor a new one: ${text.slice(0, 40)}`);
	}
}

/** A result that the journal knows is a whole file, and nothing was done that the journal does not know of. */
function judgeFacts(facts: readonly FactEvent[], results: ReadonlyMap<string, string>, {deeds}: Promised): void {
	const intended = new Set(
		facts.flatMap((fact) => (fact.type === 'launching' ? [`t:${fact.id}:${fact.attempt}`] : [])),
	);
	for (const deed of deeds) if (!intended.has(deed)) throw new Error(`${deed} was started, and no fact says so`);
	for (const fact of facts) {
		if (fact.type !== 'committed') continue;
		const text = results.get(`${fact.id}.json`);
		if (text === undefined) throw new Error(`${fact.id} is committed and has no file`);
		const {id, attempt}: {readonly id: string; readonly attempt: number} = JSON.parse(text);
		if (id !== fact.id || attempt < fact.attempt)
			throw new Error(`${fact.id} has the file of ${id} attempt ${attempt}`);
	}
}
