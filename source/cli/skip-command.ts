import {checkFlags} from './arguments.ts';
import {askRun} from './ask-run.ts';
import type {Invocation} from './dispatch.ts';
import {requireWords} from './words.ts';

/** `warpdeck skip ID…`: not tried any more before somebody asks for it; one that runs is ended. */
export async function run({words, flags}: Invocation): Promise<number> {
	checkFlags('skip', flags, ['run', 'reason']);
	const ids = requireWords(words, 'warpdeck skip ID   (warpdeck status names what runs)');
	return askRun(flags.run, {kind: 'skip', ids, ...(flags.reason && {reason: flags.reason})});
}
