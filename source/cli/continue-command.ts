import {checkFlags} from './arguments.ts';
import {askRun} from './ask-run.ts';
import type {Invocation} from './dispatch.ts';

/** `warpdeck continue [LANE]`: lets go what somebody paused. */
export async function run({words: [lane], flags}: Invocation): Promise<number> {
	checkFlags('continue', flags, ['run']);
	return askRun(flags.run, {kind: 'continue', ...(lane && {lane})});
}
