import {formatLocalIso, reduceName} from '../effects/run-path.ts';
import type {RunStore} from '../engine/ports.ts';
import type {JournalEvent} from '../journal/event.ts';
import type {RunState} from '../journal/state.ts';
import {describeLaneProgress} from '../report/lane-progress.ts';

/** `2026-11-29T04:10`: to the minute, because it is a guess. */
const MINUTE = 16;

/** For people who follow a lane of a campaign with `tail -f`: a line for each start and end, with how far the lane is. */
export function logLane(store: Pick<RunStore, 'appendLaneLog'>, event: JournalEvent, state: RunState): void {
	const progress = describeLaneProgress(event, state);
	if (!progress) return;
	const {lane, text, endsAt} = progress;
	const end = endsAt === null ? '' : ` | expected end ${formatLocalIso(new Date(endsAt)).slice(0, MINUTE)}`;
	store.appendLaneLog(reduceName(lane, 'lane'), `${text}${end}`, event.at);
}
