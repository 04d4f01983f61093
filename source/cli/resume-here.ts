import {join, relative} from 'node:path';
import {UserError} from '../domain/errors.ts';
import type {Experiment} from '../domain/experiment.ts';
import {isJsonObject, type JsonObject} from '../domain/json.ts';
import {needsTorch, type Workload} from '../domain/workload.ts';
import {blotOutLogs} from '../effects/blot-out.ts';
import {createClock} from '../effects/clock.ts';
import {chooseControlPath} from '../effects/control-path.ts';
import {shareWithGroup} from '../effects/file-modes.ts';
import {readKernelFacts} from '../effects/kernel-facts.ts';
import {createProcesses, createProcessTools} from '../effects/processes.ts';
import {provideWorkload} from '../effects/provide-workload.ts';
import {openRunFolder} from '../effects/run-folder.ts';
import {readSettings} from '../effects/settings.ts';
import {createWarmProcesses} from '../effects/warm-processes.ts';
import {buildTag} from '../engine/attempt.ts';
import type {Clock, Processes} from '../engine/ports.ts';
import {type Fact, JOURNAL_VERSION} from '../journal/event.ts';
import {reduce} from '../journal/reduce.ts';
import {initialState, type Opened, type ProcessIdentity, type RunState} from '../journal/state.ts';
import {iterate} from '../journal/vector.ts';
import type {CommandContext} from '../plan/build-command.ts';
import {describeKernel} from '../report/judge-kernel.ts';
import {type Flags, VERSION} from './arguments.ts';
import {findInputChanges} from './check-inputs.ts';
import {findMissing, isPlanTorn, listChanges, listLeft} from './check-resume.ts';
import {requireCuda, requirePython} from './check-torch.ts';
import {findUnset, listVariableChanges} from './check-variables.ts';
import {listDeadline} from './deadline.ts';
import {areFilesBehind, deriveFiles, finishFiles} from './derive-files.ts';
import type {Invocation} from './dispatch.ts';
import {endOrphans} from './end-orphans.ts';
import {createExpand} from './expand-addition.ts';
import {findUnfinished, isFinished} from './find-unfinished.ts';
import {createProblemTeller, leaveToOther, type ProblemTeller} from './folder-problems.ts';
import {buryOwnLeases, createHostAdmission} from './host-admission.ts';
import {describeReading} from './load-run.ts';
import {noteFate} from './note-fate.ts';
import {listBaseDirs} from './outputs.ts';
import {listOwnCommand} from './own-command.ts';
import {readPeaks} from './past-durations.ts';
import {createSession, type Session} from './perform.ts';
import {type Host, readHost} from './prepare.ts';
import {createPrinter, listFiles} from './printer.ts';
import {profileHere} from './profile-here.ts';
import {refuseProblems} from './refuse-problems.ts';
import {type HowToWatch, watchSession} from './watch.ts';
import {readTelemetryOf, watchGpusOf} from './watch-gpus.ts';

type OpenedRunFolder = Awaited<ReturnType<typeof openRunFolder>>;

/** What was committed as a success stays, all the rest runs again, in this process. */
export async function resumeHere({words, flags}: Invocation, how: HowToWatch): Promise<number> {
	const path = await findUnfinished(listBaseDirs(), words[0]);
	if (path === null) return sayNothingLeft('any run here', 0);
	if (readSettings()['run.share'] === 'group') shareWithGroup();
	const clock = createClock();
	const problems = createProblemTeller();
	const folder = await openRunFolder(path, {
		clock,
		warpdeck: VERSION,
		takeLock: flags.takeLock === true,
		control: chooseControlPath(crypto.randomUUID().slice(0, 18)),
		onLost: leaveToOther,
		onProblem: problems.tell,
	});
	const resumption = await check(folder).catch(async (error: unknown) => {
		await folder.store.close();
		throw error;
	});
	try {
		if (resumption) return await goOn({...resumption, folder, clock, problems, flags, how});
		return await leaveFinished(folder, clock);
	} finally {
		await buryOwnLeases(path, clock);
	}
}

