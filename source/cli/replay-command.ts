import {join} from 'node:path';
import {UserError} from '../domain/errors.ts';
import {createClock} from '../effects/clock.ts';
import {createExperimentSource} from '../effects/experiment-files.ts';
import {findRun} from '../effects/find-run.ts';
import {readMeasurements} from '../effects/read-measurements.ts';
import {createReplayClock, replay} from '../engine/replay.ts';
import {createStore} from '../journal/store.ts';
import type {showScreen as ShowScreen} from '../tui/show.tsx';
import {checkFlags, type Flags} from './arguments.ts';
import type {Invocation} from './dispatch.ts';
import {exportReport} from './export-report.ts';
import {loadRun} from './load-run.ts';
import {listBaseDirs} from './outputs.ts';
import {createPrinter, listFiles} from './printer.ts';
import {guardScreen} from './report-fault.ts';
import {chooseView, describeTerminal} from './terminal.ts';

const DEFAULT_SPEED = 60;

/** `warpdeck replay [RUN]`: the same screen on a finished run, with the journal's own time; writes nothing. */
export async function run({words, flags}: Invocation): Promise<number> {
	checkFlags('replay', flags, ['speed', 'headless', 'json', 'ascii']);
	const path = await findRun(listBaseDirs(), words[0]);
	const {facts, state} = loadRun(path);
	const measurements = readMeasurements(join(path, 'telemetry.jsonl'));
	const speed = readSpeed(flags);
	const startAt = facts[0]?.at ?? 0;
	const endAt = Math.max(startAt, facts.at(-1)?.at ?? 0, measurements.at(-1)?.at ?? 0);
	const clock = createReplayClock({clock: createClock(), startAt, endAt, speed});
	const stop = new AbortController();
	const store = createStore();
	const view = chooseView(flags);
	const {print} = createPrinter(view);
	const printing = {
		...store,
		accept: (event: Parameters<typeof store.accept>[0]) => {
			store.accept(event);
			print(event, store.get());
		},
	};
	const played = replay({facts, measurements, store: printing, clock: createClock(), speed, signal: stop.signal});
	if (view === 'screen') {
		const experiments = createExperimentSource({folder: path, store, clock: createClock(), replayed: true});
		const onExport = exportReport(path);
		await show(flags, {store, clock, experiments, onExport, files: listFiles(path, state.opened)});
	} else await played;
	stop.abort();
	await played;
	return 0;
}

async function show(
	flags: Flags,
	shown: Pick<Parameters<typeof ShowScreen>[0], 'store' | 'clock' | 'experiments' | 'files' | 'onExport'>,
): Promise<void> {
	const {showScreen} = await import('../tui/show.tsx');
	const leave = new AbortController();
	const unguard = guardScreen(leave);
	await showScreen({
		...shown,
		...describeTerminal(flags),
		signal: leave.signal,
	}).finally(unguard);
}

function readSpeed({speed = String(DEFAULT_SPEED)}: Flags): number {
	const number = Number(speed);
	if (number > 0) return number;
	throw new UserError(`--speed ${speed} is no number above 0.`, {
		tryThis: ['--speed 60   (a minute in a second)', '--speed Infinity   (at once)'],
	});
}
