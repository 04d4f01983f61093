import type {Experiment} from '../domain/experiment.ts';
import {buildCommand} from '../plan/build-command.ts';
import {quoteForShell} from '../plan/override-text.ts';
import {createCommandContext} from './command-context.ts';
import {estimateDuration} from './estimate.ts';
import type {Preparation} from './prepare.ts';

const SHOWN_CELLS = 60;
const SHOWN_COMMANDS = 3;

/** The plan as a person reads it before the night: how much, where, what first, and what stands against it. */
export async function describePlan(preparation: Preparation): Promise<string> {
	const {plan, python} = preparation;
	const distinct = plan.cells.filter(({duplicateOf}) => duplicateOf === null).length;
	const context = await createCommandContext(preparation, 'RUN');
	const lines = [
		`${plan.suite}: ${plan.cells.length} cells, ${distinct} distinct, ${plan.experiments.length} executions${plan.jobs > 1 ? ` of ${plan.jobs} jobs` : ''}`,
		`lanes: ${plan.lanes.map(({label}) => label).join(', ')}; at most ${plan.maxWorkers} at once; seed ${plan.seed}`,
		...(python.kind === 'found' && python.version !== '' ? [`python: ${python.path} (${python.how})`] : []),
		...(await estimateLines(preparation)),
		...plan.notices.map((notice) => `note: ${notice}`),
		'',
		...listCells(preparation),
		'',
		...plan.experiments.slice(0, SHOWN_COMMANDS).map((experiment) => formatCommand(experiment, context)),
		...(plan.experiments.length > SHOWN_COMMANDS ? ['… --json shows the command of every cell'] : []),
		...listProblems(preparation),
	];
	return `${lines.join('\n')}\n`;
}

async function estimateLines(preparation: Preparation): Promise<readonly string[]> {
	const {plan} = preparation;
	const pinned = plan.experiments.map(({params}) => Number(params.memory_size_mb ?? 0));
	const byLane = Map.groupBy(plan.experiments, ({lane}) => lane);
	const largest = [...byLane.values()].map((own) =>
		Math.max(0, ...own.map(({params}) => Number(params.memory_size_mb ?? 0))),
	);
	const atOnce = largest
		.toSorted((a, b) => b - a)
		.slice(0, plan.maxWorkers)
		.reduce((sum, size) => sum + size, 0);
	const memory = pinned.some((size) => size > 0) ? [`pinned host memory: up to ${atOnce} MiB at once`] : [];
	return [await estimateDuration(preparation), estimateDisk(preparation), ...memory];
}

/** 16 KiB of facts, record and logs an experiment and 20 bytes a batch, as runs of the bundled workload left behind. */
function estimateDisk({plan}: Preparation): string {
	const bytes = plan.experiments.reduce((sum, {params}) => {
		const batches = Number(params.num_samples ?? 0) / Math.max(1, Number(params.batch_size ?? 1));
		return sum + 16 * 1024 + batches * 20;
	}, 0);
	return `disk: about ${Math.max(1, Math.ceil(bytes / 2 ** 20))} MiB`;
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
