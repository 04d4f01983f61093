import {UserError} from '../domain/errors.ts';
import {checkFlags} from './arguments.ts';
import {askRun} from './ask-run.ts';
import type {Invocation} from './dispatch.ts';

/** `warpdeck approve PHASE [RUN]`: says yes to what a phase of a campaign asks a person, and to going on behind it. */
export async function run({words: [phase, word], flags}: Invocation): Promise<number> {
	checkFlags('approve', flags, ['run']);
	if (phase === undefined) {
		throw new UserError('Which phase should be approved?', {
			tryThis: ['warpdeck status   # says which one waits', 'warpdeck approve PHASE'],
		});
	}
	if (word !== undefined && flags.run !== undefined) {
		throw new UserError(`${word} and --run ${flags.run} both name a run.`, {
			tryThis: [`warpdeck approve ${phase} ${word}`],
		});
	}
	return askRun(word ?? flags.run, {kind: 'approve', phase});
}
