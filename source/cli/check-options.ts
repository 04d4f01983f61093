import {UserError} from '../domain/errors.ts';
import {type FlagName, type Flags, formatFlag} from './arguments.ts';

type Fault = {readonly problem: string; readonly fix: string};

/** Options of which one would silently have no effect beside the others, or without another. */
export function checkOptions(verb: string, flags: Flags): void {
	const fault = findEmpty(flags) ?? findConflict(verb, flags) ?? findIncomplete(flags);
	if (fault) throw new UserError(fault.problem, {tryThis: [fault.fix]});
}

const EXAMPLES: {readonly [name in FlagName]?: string} = {
	suites: 'FOLDER',
	topology: 'FILE',
	simulate: 'FILE',
	profiler: 'nsys',
	cfg: 'job',
	package: 'experiment',
	speed: '60',
	dbDirectory: 'FOLDER',
	run: 'RUN',
	kind: 'timeout',
	reason: 'WHY',
	tolerance: 'throughput=8%',
	output: 'FILE',
	format: 'html,png',
	layout: 'icd',
	id: 'ID',
	override: 'measure.power_enable=true',
	to: 'cuda',
	device: 'cuda:1',
	batchSize: '4',
	dtype: 'float16',
	suffix: '_cuda',
};

function findEmpty(flags: Flags): Fault | undefined {
	const names = Object.keys(EXAMPLES) as FlagName[];
	const empty = names.find((name) => flags[name] !== undefined && [flags[name]].flat().some((value) => value === ''));
	return empty && {problem: `${formatFlag(empty)} has no value.`, fix: `${formatFlag(empty)} ${EXAMPLES[empty]}`};
}

type Conflict = {
	readonly names: readonly [FlagName, FlagName];
	readonly why: string;
	readonly verbs?: readonly string[];
};

const ONE_FORM = 'a command prints one form';
const NO_SCREEN = 'nothing is drawn then';

const CONFLICTS: readonly Conflict[] = [
	{names: ['layout', 'format'], why: 'the guide says which formats its files have'},
	{names: ['layout', 'json'], why: 'its files are listed in ABOUT.txt'},
	{names: ['json', 'csv'], why: ONE_FORM},
	{names: ['json', 'md'], why: ONE_FORM},
	{names: ['csv', 'md'], why: ONE_FORM},
	{names: ['json', 'cfg'], why: 'a configuration is printed as YAML'},
	{names: ['topology', 'simulate'], why: 'a plan is for one machine'},
	{names: ['json', 'ascii'], why: NO_SCREEN},
	{names: ['csv', 'ascii'], why: NO_SCREEN},
	{names: ['md', 'ascii'], why: NO_SCREEN},
	{names: ['foreground', 'detach'], why: 'one is in this process and the other is not'},
	{names: ['headless', 'detach'], why: 'a run that prints here is in the foreground'},
	{names: ['json', 'detach'], why: 'a run that prints here is in the foreground'},
	{names: ['suffix', 'output'], why: 'a file has one name'},
	{names: ['drain', 'now'], why: 'what runs ends by itself, or at once'},
	// A run without a screen still draws its summary at the end; a replay has none.
	{names: ['headless', 'ascii'], why: NO_SCREEN, verbs: ['replay']},
];

function findConflict(verb: string, flags: Flags): Fault | undefined {
	const conflict = CONFLICTS.find(
		({names, verbs}) => names.every((name) => flags[name] !== undefined) && (verbs?.includes(verb) ?? true),
	);
	if (!conflict) return undefined;
	const [first, second] = conflict.names.map(formatFlag);
	return {problem: `${first} and ${second} exclude each other: ${conflict.why}.`, fix: `leave ${second} out`};
}

function findIncomplete(flags: Flags): Fault | undefined {
	const lonely = (['resolve', 'package'] as const).find((name) => flags[name] !== undefined);
	if (!lonely || flags.cfg !== undefined) return undefined;
	return {
		problem: `${formatFlag(lonely)} says how --cfg prints a configuration, and --cfg is not there.`,
		fix: `warpdeck plan … --cfg job ${formatFlag(lonely)}${EXAMPLES[lonely] ? ` ${EXAMPLES[lonely]}` : ''}`,
	};
}
