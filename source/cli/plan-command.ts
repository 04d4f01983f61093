import {stringify} from 'yaml';
import {UserError} from '../domain/errors.ts';
import type {Cell, Experiment} from '../domain/experiment.ts';
import {isJsonObject, type Json, type JsonObject} from '../domain/json.ts';
import {NOT_PLAYED} from '../domain/profiler.ts';
import {readHostFile} from '../effects/host-file.ts';
import {buildCommand, type CommandContext} from '../plan/build-command.ts';
import {countExecutions} from '../plan/executions.ts';
import {exportGpuMemory} from '../report/gpu-memory-text.ts';
import {checkFlags, type Flags} from './arguments.ts';
import {describeCampaignJson} from './campaign-json.ts';
import {createCommandContext} from './command-context.ts';
import {describeGiven} from './describe-given.ts';
import type {Invocation} from './dispatch.ts';
import {estimateDiskMiB, estimateKeptMiB, estimatePinnedMiB} from './estimate.ts';
import {type Durations, estimateTimes, type TimeEstimate} from './estimate-time.ts';
import {foreseeCampaign, leaveOutPostponed} from './foresee-campaign.ts';
import {exportHostMemory, planHostMemory} from './host-memory-plan.ts';
import {readKnownDurations} from './known-durations.ts';
import {planGpuMemory} from './past-gpu-memory.ts';
import {describePlan} from './plan-text.ts';
import {type Host, type Preparation, prepare} from './prepare.ts';
import {withProfiler} from './with-profiler.ts';

const FLAGS = [
	'multirun',
	'json',
	'cfg',
	'resolve',
	'package',
	'suites',
	'topology',
	'simulate',
	'profiler',
	'override',
] as const;

/** `warpdeck plan`: what would run, on this machine or another one; starts nothing and writes nothing. */
export async function run(invocation: Invocation): Promise<number> {
	checkFlags('plan', invocation.flags, FLAGS);
	const {words, flags} = withProfiler(invocation);
	const preparation = await prepare(words, flags, await readOtherHost(flags));
	if (flags.cfg !== undefined) printConfiguration(preparation, flags);
	else if (flags.json) await printJson(preparation);
	else process.stdout.write(await describePlan(preparation));
	return 0;
}

async function readOtherHost(flags: Flags): Promise<Host | undefined> {
	const path = flags.topology ?? flags.simulate;
	if (path === undefined) return undefined;
	const {machine} = await readHostFile(path);
	// What is installed on another machine is not known here, so a plan takes the usual name.
	const python = {kind: 'found', path: 'python3', how: path, version: '', torch: null, cuda: null} as const;
	return {machine, python, ...(flags.topology === undefined ? {profilers: NOT_PLAYED} : {})};
}

function printConfiguration({composition}: Preparation, flags: Flags): void {
	if (flags.cfg !== undefined && flags.cfg !== 'job') {
		throw new UserError(`--cfg ${flags.cfg} is not known.`, {tryThis: ['--cfg job   (the composed suite)']});
	}
	const {campaign} = composition;
	const show = (one: {readonly composed: JsonObject; readonly config: JsonObject}) =>
		stringify(pickPart(flags.resolve ? one.config : one.composed, flags.package ?? ''));
	if (campaign) process.stdout.write(`# the campaign\n${show(campaign)}---\n`);
	const documents = composition.jobs.map(({number, overrides, composed, config}) => {
		const text = show({composed, config});
		return composition.multirun || campaign ? `# job ${number}: ${overrides.join(' ')}\n${text}` : text;
	});
	process.stdout.write(documents.join('---\n'));
}

function pickPart(config: Json, path: string): Json {
	const parts = path.split('.').filter((part) => part !== '' && part !== '_global_');
	return parts.reduce<Json>((value, part) => {
		const found = isJsonObject(value) ? value[part] : Array.isArray(value) ? value[Number(part)] : undefined;
		if (found !== undefined) return found;
		const known = isJsonObject(value) ? Object.keys(value).join(', ') : 'nothing';
		throw new UserError(`The configuration has no part ${path}.`, {tryThis: [`--package with one of: ${known}`]});
	}, config);
}

