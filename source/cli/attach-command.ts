import {UserError} from '../domain/errors.ts';
import {findRun} from '../effects/find-run.ts';
import {checkFlags} from './arguments.ts';
import type {Invocation} from './dispatch.ts';
import {listBaseDirs} from './outputs.ts';
import {chooseView} from './terminal.ts';

/** `warpdeck attach [RUN]`: the screen of a run that another process runs, or its events where nothing can be drawn. */
export async function run({words, flags}: Invocation): Promise<number> {
	checkFlags('attach', flags, ['json', 'headless', 'ascii', 'takeControl']);
	const folder = await findRun(listBaseDirs(), words[0]);
	const view = chooseView(flags);
	if (view !== 'screen' && flags.takeControl) throw refuseLines();
	if (view === 'screen') return (await import('./attach-screen.ts')).attachScreen({folder, flags});
	return (await import('./attach-lines.ts')).attachLines({folder, flags, view});
}

const refuseLines = (): UserError =>
	new UserError('Only a screen takes the control, and here nothing can be drawn.', {
		tryThis: ['warpdeck pause, skip, retry, stop …   # commands may always ask'],
	});
