import type {Fact, FactEvent, JournalEvent, Measurement} from '../journal/event.ts';
import {encodeFact, encodeMeasurement} from '../journal/format.ts';
import type {RunState} from '../journal/state.ts';
import type {Store} from '../journal/store.ts';
import type {Clock, RunStore} from './ports.ts';

/** Stamps events, writes them down, and only then lets anybody see them. */
export type Recorder = {
	/** Resolves once the fact is on the disk and in the state. A disk that refuses it is tried again until it takes it. */
	readonly record: (fact: Fact) => Promise<void>;
	/** Several facts that become true together, with one sync. */
	readonly recordAll: (facts: readonly Fact[]) => Promise<void>;
	readonly measure: (measurement: Measurement) => void;
	/** Resolves once the file stands whole under its name; tried again like a fact. */
	readonly commit: (path: string, text: string) => Promise<void>;
	/** Waits for the disk no longer: what it has not taken is lost, and whoever waits for it gets `reason`. */
	readonly abandon: (reason: Error) => void;
};

type RecorderOptions = {
	readonly runStore: Pick<RunStore, 'appendFacts' | 'appendMeasurements' | 'commitFile'>;
	readonly store: Store;
	readonly clock: Clock;
	/** Takes secrets out of what is written; absent: there are none. */
	readonly hide?: (text: string) => string;
	/** Called for every event after the state has it. */
	readonly onEvent?: (event: JournalEvent, state: RunState) => void;
};

const RETRY_MS = 1000;

type Pending = {
	readonly events: readonly FactEvent[];
	readonly lines: string;
	readonly resolve: () => void;
	readonly reject: (reason: unknown) => void;
};

export function createRecorder({runStore, store, clock, hide, onEvent = () => {}}: RecorderOptions): Recorder {
	let seq = store.get().seq;
	let measured = 0;
	let pending: Pending[] = [];
	let isWriting = false;
	const abandoned = Promise.withResolvers<never>();
	abandoned.promise.catch(() => {});

	const accept = (event: JournalEvent): void => {
		store.accept(event);
		onEvent(event, store.get());
	};

	const recordAll = (facts: readonly Fact[]): Promise<void> => {
		// An empty write would leave an empty line, which a reader takes for a damaged one.
		if (facts.length === 0) return Promise.resolve();
		const told = hide ? facts.map((fact) => hideIn(fact, hide)) : facts;
		const events = told.map((fact): FactEvent => ({...fact, seq: ++seq, at: clock.now()}));
		const lines = events.map(encodeFact).join('');
		const written = new Promise<void>((resolve, reject) => pending.push({events, lines, resolve, reject}));
		if (!isWriting) void writeAll();
		return written;
	};

	/** Whatever waits while one sync is under way goes out together with the next. */
	const writeAll = async (): Promise<void> => {
		isWriting = true;
		// Facts of the same turn of the event loop share a sync.
		await Promise.resolve();
		while (pending.length > 0) {
			const batch = pending;
			pending = [];
			await writeBatch(batch);
		}
		isWriting = false;
	};

	const writeBatch = async (batch: readonly Pending[]): Promise<void> => {
		const lines = batch.map((one) => one.lines).join('');
		try {
			await persist(() => runStore.appendFacts(lines));
		} catch (reason) {
			for (const {reject} of batch) reject(reason);
			return;
		}
		for (const {events, resolve} of batch) {
			events.forEach(accept);
			resolve();
		}
	};

	const persist = async (write: () => Promise<void>): Promise<void> => {
		for (let failed = false; ; failed = true) {
			try {
				await write();
				if (failed) tellStorage(null);
				return;
			} catch (error) {
				tellStorage(error instanceof Error ? error.message : String(error));
				const pause = new Promise<void>((resolve) => clock.after(RETRY_MS, resolve));
				await Promise.race([pause, abandoned.promise]);
			}
		}
	};

	/** Not written down, because the disk is what it is about; said once, not with every try. */
	const tellStorage = (problem: string | null): void => {
		if (problem === store.get().storageProblem) return;
		accept({type: 'storage', problem, seq: ++measured, at: clock.now()});
	};

	return {
		recordAll,
		record: (fact) => recordAll([fact]),
		commit: (path, text) => persist(() => runStore.commitFile(path, hide ? hide(text) : text)),
		abandon: abandoned.reject,
		measure: (measurement) => {
			const event = {...measurement, seq: ++measured, at: clock.now()};
			runStore.appendMeasurements(encodeMeasurement(event));
			accept(event);
		},
	};
}

/** Before it is stamped, so that the state holds what the disk does. */
function hideIn(fact: Fact, hide: (text: string) => string): Fact {
	const text = JSON.stringify(fact);
	const hidden = hide(text);
	return hidden === text ? fact : (JSON.parse(hidden) as Fact);
}
