import {relative} from 'node:path';
import {UserError} from '../domain/errors.ts';
import {provideWorkload} from '../effects/bundled-files.ts';
import {createClock} from '../effects/clock.ts';
import {findRun} from '../effects/find-run.ts';
import {createProcesses} from '../effects/processes.ts';
import {openRunFolder} from '../effects/run-folder.ts';
import {createTelemetry} from '../effects/telemetry.ts';
import {buildTag} from '../engine/attempt.ts';
import type {Processes} from '../engine/ports.ts';
import {JOURNAL_VERSION} from '../journal/event.ts';
import {reduce} from '../journal/reduce.ts';
import {initialState, type Opened, type RunState} from '../journal/state.ts';
import {iterate} from '../journal/vector.ts';
import type {CommandContext} from '../plan/build-command.ts';
import {checkFlags, VERSION} from './arguments.ts';
import {listOwnCommand} from './command-context.ts';
import type {Invocation} from './dispatch.ts';
import {createProblemTeller, leaveToOther} from './folder-problems.ts';
import {describeReading} from './load-run.ts';
import {listBaseDirs} from './outputs.ts';
import {createSession} from './perform.ts';
import {readHost} from './prepare.ts';
import {chooseView, createPrinter, findExitCode, listFiles, watchSession} from './watch.ts';

const GRACE_MS = 2000;

/** `warpdeck resume [RUN]`: what was committed as a success stays, all the rest runs again. */
export async function run({words, flags}: Invocation): Promise<number> {
	checkFlags('resume', flags, ['json', 'headless', 'ascii', 'takeLock']);
	const path = await findRun(listBaseDirs(), words[0]);
	const clock = createClock();
	const problems = createProblemTeller();
	const folder = await openRunFolder(path, {
		clock,
		warpdeck: VERSION,
		takeLock: flags.takeLock === true,
		onLost: leaveToOther,
		onProblem: problems.tell,
	});
	const start = folder.facts.reduce(reduce, initialState);
	const opened = start.opened;
	if (!opened || opened.simulated) {
		await folder.store.close();
		throw refuse(path, opened);
	}
	if (start.counts.waiting + start.counts.active + start.counts.failed === 0) {
		await folder.store.close();
		process.stdout.write(`Everything in ${relative('', path)} has succeeded: nothing is left to run.\n`);
		return findExitCode(start);
	}
	const processes = createProcesses();
	await endOrphans(start, opened, processes);
	const view = chooseView(flags);
	const gpuIndexes = opened.lanes.flatMap(({gpuId}) => (gpuId === null ? [] : [gpuId]));
	const session = createSession({
		folder,
		outside: {clock, processes, telemetry: createTelemetry({gpuIndexes, diskPath: path, clock})},
		start,
		context: await createContext(opened, folder.path),
		token: opened.token,
		simulated: false,
		resultsFile: opened.output.resultsFile,
		onEvent: createPrinter(view),
	});
	problems.listen(session.recorder);
	const {droppedBytes, reading} = folder;
	await session.recorder.record({
		type: 'resumed',
		version: JOURNAL_VERSION,
		warpdeck: VERSION,
		pid: process.pid,
		droppedBytes,
	});
	for (const message of describeReading(reading))
		await session.recorder.record({type: 'noted', level: 'warning', message});
	return watchSession(session, view, flags, listFiles(relative('', path) || path));
}

const refuse = (path: string, opened: Opened | null): UserError =>
	new UserError(
		opened
			? `${relative('', path)} is a simulated run, which has nothing to resume.`
			: `${relative('', path)} was never opened: its journal has no first fact.`,
		{tryThis: ['warpdeck list   (the runs that are here)', 'warpdeck run …   (a new one)']},
	);

/** What the runner before left alive would time against its own repetition. */
async function endOrphans(state: RunState, {token}: Opened, processes: Processes): Promise<void> {
	for (const {experiment, stage} of iterate(state.experiments)) {
		if (stage.kind !== 'launching' && stage.kind !== 'running') continue;
		await processes.endTagged(buildTag(token, experiment.id, stage.attempt), GRACE_MS);
	}
}

/** The plan is the journal's; the machine is asked anew, because interpreters and drivers move. */
async function createContext(opened: Opened, runDir: string): Promise<CommandContext> {
	const {python} = await readHost();
	return {
		workloadOf: (job) => opened.workloads[opened.jobs[job]?.workload ?? 0] ?? 'vit_pipeline',
		topology: opened.topology,
		python: python.kind === 'found' ? python.path : null,
		pipeline: await provideWorkload('vit_pipeline.py', process.env),
		warpdeck: listOwnCommand(),
		runDir,
		cwd: typeof opened.provenance.working_folder === 'string' ? opened.provenance.working_folder : process.cwd(),
	};
}
