import {checkFlags} from './arguments.ts';
import type {Invocation} from './dispatch.ts';
import {isDetached} from './start-run.ts';
import {chooseView} from './terminal.ts';

/** `warpdeck resume [RUN]`: what was committed as a success stays, all the rest runs again. */
export async function run({words, flags}: Invocation): Promise<number> {
	checkFlags('resume', flags, ['json', 'headless', 'foreground', 'detach', 'ascii', 'takeLock']);
	if (isDetached(flags)) return (await import('./start-run.ts')).startRun('resume', {words, flags});
	return (await import('./resume-here.ts')).resumeHere({words, flags}, {view: chooseView(flags)});
}
