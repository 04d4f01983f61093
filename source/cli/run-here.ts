import {UserError} from '../domain/errors.ts';
import {createHider} from '../domain/secrets.ts';
import {createClock} from '../effects/clock.ts';
import {chooseControlPath} from '../effects/control-path.ts';
import {shareWithGroup} from '../effects/file-modes.ts';
import {createProcesses, createProcessTools} from '../effects/processes.ts';
import {createRunFolder, type RunFolder} from '../effects/run-folder.ts';
import {readSettings} from '../effects/settings.ts';
import {createSimulation} from '../effects/simulation.ts';
import {createWarmProcesses} from '../effects/warm-processes.ts';
import type {Expand} from '../engine/desk.ts';
import type {Clock} from '../engine/ports.ts';
import type {CommandContext} from '../plan/build-command.ts';
import {findHead} from '../plan/compose.ts';
import {type Flags, VERSION} from './arguments.ts';
import {checkTorch} from './check-torch.ts';
import {createCommandContext} from './command-context.ts';
import {listDeadline, noteDeadline} from './deadline.ts';
import type {Invocation} from './dispatch.ts';
import {askToGoOn, type EarlierRun, findEarlier, mentionEarlier} from './earlier-run.ts';
import {createExpand} from './expand-addition.ts';
import {createProblemTeller, leaveToOther, type ProblemTeller} from './folder-problems.ts';
import {createHostAdmission} from './host-admission.ts';
import {noteFate} from './note-fate.ts';
import {describeConfiguration, listOpeningFacts} from './open-run.ts';
import {chooseBaseDir} from './outputs.ts';
import {readPeaks} from './past-durations.ts';
import {createSession, type Outside} from './perform.ts';
import {type Host, type Preparation, prepare} from './prepare.ts';
import {createPrinter, listFiles} from './printer.ts';
import {profileHere} from './profile-here.ts';
import {refuseProblems} from './refuse-problems.ts';
import {readSimulation} from './simulated-host.ts';
import {type HowToWatch, watchSession} from './watch.ts';
import {watchGpusOf} from './watch-gpus.ts';

/** Plans, refuses what this machine cannot do, and runs the rest to the end in this process. */
export async function runHere({words, flags}: Invocation, how: HowToWatch): Promise<number> {
	if (readSettings()['run.share'] === 'group') shareWithGroup();
	const clock = createClock();
	const simulation = flags.simulate === undefined ? null : await simulate(flags.simulate, clock);
	const preparation = await prepare(words, flags, simulation?.host);
	refuseProblems(preparation.plan.problems);
	if (simulation) refuseUnsimulated(preparation);
	else await checkTorch(preparation);
	const earlier = simulation || flags.fresh ? null : await findEarlier(preparation);
	if (earlier && (await wantsEarlier(earlier, flags, how))) {
		return (await import('./resume-here.ts')).resumeHere({words: [earlier.path], flags: {}}, how);
	}
	const problems = createProblemTeller();
	const folder = await openFolder(preparation, clock, problems);
	const outside = simulation?.outside ?? observeHost(preparation, folder, clock);
	const expand = createExpand(flags, simulation?.host);
	return start({preparation, expand, folder, outside, flags, how, problems, earlier, simulated: simulation !== null});
}

/** Never without being asked: a run that looks forgotten may be somebody's. */
async function wantsEarlier(earlier: EarlierRun, {yes}: Flags, {ask}: HowToWatch): Promise<boolean> {
	if (!earlier.isSame) return false;
	return yes === true || ((await ask?.(askToGoOn(earlier))) ?? false);
}

type Start = {
	readonly preparation: Preparation;
	readonly expand: Expand;
	readonly folder: RunFolder;
	readonly outside: Outside;
	readonly flags: Flags;
	readonly how: HowToWatch;
	readonly problems: ProblemTeller;
	readonly earlier: EarlierRun | null;
	readonly simulated: boolean;
};

