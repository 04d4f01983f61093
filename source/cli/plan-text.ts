import type {Experiment} from '../domain/experiment.ts';
import {buildCommand} from '../plan/build-command.ts';
import {countAtOnce, countExecutions, describeExecutions} from '../plan/executions.ts';
import {describeHostMemory} from '../plan/host-memory.ts';
import {quoteForShell} from '../plan/override-text.ts';
import {describeGpuMemory} from '../report/gpu-memory-text.ts';
import {describeCampaign} from './campaign-text.ts';
import {createCommandContext} from './command-context.ts';
import {describeDeadline} from './deadline.ts';
import {describeGiven} from './describe-given.ts';
import {describeSeed} from './describe-seed.ts';
import {describeTimes} from './describe-time.ts';
import {estimateDiskMiB, estimateKeptMiB, estimatePinnedMiB} from './estimate.ts';
import {type Durations, estimateTimes} from './estimate-time.ts';
import {foreseeCampaign, leaveOutPostponed} from './foresee-campaign.ts';
import {planHostMemory} from './host-memory-plan.ts';
import {readKnownDurations} from './known-durations.ts';
import {planGpuMemory} from './past-gpu-memory.ts';
import type {Preparation} from './prepare.ts';

const SHOWN_CELLS = 60;
const SHOWN_COMMANDS = 3;

/** The plan as a person reads it before the night: how much, where, what first, and what stands against it. */
export async function describePlan(preparation: Preparation): Promise<string> {
	const {plan, python, composition, machine} = preparation;
	const durations = readKnownDurations(plan, composition);
	const foreseen = foreseeCampaign(plan, composition, durations);
	const distinct = plan.cells.filter(({duplicateOf}) => duplicateOf === null).length;
	const context = await createCommandContext(preparation, 'RUN');
	const lines = [
		`${plan.suite}: ${plan.cells.length} cells, ${distinct} distinct, ${describeExecutions(countExecutions(plan))}${plan.jobs > 1 ? ` of ${plan.jobs} jobs` : ''}${describePostponed(plan)}`,
		...listDescription(preparation),
		`lanes: ${plan.lanes.map(({label}) => label).join(', ')}; at most ${countAtOnce(plan)} at once`,
		describeSeed(preparation),
		...(python.kind === 'found' && python.version !== '' ? [`python: ${python.path} (${python.how})`] : []),
		...(await listEstimates(preparation, durations)),
		...describeDeadline(preparation, Date.now()),
		...describeGiven(preparation.composition),
		...plan.notices.map((notice) => `note: ${notice}`),
		...(foreseen ? describeCampaign(foreseen, plan.lanes, machine.topology) : []),
		'',
		...listCells(preparation),
		'',
		...plan.experiments.slice(0, SHOWN_COMMANDS).map((experiment) => formatCommand(experiment, context)),
		...plan.experiments
			.slice(SHOWN_COMMANDS)
			.filter(({role}) => role === 'profile')
			.slice(0, 1)
			.map((experiment) => formatCommand(experiment, context)),
		...(plan.experiments.length > SHOWN_COMMANDS ? ['… --json shows the command of every cell'] : []),
		...listProblems(preparation),
	];
	return `${lines.join('\n')}\n`;
}

function describePostponed(plan: Preparation['plan']): string {
	const count = plan.experiments.length - leaveOutPostponed(plan).experiments.length;
	return count === 0 ? '' : `, ${count} of them postponed`;
}

/** Of a campaign, whose name says less than that of a suite. */
function listDescription({composition: {campaign}}: Preparation): readonly string[] {
	const description = campaign?.suite.experiment.description ?? '';
	return description === '' ? [] : [description];
}

async function listEstimates(whole: Preparation, durations: Durations): Promise<readonly string[]> {
	const preparation = {...whole, plan: leaveOutPostponed(whole.plan)};
	const {composition, plan} = preparation;
	const {judged, limit} = await planHostMemory(preparation);
	const times = estimateTimes(plan, composition, durations, limit);
	const [pinned, kept] = [estimatePinnedMiB(plan), estimateKeptMiB(plan, composition)];
	return [
		...describeTimes(times, plan.experiments.length),
		`disk: up to ${estimateDiskMiB(plan)} MiB`,
		...(pinned > 0
			? [
					`pinned host memory: up to ${pinned} MiB at once${kept > 0 ? `, and ${kept} MiB in idle workers while there is room` : ''}`,
				]
			: []),
		...describeHostMemory(judged),
		...describeGpuMemory(planGpuMemory(preparation)),
	];
}

function listCells({plan}: Preparation): readonly string[] {
	const shown = plan.cells.slice(0, SHOWN_CELLS);
	const width = Math.max(...shown.map(({runId}) => runId.length));
	const lines = shown.map(({runId, model, duplicateOf}) => {
		const label = model === null || runId.includes(model) ? '' : `  ${model}`;
		return `  ${runId.padEnd(width)}${label}${duplicateOf === null ? '' : `  same as ${duplicateOf}`}`.trimEnd();
	});
	const more = plan.cells.length - shown.length;
	return more > 0 ? [...lines, `  … and ${more} more`] : lines;
}

function formatCommand(experiment: Experiment, context: Parameters<typeof buildCommand>[1]): string {
	const {argv, env, cwd, folder} = buildCommand(experiment, context);
	const variables = Object.entries(env).map(([name, value]) => `${name}=${quoteForShell(value)}`);
	const where = folder === undefined && cwd === context.cwd ? '' : ` (in ${cwd})`;
	return `${experiment.id}:${where}\n  ${[...variables, ...argv.map(quoteForShell)].join(' ')}`;
}

function listProblems({plan}: Preparation): readonly string[] {
	if (plan.problems.length === 0) return ['', 'This machine can run it.'];
	const lines = plan.problems.flatMap(({message, advice, cells}) => [
		`  ${message}${cells > 1 ? ` (${cells} times)` : ''}`,
		`    try: ${advice}`,
	]);
	return ['', 'This machine cannot run it:', ...lines];
}
