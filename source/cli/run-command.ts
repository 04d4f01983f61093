import {checkFlags} from './arguments.ts';
import {askPerson} from './ask-person.ts';
import type {Invocation} from './dispatch.ts';
import {isDetached} from './start-run.ts';
import {chooseView} from './terminal.ts';
import {withProfiler} from './with-profiler.ts';

const FLAGS = [
	'multirun',
	'json',
	'headless',
	'foreground',
	'detach',
	'yes',
	'fresh',
	'suites',
	'simulate',
	'profiler',
	'override',
	'ascii',
] as const;

/** `warpdeck run`: in a terminal a runner of its own with a screen beside it, elsewhere all of it here. */
export async function run(invocation: Invocation): Promise<number> {
	checkFlags('run', invocation.flags, FLAGS);
	const {words, flags} = withProfiler(invocation);
	if (isDetached(flags)) return (await import('./start-run.ts')).startRun('run', {words, flags});
	return (await import('./run-here.ts')).runHere({words, flags}, {view: chooseView(flags), ask: askPerson});
}
