import {checkFlags} from './arguments.ts';
import {askRun} from './ask-run.ts';
import type {Invocation} from './dispatch.ts';

/** `warpdeck stop [RUN]`: ends what runs; what is committed stays, and resume goes on with the rest. */
export async function run({words, flags}: Invocation): Promise<number> {
	checkFlags('stop', flags, ['drain', 'now']);
	return askRun(words[0], {kind: flags.drain ? 'drain' : flags.now ? 'kill' : 'stop'});
}
