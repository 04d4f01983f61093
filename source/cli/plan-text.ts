import type {Experiment} from '../domain/experiment.ts';
import {buildCommand} from '../plan/build-command.ts';
import {countAtOnce, countExecutions, describeExecutions} from '../plan/executions.ts';
import {describeHostMemory} from '../plan/host-memory.ts';
import {quoteForShell} from '../plan/override-text.ts';
import {describeGpuMemory} from '../report/gpu-memory-text.ts';
import {createCommandContext} from './command-context.ts';
import {describeDeadline} from './deadline.ts';
import {describeSeed} from './describe-seed.ts';
import {describeTimes} from './describe-time.ts';
import {estimateDiskMiB, estimatePinnedMiB} from './estimate.ts';
import {estimateTimes} from './estimate-time.ts';
import {planHostMemory} from './host-memory-plan.ts';
import {chooseBaseDir} from './outputs.ts';
import {readDurations} from './past-durations.ts';
import {planGpuMemory} from './past-gpu-memory.ts';
import type {Preparation} from './prepare.ts';

const SHOWN_CELLS = 60;
const SHOWN_COMMANDS = 3;

/** The plan as a person reads it before the night: how much, where, what first, and what stands against it. */
export async function describePlan(preparation: Preparation): Promise<string> {
	const {plan, python} = preparation;
	const distinct = plan.cells.filter(({duplicateOf}) => duplicateOf === null).length;
	const context = await createCommandContext(preparation, 'RUN');
	const lines = [
		`${plan.suite}: ${plan.cells.length} cells, ${distinct} distinct, ${describeExecutions(countExecutions(plan))}${plan.jobs > 1 ? ` of ${plan.jobs} jobs` : ''}`,
		`lanes: ${plan.lanes.map(({label}) => label).join(', ')}; at most ${countAtOnce(plan)} at once`,
		describeSeed(preparation),
		...(python.kind === 'found' && python.version !== '' ? [`python: ${python.path} (${python.how})`] : []),
		...(await listEstimates(preparation)),
		...describeDeadline(preparation, Date.now()),
		...plan.notices.map((notice) => `note: ${notice}`),
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

async function listEstimates(preparation: Preparation): Promise<readonly string[]> {
	const {composition, plan} = preparation;
	const {judged, limit} = await planHostMemory(preparation);
	const times = estimateTimes(plan, composition, readDurations(chooseBaseDir(composition), plan.suite), limit);
	const pinned = estimatePinnedMiB(plan);
	return [
		...describeTimes(times, plan.experiments.length),
		`disk: up to ${estimateDiskMiB(plan)} MiB`,
		...(pinned > 0 ? [`pinned host memory: up to ${pinned} MiB at once`] : []),
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
	const {argv, env} = buildCommand(experiment, context);
	const variables = Object.entries(env).map(([name, value]) => `${name}=${quoteForShell(value)}`);
	return `${experiment.id}:\n  ${[...variables, ...argv.map(quoteForShell)].join(' ')}`;
}

function listProblems({plan}: Preparation): readonly string[] {
	if (plan.problems.length === 0) return ['', 'This machine can run it.'];
	const lines = plan.problems.flatMap(({message, advice, cells}) => [
		`  ${message}${cells > 1 ? ` (${cells} times)` : ''}`,
		`    try: ${advice}`,
	]);
	return ['', 'This machine cannot run it:', ...lines];
}