/** A time is null unless every experiment was measured before or is expected to take so long. */
async function describeEstimate(all: Preparation, durations: Durations): Promise<JsonObject> {
	const preparation = {...all, plan: leaveOutPostponed(all.plan)};
	const {plan, composition} = preparation;
	const {judged, limit} = await planHostMemory(preparation);
	const {planned, unlimited, byIsolation} = estimateTimes(plan, composition, durations, limit);
	const whole = ({wallS, known, guessed}: TimeEstimate) => (known + guessed === plan.experiments.length ? wallS : null);
	return {
		disk_mib: estimateDiskMiB(plan),
		pinned_memory_mib: estimatePinnedMiB(plan),
		kept_memory_mib: estimateKeptMiB(plan, composition),
		gpu_memory: exportGpuMemory(planGpuMemory(preparation)),
		host_memory: exportHostMemory(judged),
		time_s: whole(planned),
		...(unlimited ? {time_s_without_memory_limit: whole(unlimited)} : {}),
		time_is_guess: planned.guessed > 0,
		time_s_by_isolation: byIsolation && {process: whole(byIsolation.process), block: whole(byIsolation.block)},
	};
}

/** Written a piece at a time: 100 000 cells are more than one string should hold. */
async function printJson(preparation: Preparation): Promise<void> {
	const {plan, composition, machine} = preparation;
	const context = await createCommandContext(preparation, 'RUN');
	const isProfile = ({role}: Experiment) => role === 'profile';
	const timed = plan.experiments.filter((experiment) => !isProfile(experiment));
	const byRunId = new Map(timed.map((experiment) => [experiment.runId, experiment]));
	const profileOf = new Map(plan.experiments.filter(isProfile).map((experiment) => [experiment.runId, experiment]));
	const {executions, warmUps, controls, profiles} = countExecutions(plan);
	const durations = readKnownDurations(plan, composition);
	const foreseen = foreseeCampaign(plan, composition, durations);
	const head = {
		suite: plan.suite,
		total: plan.cells.length,
		distinct: plan.cells.filter(({duplicateOf}) => duplicateOf === null).length,
		executions,
		measured: executions - warmUps - controls - profiles,
		warm_ups: warmUps,
		controls,
		profiles,
		jobs: plan.jobs,
		max_workers: plan.maxWorkers,
		seed: plan.seed,
		lanes: plan.lanes.map(({id, label}) => ({id, label})),
		problems: plan.problems,
		notices: plan.notices,
		given: describeGiven(composition),
		estimate: await describeEstimate(preparation, durations),
		...(foreseen ? {campaign: describeCampaignJson(foreseen, plan.lanes, machine.topology)} : {}),
	};
	let text = `${JSON.stringify(head, null, '\t').slice(0, -2)},\n\t"experiments": [`;
	for (const [index, cell] of plan.cells.entries()) {
		const runId = cell.duplicateOf ?? cell.runId;
		const record = describeCell(cell, byRunId.get(runId), profileOf.get(runId), context);
		text += `${index === 0 ? '' : ','}\n\t\t${JSON.stringify(record)}`;
		if (text.length < PIECE) continue;
		process.stdout.write(text);
		text = '';
	}
	process.stdout.write(`${text}\n\t]\n}\n`);
}

/** Its place in a campaign; nothing outside of one. */
const describePart = (experiment: Experiment | undefined): JsonObject => {
	if (experiment?.phase === undefined) return {};
	const {phase, group, postponed} = experiment;
	return {phase, group: group ?? phase, ...(postponed === undefined ? {} : {postponed})};
};

/** A write for each cell takes as long as all the rest of it. */
const PIECE = 64 * 1024;

function describeCell(
	cell: Cell,
	experiment: Experiment | undefined,
	profile: Experiment | undefined,
	context: CommandContext,
) {
	const command = experiment && buildCommand(experiment, context);
	return {
		run_id: cell.runId,
		job: cell.job,
		gpu_id: cell.gpuId,
		numa_node: cell.numaNode,
		...(cell.memoryNode === undefined ? {} : {memory_node: cell.memoryNode}),
		model: cell.model,
		params: cell.params,
		axes: cell.axes,
		...describePart(experiment),
		lane: experiment?.lane,
		argv: command?.argv,
		env: command?.env,
		...(command && command.cwd !== context.cwd ? {cwd: command.cwd} : {}),
		...(command?.folder === undefined ? {} : {work_dir: command.folder}),
		...(profile ? {profile: {id: profile.id, argv: buildCommand(profile, context).argv}} : {}),
		...(cell.duplicateOf === null ? {} : {duplicate_of: cell.duplicateOf}),
	};
}