/** Nothing runs, but files that were made of the journal may be behind it. */
async function leaveFinished(folder: OpenedRunFolder, clock: Clock): Promise<number> {
	const state = folder.facts.reduce(reduce, initialState);
	const resultsFile = state.opened?.output.resultsFile;
	try {
		if (resultsFile !== undefined && areFilesBehind(folder.path, resultsFile, state)) {
			await finishFiles(deriveFiles({folder, clock, resultsFile}, {get: () => state}));
		}
	} finally {
		await folder.store.close();
	}
	return sayNothingLeft(relative('', folder.path) || folder.path, state.counts.skipped, state.counts.postponed);
}

type Resumption = {
	readonly start: RunState;
	readonly opened: Opened;
	readonly host: Host;
	/** As `provenance.kernel` of a run that begins now would have it. */
	readonly kernel: JsonObject;
	/** Of what its commands are given. */
	readonly changes: readonly string[];
};

/** Null when nothing is left to run; throws, with the folder untouched, where the run cannot go on here. */
async function check({path, facts}: OpenedRunFolder): Promise<Resumption | null> {
	const start = facts.reduce(reduce, initialState);
	const {opened} = start;
	if (!opened || opened.simulated || opened.foreign) throw refuse(path, opened);
	if (isPlanTorn(start)) throw refuseTorn(path);
	if (isFinished(start)) return null;
	const host = await readHost();
	const left = listLeft(start);
	refuseProblems(findMissing(left, opened, host.machine));
	await checkInterpreter(left, opened, host);
	const workloadOf = (job: number) => findWorkload(opened, job);
	const inputs = await findInputChanges(opened, left, {start: nameStart(opened), env: process.env, workloadOf});
	refuseProblems([
		...inputs.problems,
		...findUnset(
			left.map(({job}) => workloadOf(job)),
			process.env,
		),
	]);
	const changes = [...inputs.warnings, ...listVariableChanges(opened, process.env)];
	return {changes, start, opened, host, kernel: describeKernel(await readKernelFacts())};
}

/** As a new run has it: without an interpreter every experiment of the night would fail, each after its own slow start. */
async function checkInterpreter(left: readonly Experiment[], opened: Opened, host: Host): Promise<void> {
	const bundled = left.filter(({job}) => needsTorch(findWorkload(opened, job)));
	if (bundled.some(({device}) => device === 'cuda')) await requireCuda(host);
	else if (bundled.some(({device}) => device === 'cpu')) requirePython(host.python);
}

/** Exits as the run did: what somebody left out has not succeeded. */
function sayNothingLeft(where: string, skipped: number, postponed = 0): number {
	const aside = [
		...(skipped === 0 ? [] : [`${skipped} skipped by somebody`]),
		...(postponed === 0 ? [] : [`${postponed} left for later by the suite (warpdeck retry ID)`]),
	];
	const rest = aside.length === 0 ? '' : `: ${aside.join(', ')}, the rest has succeeded`;
	process.stdout.write(`Nothing is left to run in ${where}${rest}.\n`);
	return aside.length === 0 ? 0 : 1;
}

type GoOn = Resumption & {
	readonly folder: OpenedRunFolder;
	readonly clock: Clock;
	readonly problems: ProblemTeller;
	readonly flags: Flags;
	readonly how: HowToWatch;
};

async function goOn({
	start,
	opened,
	host,
	kernel,
	changes,
	folder,
	clock,
	problems,
	flags,
	how,
}: GoOn): Promise<number> {
	const tools = createProcessTools();
	const processes = createProcesses({}, tools);
	const warm = createWarmProcesses(tools);
	const printer = createPrinter(how.view);
	const context = await createContext(opened, host, folder.path);
	const {lanes, token} = opened;
	const peaks = readPeaks(join(folder.path, '../../..'), opened.suite);
	const {admission, limits} = createHostAdmission({
		clock,
		token,
		run: folder.path,
		context,
		peaks,
		lanes,
		countWorkers: warm.count,
	});
	const telemetry = watchGpusOf({lanes, telemetry: readTelemetryOf(opened.config), diskPath: folder.path, clock});
	const session = createSession({
		folder,
		outside: {clock, processes, warm, telemetry, admission, profiling: profileHere(folder.path, warm)},
		start,
		context,
		token: opened.token,
		simulated: false,
		resultsFile: opened.output.resultsFile,
		onEvent: printer.print,
		expand: createExpand(flags),
	});
	problems.listen(session.recorder);
	await session.recorder.recordAll([
		...listResuming(folder, {opened, host, kernel, changes}),
		...limits,
		...(await noteFate(how.view)),
		...goOnUntil(opened, clock.now()),
	]);
	await takeOver({start, opened, folder}, session, processes);
	blotOutLogs(join(folder.path, folder.logsDir), process.env);
	return watchSession(session, {...how, printer, flags, folder, files: listFiles(folder.path, opened)});
}

