import meow from 'meow';
import packageJson from '../../package.json' with {type: 'json'};
import {findNearest, UserError} from '../domain/errors.ts';
import {HELP} from './help.ts';

export const VERSION: string = packageJson.version;

const FLAGS = {
	multirun: {type: 'boolean', shortFlag: 'm'},
	json: {type: 'boolean'},
	csv: {type: 'boolean'},
	md: {type: 'boolean'},
	headless: {type: 'boolean'},
	foreground: {type: 'boolean'},
	detach: {type: 'boolean'},
	drain: {type: 'boolean'},
	now: {type: 'boolean'},
	failed: {type: 'boolean'},
	verify: {type: 'boolean'},
	run: {type: 'string'},
	kind: {type: 'string'},
	reason: {type: 'string'},
	output: {type: 'string'},
	format: {type: 'string'},
	layout: {type: 'string'},
	id: {type: 'string'},
	yes: {type: 'boolean'},
	fresh: {type: 'boolean'},
	resolve: {type: 'boolean'},
	takeLock: {type: 'boolean'},
	takeControl: {type: 'boolean'},
	ascii: {type: 'boolean'},
	cfg: {type: 'string', shortFlag: 'c'},
	package: {type: 'string', shortFlag: 'p'},
	suites: {type: 'string', isMultiple: true},
	topology: {type: 'string'},
	simulate: {type: 'string'},
	profiler: {type: 'string'},
	speed: {type: 'string'},
	tolerance: {type: 'string', isMultiple: true},
	anyway: {type: 'boolean'},
	foreign: {type: 'boolean'},
	dbDirectory: {type: 'string'},
	includeWarmup: {type: 'boolean'},
	override: {type: 'string', isMultiple: true},
	to: {type: 'string'},
	device: {type: 'string'},
	lowMemory: {type: 'boolean'},
	batchSize: {type: 'string'},
	dtype: {type: 'string'},
	suffix: {type: 'string'},
	dryRun: {type: 'boolean'},
	force: {type: 'boolean'},
	overwrite: {type: 'boolean'},
	rename: {type: 'boolean'},
	command: {type: 'boolean'},
} as const;

export type FlagName = keyof typeof FLAGS;

export type Flags = {
	readonly [name in FlagName]?: (typeof FLAGS)[name] extends {type: 'boolean'}
		? boolean
		: (typeof FLAGS)[name] extends {isMultiple: true}
			? readonly string[]
			: string;
};

export type Arguments = {
	/** Words as they were typed: a verb, suites, overrides, runs. */
	readonly words: readonly string[];
	readonly flags: Flags;
};

/** Reads the command line; `--help` and `--version` print and end the process. */
export function readArguments(argv: readonly string[]): Arguments {
	const parsed = meow(HELP, {
		importMeta: import.meta,
		pkg: {...packageJson},
		argv: [...argv],
		description: false,
		flags: FLAGS,
		inferType: false,
	});
	for (const name of Object.keys(parsed.unnormalizedFlags)) checkName(name);
	const repeated = REPEATED.map((name) => [name, complete(argv, name, parsed.flags[name] ?? [])] as const);
	const given = Object.entries({...parsed.flags, ...Object.fromEntries(repeated)}).filter(([, value]) =>
		isGiven(value),
	);
	return {words: parsed.input, flags: Object.fromEntries(given) as Flags};
}

const REPEATED = ['suites', 'tolerance', 'override'] as const;

/** meow drops an option that may be repeated when its value is missing; here it is an empty one, which is refused. */
function complete(argv: readonly string[], name: string, values: readonly string[]): readonly string[] {
	const option = new RegExp(`^--${name}(=|$)`);
	return argv.filter((word) => option.test(word)).length > values.length ? [...values, ''] : values;
}

const isGiven = (value: unknown): boolean =>
	value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);

function checkName(name: string): void {
	const shortNames: readonly string[] = Object.values(FLAGS).map((flag) => ('shortFlag' in flag ? flag.shortFlag : ''));
	if (name in FLAGS || shortNames.includes(name)) return;
	const nearest = findNearest(name, Object.keys(FLAGS));
	throw new UserError(`Unknown option ${formatFlag(name)}.`, {
		tryThis: [nearest ? formatFlag(nearest) : 'warpdeck --help'],
	});
}

/** A flag that a command does not read would silently have no effect. */
export function checkFlags(verb: string, flags: Flags, known: readonly FlagName[]): void {
	const foreign = (Object.keys(flags) as FlagName[]).find((name) => !known.includes(name));
	if (!foreign) return;
	throw new UserError(`warpdeck ${verb} does not read ${formatFlag(foreign)}.`, {
		tryThis: [`warpdeck ${verb} reads ${known.map(formatFlag).join(', ') || 'no options'}`],
	});
}

export const formatFlag = (name: string): string =>
	name.length === 1 ? `-${name}` : `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
