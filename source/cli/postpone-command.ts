import {checkFlags} from './arguments.ts';
import {askRun} from './ask-run.ts';
import type {Invocation} from './dispatch.ts';
import {requireWords} from './words.ts';

/** `warpdeck postpone ID…`: left to a resume of the run. */
export async function run({words, flags}: Invocation): Promise<number> {
	checkFlags('postpone', flags, ['run', 'reason']);
	const ids = requireWords(words, 'warpdeck postpone ID --reason "the GPU is needed till noon"');
	return askRun(flags.run, {kind: 'postpone', ids, ...(flags.reason && {reason: flags.reason})});
}
