import {join} from 'node:path';
import {type FactEvent, isMeasurement, JOURNAL_VERSION} from '../journal/event.ts';
import {decodeLine, readVersion} from '../journal/format.ts';
import {createLineReader} from './line-reader.ts';
import {JOURNAL} from './run-store.ts';

type FactFollower = {
	/** Every fact of the experiment that the journal holds by now, and the `resumed` ones, in order; null without a journal. */
	readonly read: () => Promise<readonly FactEvent[] | null>;
};

const STARTS = ['{"type":"opened"', '{"type":"resumed"'].map((text) => Buffer.from(text));
const OWN: ReadonlySet<string> = new Set([
	'launching',
	'started',
	'ended',
	'committed',
	'requeued',
	'adopted',
	'resumed',
]);

/** Walks the journal once and then follows it; only lines that name the experiment are decoded. */
export function followFacts(folder: string, id: string): FactFollower {
	const reader = createLineReader(join(folder, JOURNAL));
	const name = Buffer.from(`"id":${JSON.stringify(id)}`);
	let facts: readonly FactEvent[] = [];
	let version = JOURNAL_VERSION;
	let lastSeq = 0;

	const take = (line: Buffer): 'go on' => {
		if (!line.includes(name) && !STARTS.some((start) => line.subarray(0, start.length).equals(start))) return 'go on';
		const decoded = decodeLine(line, 0, line.length, version);
		if (decoded.kind !== 'event' || isMeasurement(decoded.event)) return 'go on';
		const {event} = decoded;
		version = readVersion(event) ?? version;
		const isOwn = OWN.has(event.type) && (!('id' in event) || event.id === id);
		// A fact that stands a second time is not told again.
		if (!isOwn || event.seq <= lastSeq) return 'go on';
		lastSeq = event.seq;
		facts = [...facts, event];
		return 'go on';
	};
	return {
		read: async () => {
			const isThere = await reader.read(take);
			return isThere ? facts : null;
		},
	};
}
