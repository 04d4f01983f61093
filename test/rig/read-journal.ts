import type {JournalEvent} from '../../source/journal/event.ts';
import {foldJournal, type Reading} from '../../source/journal/fold.ts';

/** The events of a whole journal beside what there is to say of it; one list that grows, because a copy an event is quadratic. */
export function readJournal(bytes: Uint8Array): Reading & {readonly events: readonly JournalEvent[]} {
	const events: JournalEvent[] = [];
	const {state, ...reading} = foldJournal(
		[bytes],
		(known, event) => {
			known.push(event);
			return known;
		},
		events,
	);
	return {...reading, events: state};
}
