import {appendFileSync} from 'node:fs';
import type {Clock, LaunchedProcess, LaunchRequest, ProcessEnd, ProcessReport} from '../engine/ports.ts';
import type {GpuLoad, Script, ScriptStep} from './simulated-script.ts';

type Performance = {
	readonly script: Script;
	readonly request: Pick<LaunchRequest, 'files' | 'onLine'>;
	readonly clock: Clock;
	/** What the process makes of its GPU from now on; null once it has ended. */
	readonly onLoad: (load: GpuLoad | null) => void;
};

const TAIL_LENGTH = 4096;

/** Says the lines of a script when their time has come. Nothing is started, and nothing is written but its two logs. */
export function playScript({script, request, clock, onLoad}: Performance): Omit<LaunchedProcess, 'identity'> {
	const finished = Promise.withResolvers<ProcessReport>();
	const startedAt = clock.now();
	let stdoutTail = '';
	let isOver = false;
	let cancel = (): void => {};

	const playFrom = (index: number): void => {
		const step = script.steps[index];
		if (step) cancel = clock.after(Math.max(0, startedAt + step.atMs - clock.now()), () => perform(step, index));
		else end({kind: 'exited', code: script.code}, script.stderr);
	};

	/** Whoever hears a line may stop the process in that moment. */
	const perform = ({load, lines}: ScriptStep, index: number): void => {
		onLoad(load);
		for (const line of lines) if (!isOver) say(line);
		if (!isOver) playFrom(index + 1);
	};

	const say = (line: string): void => {
		stdoutTail = `${stdoutTail}${line}\n`.slice(-TAIL_LENGTH);
		if (!line.startsWith('::warpdeck ')) appendLog(request.files.stdout, `${line}\n`);
		request.onLine(line);
	};

	const end = (how: ProcessEnd, stderrTail: string): void => {
		if (isOver) return;
		isOver = true;
		cancel();
		onLoad(null);
		appendLog(request.files.stderr, stderrTail);
		const unknown = {peakHostMemoryMiB: null, droppedLogBytes: 0, leftOvers: 0};
		finished.resolve({end: how, stdoutTail, stderrTail, ...unknown});
	};

	playFrom(0);
	return {
		finished: finished.promise,
		stop: (graceMs) => {
			const signal = graceMs > 0 ? 'SIGTERM' : 'SIGKILL';
			end({kind: 'signalled', signal}, `SIMULATED ended by ${signal}\n`);
		},
	};
}

/** Appended at once, because a few lines are not worth a queue; a log that cannot be written costs no simulated result. */
function appendLog(path: string, text: string): void {
	try {
		appendFileSync(path, text, {mode: 0o600});
	} catch {}
}
