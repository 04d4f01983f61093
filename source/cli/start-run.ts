import {type StartedRunner, startRunner} from '../effects/runner-process.ts';
import {quoteForShell} from '../plan/override-text.ts';
import type {Flags} from './arguments.ts';
import {AS_RUNNER} from './as-runner.ts';
import {askPerson} from './ask-person.ts';
import type {Invocation} from './dispatch.ts';
import {foretell} from './note-fate.ts';
import {listOwnCommand} from './own-command.ts';
import {nameFolder} from './printer.ts';
import {chooseView} from './terminal.ts';

/** Whether the runner is a process of its own: where a screen can be drawn, or nobody wants one. */
export const isDetached = (flags: Flags): boolean =>
	flags.detach === true || (chooseView(flags) === 'screen' && flags.foreground !== true);

/** Starts the runner and attaches a screen to it, or says how one does. */
export async function startRun(verb: 'run' | 'resume', {words, flags}: Invocation): Promise<number> {
	const starting = startRunner([...listOwnCommand(), AS_RUNNER, verb, ...words, ...listOptions(flags)], askPerson);
	// Loaded while the runner looks at the machine, so that the first frame is not waited for.
	const loading = flags.detach ? null : import('./attach-screen.ts');
	const started = await starting;
	if (started.kind === 'ended') return tellEnded(started);
	process.stderr.write(started.said);
	if (!loading) return tellDetached(started);
	const {attachScreen} = await loading;
	return attachScreen({folder: started.folder, flags, exited: started.exited});
}

/** A refusal, or that nothing was left to run. */
function tellEnded({code, said}: Extract<StartedRunner, {kind: 'ended'}>): number {
	(code === 0 ? process.stdout : process.stderr).write(said);
	return code;
}

/** The folder alone on stdout, for a script; the rest is for people. */
async function tellDetached({folder, pid}: Extract<StartedRunner, {kind: 'opened'}>): Promise<number> {
	const run = quoteForShell(nameFolder(folder));
	process.stdout.write(`${nameFolder(folder)}\n`);
	process.stderr.write(`It runs as process ${pid}.\n  look: warpdeck attach ${run}\n  end:  warpdeck stop ${run}\n`);
	const fate = await foretell();
	if (fate !== null) process.stderr.write(`warning: ${fate}\n`);
	return 0;
}

/** The options that a runner reads, as they were typed. */
const listOptions = ({
	multirun,
	suites = [],
	override = [],
	simulate,
	takeLock,
	yes,
	fresh,
}: Flags): readonly string[] => [
	...(multirun ? ['-m'] : []),
	...suites.map((folder) => `--suites=${folder}`),
	...override.map((one) => `--override=${one}`),
	...(simulate === undefined ? [] : [`--simulate=${simulate}`]),
	...(takeLock ? ['--take-lock'] : []),
	...(yes ? ['--yes'] : []),
	...(fresh ? ['--fresh'] : []),
];
