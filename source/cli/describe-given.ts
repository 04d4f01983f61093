import type {JsonObject} from '../domain/json.ts';
import {type CommandWorkload, isCommand, type Workload} from '../domain/workload.ts';
import type {Composition} from '../plan/compose.ts';
import {isSet, listInherited, listNamed, pickVariables} from '../plan/inherited.ts';

const MOST_LINES = 6;

/** What commands are given, as a person reads it before the night: entries and why, inputs, environment. */
export function describeGiven({jobs}: Pick<Composition, 'jobs'>): readonly string[] {
	const workloads = jobs.map(({suite}): Workload => suite.experiment.workload).filter(isCommand);
	return [
		...shorten(new Set(workloads.flatMap(describeEntries)), 'configurations'),
		...shorten(new Set(workloads.flatMap(describeInputs)), 'inputs'),
		...new Set(workloads.flatMap(describeEnvironment)),
	];
}

const describeEntries = ({entry = [], given}: CommandWorkload): readonly string[] =>
	Object.entries(given?.entries ?? {}).map(
		([path, chosen]) =>
			`entry: ${path} runs by number ${chosen.entry + 1}, because ${chosen.why}: ${entry[chosen.entry]?.command.join(' ')}`,
	);

const describeInputs = ({given}: CommandWorkload): readonly string[] =>
	Object.entries(given?.inputs ?? {}).map(
		([pattern, {sha256, files}]) =>
			`input: ${pattern}, ${files} file${files === 1 ? '' : 's'}, sha256 ${sha256.slice(0, 12)}`,
	);

function describeEnvironment(workload: CommandWorkload): readonly string[] {
	if (listInherited(workload) === null) return [];
	const named = listNamed(workload);
	return [
		`environment: PATH, HOME and what else a program needs to start${named.length > 0 ? `, and ${named.join(', ')}` : ''}`,
	];
}

const shorten = (lines: ReadonlySet<string>, what: string): readonly string[] =>
	lines.size <= MOST_LINES
		? [...lines]
		: [...[...lines].slice(0, MOST_LINES), `  and ${lines.size - MOST_LINES} more ${what}`];

/** Which of the variables that commands name are set: never to what, because some are secret. */
export function describeVariables(workloads: readonly Workload[], env: NodeJS.ProcessEnv): JsonObject {
	const named = workloads.filter(isCommand).flatMap(listNamed);
	const found = named.flatMap((pattern) => {
		const names = Object.keys(pickVariables(env, [pattern]));
		return names.length > 0 && pattern.includes('*') ? names : [pattern];
	});
	return Object.fromEntries([...new Set(found)].toSorted().map((name) => [name, isSet(env, name) ? 'set' : 'not set']));
}
