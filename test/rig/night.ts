import type {Experiment} from '../../source/domain/experiment.ts';
import type {Expand} from '../../source/engine/desk.ts';
import type {KeepPhase} from '../../source/engine/keep-phases.ts';
import type {Admission, Telemetry} from '../../source/engine/ports.ts';
import {createRecorder, type Recorder} from '../../source/engine/recorder.ts';
import {createEngine, type Engine} from '../../source/engine/run-engine.ts';
import type {Fact} from '../../source/journal/event.ts';
import type {RunState} from '../../source/journal/state.ts';
import {createStore, type Store} from '../../source/journal/store.ts';
import type {Command} from '../../source/plan/build-command.ts';
import {createFakeClock, type FakeClock, takeSettled} from './fake-clock.ts';
import {
	type Behaviour,
	createFakeDisk,
	createFakeProcesses,
	createFakeWorkers,
	type FakeDisk,
	type FakeProcesses,
} from './fake-ports.ts';

/** A whole run on fake ports: what a runner does in a night, in milliseconds. */
export type Night = {
	readonly engine: Engine;
	readonly recorder: Recorder;
	readonly store: Store;
	readonly clock: FakeClock;
	readonly disk: FakeDisk;
	readonly processes: FakeProcesses;
	/** Facts that reached the disk, files that were committed, programs that were spawned and stopped, in order. */
	readonly trace: readonly string[];
	/** Starts the engine and lets `ms` pass. */
	readonly begin: (ms?: number) => Promise<void>;
	/** Lets time pass until the run is closed; fails after a day. */
	readonly finish: () => Promise<RunState>;
};

export type NightOptions = {
	readonly told: readonly Fact[];
	readonly behave?: (id: string, attempt: number) => Behaviour;
	readonly isBundled?: boolean;
	/** Default: nobody else is there. */
	readonly admission?: Admission;
	/** Default: no counters will come. */
	readonly markEdge?: Telemetry['markEdge'];
	/** Default: a program of each one's own. */
	readonly buildCommand?: (experiment: Experiment) => Command;
	/** Default: nothing can be added. */
	readonly expand?: Expand;
	/** Default: nothing can be kept. */
	readonly keepPhase?: KeepPhase;
	/** Default: one whose timers come when they are due. */
	readonly clock?: FakeClock;
};

const DAY_MS = 86_400_000;
export const GRACE_MS = 5000;

export async function openNight({
	told,
	behave = () => ({}),
	isBundled = false,
	admission,
	markEdge = async () => {},
	buildCommand = ({id}) => ({argv: ['program', id], env: {}, cwd: '/run'}),
	expand,
	keepPhase,
	clock = createFakeClock(),
}: NightOptions): Promise<Night> {
	const trace: string[] = [];
	const note = (deed: string): void => void trace.push(deed);
	const disk = createFakeDisk(note);
	const store = createStore();
	const processes = createFakeProcesses(clock, behave, note);
	const warm = createFakeWorkers(processes, note);
	const recorder = createRecorder({runStore: disk.runStore, store, clock});
	const engine = createEngine({
		store,
		recorder,
		clock,
		runStore: disk.runStore,
		graceMs: GRACE_MS,
		...(admission ? {admission} : {}),
		processes,
		warm,
		...(expand ? {expand} : {}),
		...(keepPhase ? {keepPhase} : {}),
		attempt: {
			buildCommand,
			isBundled: () => isBundled,
			markEdge,
			listForeign: admission?.listForeign ?? (() => []),
			listCpus: () => [],
			relative: (path) => path.replace(/^\/run\//, ''),
			token: 'a1b2c3d4',
			simulated: false,
		},
	});
	await takeSettled(recorder.recordAll(told));
	trace.length = 0;
	return {engine, recorder, store, clock, disk, processes, trace, ...drive(engine, store, clock)};
}

function drive(engine: Engine, store: Store, clock: FakeClock): Pick<Night, 'begin' | 'finish'> {
	let running: Promise<void> | null = null;
	const begin = async (ms = 0): Promise<void> => {
		running ??= engine.run();
		await clock.advance(ms);
	};
	const finish = async (): Promise<RunState> => {
		await begin();
		for (let passed = 0; store.get().closed === null; passed += 60_000) {
			if (passed > DAY_MS) throw new Error(`the run is not closed after a day: ${JSON.stringify(store.get().counts)}`);
			await clock.advance(60_000);
		}
		await running;
		return store.get();
	};
	return {begin, finish};
}
