import {checkFlags} from './arguments.ts';
import {askRun} from './ask-run.ts';
import type {Invocation} from './dispatch.ts';
import {readOverrides} from './prepare.ts';
import {requireWords} from './words.ts';

/** `warpdeck add override…`: what `warpdeck run` would run of it waits behind everything else of a run that goes on. */
export async function run({words, flags}: Invocation): Promise<number> {
	checkFlags('add', flags, ['run']);
	const overrides = readOverrides(requireWords(words, 'warpdeck add quick_test experiment.test.batch_size=32'));
	return askRun(flags.run, {kind: 'add', overrides});
}
