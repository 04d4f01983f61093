import {createClock} from '../effects/clock.ts';
import {followRun} from '../effects/follow-run.ts';
import {readPresence} from '../effects/run-presence.ts';
import type {Flags} from './arguments.ts';
import {createPrinter, findExitCode, listFiles, printSummary} from './printer.ts';
import type {View} from './terminal.ts';

type Following = {readonly folder: string; readonly flags: Flags; readonly view: View};

const LOOK_MS = 500;

/** What has happened and what comes, a line an event, until the run or its runner ends. */
export async function attachLines({folder, flags, view}: Following): Promise<number> {
	const clock = createClock();
	const run = followRun(folder, createPrinter(view).print);
	for (;;) {
		// Asked first: a runner that is gone by now has written all that it will.
		const {kind} = readPresence(folder, clock.now());
		run.look();
		if (run.get().closed !== null || kind === 'dead' || kind === 'free') break;
		await new Promise<void>((resolve) => void clock.after(LOOK_MS, resolve));
	}
	const state = run.get();
	if (view === 'lines') printSummary(state, flags, listFiles(folder, state.opened));
	return findExitCode(state);
}