async function start(starting: Start): Promise<number> {
	const {preparation, expand, folder, outside, flags, how, problems, earlier, simulated} = starting;
	const printer = createPrinter(how.view);
	const token = crypto.randomUUID().slice(0, 8);
	const head = findHead(preparation.composition)?.suite;
	const context = await createCommandContext(preparation, folder.path);
	const {admission, limits} = simulated ? SIMULATED : admitHere(preparation, {folder, context, token, outside});
	const session = createSession({
		folder,
		outside: {...outside, ...admission},
		context,
		token,
		simulated,
		resultsFile: head?.output.results_file ?? 'results.json',
		onEvent: printer.print,
		expand,
	});
	problems.listen(session.recorder);
	const hide = createHider(process.env);
	for (const [path, text] of describeConfiguration(preparation)) await folder.store.commitFile(path, hide(text));
	// A screen of its own shows it too.
	const isWatched = how.view === 'screen' || how.view === 'none';
	const opening = await listOpeningFacts({preparation, logsDir: folder.logsDir, token, simulated, isWatched});
	const {clock} = outside;
	const deadline = listDeadline(head?.experiment.deadline, clock.now());
	await session.recorder.recordAll([...opening, ...deadline, ...noteDeadline(preparation, clock.now())]);
	await session.recorder.recordAll([...limits, ...(await noteFate(how.view))]);
	if (earlier) await session.recorder.record({type: 'noted', level: 'info', message: mentionEarlier(earlier)});
	return watchSession(session, {
		...how,
		printer,
		flags,
		folder,
		files: listFiles(folder.path, session.store.get().opened),
	});
}

/** Nobody else is on a machine that is only played. */
const SIMULATED = {admission: {}, limits: []} as const;

type Here = Pick<Start, 'folder' | 'outside'> & {readonly context: CommandContext; readonly token: string};

function admitHere({plan, composition}: Preparation, {folder, context, token, outside}: Here) {
	const {clock} = outside;
	const peaks = readPeaks(chooseBaseDir(composition), plan.suite);
	const {lanes} = plan;
	const {admission, limits} = createHostAdmission({
		clock,
		token,
		run: folder.path,
		context,
		peaks,
		lanes,
		countWorkers: outside.warm.count,
	});
	return {admission: {admission}, limits};
}

/** Output of programs that nobody ran would be invented. */
function refuseUnsimulated({composition, plan}: Preparation): void {
	const isBundled = composition.jobs.every(({suite}) => suite.experiment.workload === 'vit_pipeline');
	if (isBundled && plan.experiments.every(({device}) => device === 'cuda')) return;
	throw new UserError('Only vit_pipeline on simulated GPUs can be simulated.', {
		tryThis: ['warpdeck run numa_study --simulate FILE', 'leave --simulate out, and it runs for real'],
	});
}

async function simulate(path: string, clock: Clock): Promise<{readonly host: Host; readonly outside: Outside}> {
	const {simulated, host} = await readSimulation(path);
	return {host, outside: {clock, ...createSimulation(simulated, {clock, seed: 1})}};
}

async function openFolder({composition, plan}: Preparation, clock: Clock, problems: ProblemTeller): Promise<RunFolder> {
	return createRunFolder({
		baseDir: chooseBaseDir(composition),
		name: plan.suite,
		multirun: plan.multirun,
		startedAt: new Date(clock.now()),
		clock,
		warpdeck: VERSION,
		control: chooseControlPath(crypto.randomUUID().slice(0, 18)),
		onLost: leaveToOther,
		onProblem: problems.tell,
		logsDir: findHead(composition)?.suite.output.logs_dir ?? 'logs',
	});
}

function observeHost({composition, plan}: Preparation, folder: RunFolder, clock: Clock): Outside {
	const telemetry = findHead(composition)?.suite.experiment.telemetry;
	const tools = createProcessTools();
	const warm = createWarmProcesses(tools);
	return {
		clock,
		processes: createProcesses({}, tools),
		warm,
		profiling: profileHere(folder.path, warm),
		telemetry: watchGpusOf({lanes: plan.lanes, telemetry, diskPath: folder.path, clock}),
	};
}
