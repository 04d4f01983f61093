import {UserError} from '../domain/errors.ts';
import {checkFlags} from './arguments.ts';
import {askRun} from './ask-run.ts';
import type {Invocation} from './dispatch.ts';

/** `warpdeck set max_workers=N`: how many may run at once from now on. */
export async function run({words, flags}: Invocation): Promise<number> {
	checkFlags('set', flags, ['run']);
	const [word = '', ...more] = words;
	const maxWorkers = Number(/^max_workers=(\d+)$/.exec(word)?.[1]);
	if (more.length > 0 || !(maxWorkers > 0)) {
		throw new UserError('Of a run that goes on max_workers can be set, to a whole number above 0.', {
			tryThis: ['warpdeck set max_workers=2'],
		});
	}
	return askRun(flags.run, {kind: 'set', maxWorkers});
}
