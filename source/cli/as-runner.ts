import {askStarter, tellOpened} from '../effects/runner-process.ts';
import type {Arguments} from './arguments.ts';

/** First word of a command line that warpdeck itself starts: the runner of a screen that is another process. */
export const AS_RUNNER = 'as-runner';

/** Runs `run` or `resume` without any view; what there is to see stands in the run's folder. */
export async function runAsRunner({words: [verb, ...words], flags}: Arguments): Promise<number> {
	// A terminal that goes away has nothing to do with it, even while the run is still being opened.
	process.on('SIGHUP', () => {});
	const how = {view: 'none', onOpened: tellOpened, ask: askStarter} as const;
	if (verb === 'resume') return (await import('./resume-here.ts')).resumeHere({words, flags}, how);
	return (await import('./run-here.ts')).runHere({words, flags}, how);
}
