import type {InputDigest} from '../domain/command-keys.ts';
import {UserError} from '../domain/errors.ts';
import type {Experiment} from '../domain/experiment.ts';
import {type CommandWorkload, isCommand, type Workload} from '../domain/workload.ts';
import type {InputReader} from '../effects/hash-inputs.ts';
import type {Opened} from '../journal/state.ts';
import type {CommandContext} from '../plan/build-command.ts';
import {fillDeclared, nameBase} from '../plan/fill-command.ts';
import type {Problem} from '../plan/plan.ts';

/** More files are looked at when a run begins or goes on, and not behind each experiment. */
const MOST_FILES = 2000;

type Check = (experiment: Experiment) => Promise<readonly string[]>;

/** What of its inputs is no more what it was when an experiment was planned, while it ran or before. */
export function createInputCheck(
	{workloadOf, cwd}: Pick<CommandContext, 'workloadOf' | 'cwd'>,
	env: NodeJS.ProcessEnv,
): Check {
	let reader: Promise<InputReader> | undefined;
	return async (experiment) => {
		const workload = workloadOf(experiment.job);
		if (!isCommand(workload) || !workload.given?.inputs) return [];
		reader ??= openReader(env);
		const own = await reader;
		const planned = listPlanned(workload, experiment).filter(([, {files}]) => files <= MOST_FILES);
		const changes = await Promise.all(planned.map((one) => describeChange(one, nameBase(workload, cwd), own)));
		return changes.flatMap((change) => (change ? [`input: ${change.text} since it was planned`] : []));
	};
}

/** Loaded only where a command names inputs. */
async function openReader(env: NodeJS.ProcessEnv): Promise<InputReader> {
	const {createInputReader} = await import('../effects/hash-inputs.ts');
	return createInputReader(env);
}

type Planned = readonly [pattern: string, digest: InputDigest];

const listPlanned = (workload: CommandWorkload, experiment: Experiment): readonly Planned[] =>
	[...(workload.inputs ?? []), ...(workload.config === undefined ? [] : [workload.config])].flatMap((text) => {
		const pattern = fillDeclared(text, experiment);
		const digest = workload.given?.inputs?.[pattern];
		return digest ? [[pattern, digest] as const] : [];
	});

type Change = {readonly pattern: string; readonly text: string; readonly isGone: boolean};

async function describeChange([pattern, before]: Planned, base: string, reader: InputReader): Promise<Change | null> {
	const now = await digest(pattern, base, reader);
	if (now?.sha256 === before.sha256) return null;
	const text = now
		? `${pattern} has changed (sha256 ${shorten(before.sha256)} to ${shorten(now.sha256)})`
		: `${pattern} is gone (sha256 ${shorten(before.sha256)})`;
	return {pattern, text, isGone: now === null};
}

async function digest(pattern: string, base: string, reader: InputReader): Promise<InputDigest | null> {
	try {
		return await reader.digest(pattern, base);
	} catch (error) {
		if (error instanceof UserError) return null;
		throw error;
	}
}

const shorten = (sha256: string): string => sha256.slice(0, 12);

type InputChanges = {readonly warnings: readonly string[]; readonly problems: readonly Problem[]};

/** What a resume has to say of the inputs of a run; without one that is left it cannot go on. */
export async function findInputChanges(
	opened: Opened,
	left: readonly Experiment[],
	{
		start,
		env,
		workloadOf,
	}: {readonly start: string; readonly env: NodeJS.ProcessEnv; readonly workloadOf: (job: number) => Workload},
): Promise<InputChanges> {
	const commands = opened.workloads.filter(isCommand).filter(({given}) => given?.inputs);
	if (commands.length === 0) return {warnings: [], problems: []};
	const reader = await openReader(env);
	const found = await Promise.all(
		commands.flatMap((workload) =>
			Object.entries(workload.given?.inputs ?? {}).map((one) => describeChange(one, nameBase(workload, start), reader)),
		),
	);
	reader.keep();
	const changes = found.filter((change) => change !== null);
	const needed = new Set(
		left.flatMap((experiment) => {
			const workload = workloadOf(experiment.job);
			return isCommand(workload) ? listPlanned(workload, experiment).map(([pattern]) => pattern) : [];
		}),
	);
	return {
		warnings: [...new Set(changes.map(({text}) => text))].map(
			(text) =>
				`The input ${text} since the run began: what succeeded before read the old one, and what runs now is degraded for it.`,
		),
		problems: changes
			.filter(({isGone, pattern}) => isGone && needed.has(pattern))
			.map(({text}) => ({message: `The input ${text}.`, advice: 'put it back, then: warpdeck resume', cells: 1})),
	};
}
