import {formatRing} from '../effects/tell-people.ts';
import type {RunState} from '../journal/state.ts';
import {noticeEnd} from '../report/notices.ts';

type Followed = {readonly get: () => RunState; readonly subscribe: (listener: () => void) => () => void};

/** Rings the terminal of a screen when its run ends, a workload stalls or a phase waits for a person; the returned function ends that. */
export function ringOnNews(
	run: Followed,
	write: (bytes: string) => void = (bytes) => void process.stdout.write(bytes),
): () => void {
	let wasClosed = run.get().closed !== null;
	let warned = countStalls(run.get());
	return run.subscribe(() => {
		const state = run.get();
		const isClosed = state.closed !== null;
		const stalls = countStalls(state);
		if (isClosed && !wasClosed) write(formatRing(noticeEnd(state).text));
		else if (stalls > warned) write(formatRing(state.notes.findLast(isStall)?.message ?? ''));
		wasClosed = isClosed;
		warned = stalls;
	});
}

const isStall = ({message}: RunState['notes'][number]): boolean =>
	message.startsWith('Stalled: ') || message.startsWith('Waits: ');

const countStalls = ({notes}: RunState): number => notes.filter(isStall).length;
