import {UserError} from '../domain/errors.ts';
import {isJsonObject, type JsonObject} from '../domain/json.ts';
import {crc32} from './crc.ts';
import {
	type Fact,
	type FactEvent,
	isMeasurement,
	JOURNAL_VERSION,
	type JournalEvent,
	type Measurement,
	type MeasurementEvent,
} from './event.ts';

/** What one line turned out to be; a type that only a newer warpdeck knows is counted, never guessed at. */
export type Decoded =
	| {readonly kind: 'event'; readonly event: JournalEvent}
	| {readonly kind: 'unknown'; readonly type: string; readonly seq: number}
	| {readonly kind: 'damaged'; readonly reason: string; readonly offset: number};

/** Text of `bytes[start..end)`; a reader that has already decoded a whole block passes its own. */
export type ToText = (bytes: Uint8Array, start: number, end: number) => string;

type RawEvent = JsonObject & {readonly type: string; readonly seq: number; readonly at: number};
type Upgrader = (raw: JsonObject) => JsonObject;

/** Number n turns a fact of version n + 1 into one of version n + 2; none is ever removed. */
const UPGRADERS: readonly Upgrader[] = [];

const FACTS: {readonly [type in Fact['type']]: true} = {
	opened: true,
	planned: true,
	launching: true,
	started: true,
	adopted: true,
	ended: true,
	committed: true,
	draining: true,
	stopping: true,
	resumed: true,
	'lane-paused': true,
	'lane-continued': true,
	'lane-quarantined': true,
	moved: true,
	postponed: true,
	requeued: true,
	skipped: true,
	'run-paused': true,
	'run-continued': true,
	'workers-set': true,
	'deadline-set': true,
	'control-taken': true,
	suspended: true,
	woken: true,
	'phase-judged': true,
	'phase-approved': true,
	'phase-continued': true,
	'phase-kept': true,
	'phase-not-kept': true,
	'budget-reached': true,
	'budget-set': true,
	noted: true,
	closed: true,
};

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', {ignoreBOM: true});
const SEAL_START = encoder.encode(',"crc":"');
const SEAL_END = encoder.encode('"}');
const DIGITS = 8;
const SEAL_LENGTH = SEAL_START.length + DIGITS + SEAL_END.length;
const CLOSING_BRACE = encoder.encode('}');

/** One line of journal.jsonl, with its line break; see docs/journal-format.md. */
export const encodeFact = (event: FactEvent): string => seal(event);

/** One line of telemetry.jsonl, with its line break. */
export const encodeMeasurement = (event: MeasurementEvent): string => seal(event);

/** A line's checksum covers the bytes of its JSON without the `crc` key, which is always the last one. */
function seal(event: JournalEvent): string {
	const json = JSON.stringify(event);
	const digits = crc32(encoder.encode(json)).toString(16).padStart(DIGITS, '0');
	return `${json.slice(0, -1)},"crc":"${digits}"}\n`;
}

/**
 * Reads the line `bytes[start..end)`, its break excluded; `version` is the one that the run was opened with.
 * Throws only for a run that a newer warpdeck opened: guessing at its facts could repeat or lose experiments.
 */
export function decodeLine(
	bytes: Uint8Array,
	start = 0,
	end = bytes.length,
	version = JOURNAL_VERSION,
	toText: ToText = decodeUtf8,
): Decoded {
	const reason = findDamage(bytes, start, end);
	if (reason !== null) return {kind: 'damaged', reason, offset: start};
	const raw = parseObject(`${toText(bytes, start, end - SEAL_LENGTH)}}`);
	if (!raw || !isStamped(raw)) return {kind: 'damaged', reason: 'it is no event', offset: start};
	return recognize(raw, version);
}

export const decodeUtf8: ToText = (bytes, start, end) => decoder.decode(bytes.subarray(start, end));

function findDamage(bytes: Uint8Array, start: number, end: number): string | null {
	const sealAt = end - SEAL_LENGTH;
	if (sealAt <= start || !holds(bytes, sealAt, SEAL_START) || !holds(bytes, end - SEAL_END.length, SEAL_END)) {
		return 'it has no checksum';
	}
	const written = readHex(bytes, sealAt + SEAL_START.length);
	const computed = crc32(CLOSING_BRACE, 0, 1, crc32(bytes, start, sealAt));
	return written === computed ? null : 'its checksum is wrong';
}

function holds(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
	for (let index = 0; index < expected.length; index++) if (bytes[at + index] !== expected[index]) return false;
	return true;
}

/** Eight lower-case digits as a number; -1, which equals no checksum, for anything else. */
function readHex(bytes: Uint8Array, at: number): number {
	let value = 0;
	for (let index = at; index < at + DIGITS; index++) {
		const byte = bytes[index] as number;
		if (byte >= 48 && byte <= 57) value = value * 16 + byte - 48;
		else if (byte >= 97 && byte <= 102) value = value * 16 + byte - 87;
		else return -1;
	}
	return value;
}

function parseObject(text: string): JsonObject | null {
	try {
		const value: unknown = JSON.parse(text);
		return isJsonObject(value) ? value : null;
	} catch {
		return null;
	}
}

const isStamped = (raw: JsonObject): raw is RawEvent =>
	typeof raw.type === 'string' && typeof raw.at === 'number' && Number.isSafeInteger(raw.seq);

function recognize(raw: RawEvent, version: number): Decoded {
	const written = readVersion(raw) ?? version;
	if (written > JOURNAL_VERSION) throw refuseNewer(raw, written);
	const event = written < JOURNAL_VERSION ? upgradeFact(raw, written) : raw;
	return isKnown(event) ? {kind: 'event', event} : {kind: 'unknown', type: raw.type, seq: raw.seq};
}

/** The version that this and the following facts were written in; undefined where a fact does not say. */
export const readVersion = (fact: {readonly type: string; readonly version?: unknown}): number | undefined =>
	(fact.type === 'opened' || fact.type === 'resumed') && typeof fact.version === 'number' ? fact.version : undefined;

const isKnown = (raw: JsonObject): raw is JsonObject & JournalEvent =>
	Object.hasOwn(FACTS, String(raw.type)) || isMeasurement(raw as unknown as Measurement);

/** A fact of an older version in today's form; journals of every released version load for ever. */
export function upgradeFact(raw: JsonObject, version: number, upgraders: readonly Upgrader[] = UPGRADERS): JsonObject {
	return upgraders.slice(Math.max(0, version - 1)).reduce((fact, upgrade) => upgrade(fact), raw);
}

const refuseNewer = (raw: RawEvent, version: number): UserError =>
	new UserError(
		`This run was written by warpdeck ${raw.warpdeck} in journal format ${version}; this warpdeck reads up to format ${JOURNAL_VERSION}.`,
		{tryThis: ['Upgrade warpdeck on this machine, then repeat the command; nothing in the run was changed.']},
	);