/** `08:00` of a suite is the next one, each time that the run goes on. */
function goOnUntil({config}: Opened, now: number): readonly Fact[] {
	const experiment = isJsonObject(config.experiment) ? config.experiment : {};
	return listDeadline(typeof experiment.deadline === 'string' ? experiment.deadline : undefined, now);
}

type Situation = Pick<Resumption, 'opened' | 'host' | 'kernel' | 'changes'>;

function listResuming(
	{droppedBytes, reading}: OpenedRunFolder,
	{opened, host, kernel, changes}: Situation,
): readonly Fact[] {
	const known = listChanges(opened, host.machine, host.python, kernel);
	const warnings = [...describeReading(reading), ...known, ...changes];
	return [
		{type: 'resumed', version: JOURNAL_VERSION, warpdeck: VERSION, pid: process.pid, droppedBytes},
		...warnings.map((message): Fact => ({type: 'noted', level: 'warning', message})),
	];
}

const refuse = (path: string, opened: Opened | null): UserError =>
	new UserError(
		opened
			? `${relative('', path)} is ${opened.foreign ? 'imported: warpdeck did not run it, and cannot go on with it' : 'a simulated run, which has nothing to resume'}.`
			: `${relative('', path)} was never opened: its journal has no first fact.`,
		{tryThis: ['warpdeck list   (the runs that are here)', 'warpdeck run …   (a new one)']},
	);

const refuseTorn = (path: string): UserError =>
	new UserError(`${relative('', path)} ended before its plan was written down: nothing of it was ever started.`, {
		tryThis: ['warpdeck run …   (the same words again: nothing is lost)'],
	});

/** What the runner before left alive goes on where it can be followed, and else would time against its own repetition. */
async function takeOver(
	{start, opened: {token}, folder}: Pick<GoOn, 'start' | 'opened' | 'folder'>,
	{engine, clock}: Session,
	processes: Processes,
): Promise<void> {
	const adopted = new Set<string>();
	for (const {experiment, stage} of iterate(start.experiments)) {
		// A worker ends with the runner that it reads from.
		if ((stage.kind !== 'launching' && stage.kind !== 'running') || experiment.isolation === 'block') continue;
		const {id} = experiment;
		const {attempt} = stage;
		const tag = buildTag(token, id, attempt);
		const identity = await processes.findLiving?.({files: folder.store.attemptFiles(id, attempt), tag});
		// Who was killed between the deed and its fact has left no identity, and the tag is told by nobody else.
		const isSame = stage.kind === 'launching' || (identity && isSameProcess(identity, stage.process));
		const adoption = identity && isSame && {identity, startedAt: stage.since, unwatchedMs: clock.now() - start.at};
		if (adoption && (await engine.adopt(id, attempt, adoption))) adopted.add(id);
	}
	await endOrphans(start, token, processes, adopted);
}

const isSameProcess = (one: ProcessIdentity, other: ProcessIdentity): boolean =>
	one.pid === other.pid &&
	one.startTicks === other.startTicks &&
	one.bootId === other.bootId &&
	one.pidNamespace === other.pidNamespace;

/** The plan is the journal's; the machine is asked anew, because interpreters and drivers move. */
async function createContext(opened: Opened, {python}: Host, runDir: string): Promise<CommandContext> {
	return {
		workloadOf: (job) => findWorkload(opened, job),
		topology: opened.topology,
		python: python.kind === 'found' ? python.path : null,
		pipeline: provideWorkload('vit_pipeline.py', process.env),
		warpdeck: listOwnCommand(),
		runDir,
		cwd: nameStart(opened),
	};
}

/** Where warpdeck was started for the run. */
const nameStart = ({provenance}: Opened): string =>
	typeof provenance.working_folder === 'string' ? provenance.working_folder : process.cwd();

const findWorkload = ({workloads, jobs}: Opened, job: number): Workload =>
	workloads[jobs[job]?.workload ?? 0] ?? 'vit_pipeline';
