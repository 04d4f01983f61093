import {closeSync, openSync, readSync} from 'node:fs';
import {join} from 'node:path';
import type {Clock} from '../engine/ports.ts';
import {type FactEvent, isMeasurement, type JournalEvent, type MeasurementEvent} from '../journal/event.ts';
import {createJournalReader} from '../journal/fold.ts';
import {reduce} from '../journal/reduce.ts';
import {initialState, type RunState} from '../journal/state.ts';
import {iterate} from '../journal/vector.ts';
import {type FileFollower, followFile} from './follow-file.ts';
import {JOURNAL, TELEMETRY} from './run-store.ts';

/** A run that another process writes, folded as its runner folds it. */
export type FollowedRun = {
	readonly get: () => RunState;
	/** Calls back after every look that found something; the returned function ends that. */
	readonly subscribe: (listener: () => void) => () => void;
	/** Reads what has come since; the first time everything that still matters. Throws for a journal of a newer warpdeck. */
	readonly look: () => void;
	/** Looks five times a second until the returned function is called. */
	readonly follow: (clock: Pick<Clock, 'after'>, onError: (error: unknown) => void) => () => void;
};

const LOOK_MS = 200;
/** Of measurements from before: a lane's figures are as full as if somebody had looked all the time. */
const LOOK_BACK_MS = 120_000;
/** No more of them is read at the start, however much ten hours of eight GPUs have written. */
const MOST_LOOK_BACK_BYTES = 16 * 1024 * 1024;

/** `tell` is given each event behind the state that has it. */
export function followRun(
	folder: string,
	tell: (event: JournalEvent, state: RunState) => void = () => {},
): FollowedRun {
	const listeners = new Set<() => void>();
	let state = initialState;
	let reading = openReading(folder);

	const accept = (event: JournalEvent): void => {
		state = reduce(state, event);
		tell(event, state);
	};
	const look = (): void => {
		const isFirst = state.seq === 0;
		const facts: FactEvent[] = [];
		// A whole night is folded as it is read: kept in a list first, each of its facts would outlive its use.
		if (!reading.readFacts(isFirst ? accept : (fact) => void facts.push(fact))) {
			state = initialState;
			reading = openReading(folder);
			look();
			return;
		}
		const measured = reading.readMeasurements(isFirst ? findStart(state) : Number.NEGATIVE_INFINITY);
		for (const event of sortByTime(facts, measured)) accept(event);
		const hasCome = facts.length + measured.length > 0 || (isFirst && state.seq > 0);
		if (hasCome) for (const listener of listeners) listener();
	};
	return {
		get: () => state,
		subscribe: (listener) => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		look,
		follow: (clock, onError) => repeat(look, clock, onError),
	};
}

function repeat(look: () => void, clock: Pick<Clock, 'after'>, onError: (error: unknown) => void): () => void {
	let cancel = clock.after(LOOK_MS, turn);
	function turn(): void {
		try {
			look();
			cancel = clock.after(LOOK_MS, turn);
		} catch (error) {
			onError(error);
		}
	}
	return () => cancel();
}

type Reading = {
	/** Hands over what has come since the time before; false: what was read may never have been. */
	readonly readFacts: (take: (fact: FactEvent) => void) => boolean;
	/** The first time those since `from`, later all that came since. */
	readonly readMeasurements: (from: number) => readonly MeasurementEvent[];
};

function openReading(folder: string): Reading {
	const path = join(folder, TELEMETRY);
	let takeFact: (fact: FactEvent) => void = () => {};
	let measurements: MeasurementEvent[] = [];
	const journal = createJournalReader((event) => void (isMeasurement(event) || takeFact(event)));
	const telemetry = createJournalReader((event) => void (isMeasurement(event) && measurements.push(event)));
	const journalFile = followFile(join(folder, JOURNAL));
	let telemetryFile: FileFollower | null = null;
	return {
		readFacts: (take) => {
			takeFact = take;
			return journalFile.read(journal.push) !== 'shrunk';
		},
		readMeasurements: (from) => {
			measurements = [];
			telemetryFile ??= followFile(path, (size) => findLine(path, size, from));
			// Its tail may go with a power cut; what is written then comes behind the cut.
			if (telemetryFile.read(telemetry.push) === 'shrunk') telemetryFile = followFile(path, (size) => size);
			return measurements.filter(({at}) => at >= from);
		},
	};
}

/** Where what runs now began, or a little before the last fact: measurements mean something once their experiment runs. */
function findStart({at, experiments}: RunState): number {
	const starts = [...iterate(experiments)].flatMap(({stage}) => (stage.kind === 'running' ? [stage.since] : []));
	return Math.min(at - LOOK_BACK_MS, ...starts);
}

const PROBE_BYTES = 256 * 1024;
const LINE_BREAK = 10;

/** Where the first line begins that is as late as `from`: halved, because the file is ordered by time. */
function findLine(path: string, size: number, from: number): number {
	let low = Math.max(0, size - MOST_LOOK_BACK_BYTES);
	if (low > 0) low = nextLine(path, low).start;
	let high = size;
	while (high - low > PROBE_BYTES) {
		const {start, at} = nextLine(path, Math.floor((low + high) / 2));
		if (at === null || at >= from || start >= high) high = Math.floor((low + high) / 2);
		else low = start;
	}
	return low;
}

/** The first whole line behind an offset: where it begins, and its time where it tells one. */
function nextLine(path: string, offset: number): {readonly start: number; readonly at: number | null} {
	const file = openSync(path, 'r');
	try {
		const buffer = Buffer.allocUnsafe(PROBE_BYTES);
		const chunk = buffer.subarray(0, readSync(file, buffer, 0, PROBE_BYTES, offset));
		const start = chunk.indexOf(LINE_BREAK) + 1;
		const end = chunk.indexOf(LINE_BREAK, start);
		const text = end < 0 ? '' : chunk.toString('utf8', start, end);
		const at = /"at":(\d+),"crc":"[0-9a-f]{8}"\}$/.exec(text)?.[1];
		return {start: offset + start, at: at === undefined ? null : Number(at)};
	} finally {
		closeSync(file);
	}
}

/** As they happened; of two of one moment the fact comes first. */
function sortByTime(facts: readonly FactEvent[], measurements: readonly MeasurementEvent[]): readonly JournalEvent[] {
	if (facts.length === 0 || measurements.length === 0) return [...facts, ...measurements];
	return [...facts, ...measurements].toSorted((a, b) => a.at - b.at);
}
