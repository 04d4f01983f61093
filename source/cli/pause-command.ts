import {checkFlags} from './arguments.ts';
import {askRun} from './ask-run.ts';
import type {Invocation} from './dispatch.ts';

/** `warpdeck pause [LANE]`: nothing more starts; what runs ends, or is suspended with --now where that is safe. */
export async function run({words: [lane], flags}: Invocation): Promise<number> {
	checkFlags('pause', flags, ['run', 'now', 'reason']);
	const {run: query, now, reason} = flags;
	return askRun(query, {kind: 'pause', ...(lane && {lane}), ...(now && {now}), ...(reason && {reason})});
}
