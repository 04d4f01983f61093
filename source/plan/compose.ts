import {findNearest, UserError} from '../domain/errors.ts';
import {isJsonObject, type Json, type JsonObject} from '../domain/json.ts';
import type {Suite} from '../domain/suite.ts';
import {findKnownKeys} from '../domain/suite-keys.ts';
import {isNamed, type NamedWorkload} from '../domain/workload.ts';
import {type Assignment, type Axis, MAX_JOBS, readAxes} from './axes.ts';
import {type CampaignHead, composeCampaign, findCampaign} from './compose-campaign.ts';
import {changeAt} from './config-path.ts';
import {expandAbbreviation} from './expand-key.ts';
import {resolveInterpolations} from './interpolate.ts';
import {rejectKey, validateSuite} from './validate.ts';

/** A suite as it stands in its file. */
export type SuiteFile = {
	readonly name: string;
	readonly origin: string;
	/** Empty where the file has a problem. */
	readonly config: JsonObject;
	/** Why the file is no suite; thrown when it is chosen, so that it stands in no other suite's way. */
	readonly problem?: UserError | undefined;
};

/** One point of a sweep, composed, checked and completed; a plain run is one job. */
export type Job = {
	readonly number: number;
	readonly suiteName: string;
	readonly overrides: readonly string[];
	/** As it was composed, with its interpolations. */
	readonly composed: JsonObject;
	/** The same with every interpolation filled. */
	readonly config: JsonObject;
	readonly suite: Suite;
	/** Its part of a campaign; absent outside of one. */
	readonly phase?: JobPhase;
};

export type JobPhase = {
	readonly name: string;
	/** In `experiment.phases`. */
	readonly index: number;
	/** Whether the phase names its GPUs. */
	readonly isPinned: boolean;
	readonly group?: string;
	readonly postponed?: string;
};

export type Composition = {
	readonly jobs: readonly Job[];
	readonly multirun: boolean;
	/** The suite whose phases the jobs are; absent outside of a campaign. */
	readonly campaign?: CampaignHead;
};

/** The suite whose settings hold for the whole run: the campaign's own, else that of the first job. */
export const findHead = ({
	campaign,
	jobs,
}: Composition): Pick<Job, 'suiteName' | 'composed' | 'config' | 'suite'> | undefined => campaign ?? jobs[0];

export type ComposeRequest = {
	readonly overrides: readonly string[];
	readonly multirun: boolean;
	readonly suites: readonly SuiteFile[];
	readonly defaultSuite: string;
	/** Orders `shuffle(…)`. */
	readonly seed: number;
	/** For `${oc.env:NAME}`. */
	readonly env: {readonly [name: string]: string | undefined};
	/** Finds what a workload that is chosen by its name takes. */
	readonly findWorkload: (name: string) => NamedWorkload;
};

/** Overrides and suites to the jobs that they stand for, in Hydra's order: the rightmost sweep varies fastest. */
export function compose(request: ComposeRequest): Composition {
	const campaign = findCampaign(request);
	if (campaign) return composeCampaign(campaign, request, {composeJobs, applyTo});
	return {jobs: composeJobs(request), multirun: request.multirun};
}

/** The jobs of one line of overrides; their numbers begin at `first`. */
function composeJobs(request: ComposeRequest, first = 0): readonly Job[] {
	const axes = readAxes(request.overrides, request.multirun, request.seed);
	const count = countPoints(axes);
	if (count > MAX_JOBS) {
		throw new UserError(`The sweep has ${count} jobs; at most ${MAX_JOBS} are planned at once.`, {
			tryThis: ['give one of the sweeps fewer values, or split it over several runs'],
		});
	}
	return Array.from({length: count}, (_, index) => composeJob(first + index, pickChoices(axes, index), request));
}

/** Jobs that the overrides stand for, without composing any. */
export const countJobs = (overrides: readonly string[], multirun: boolean): number =>
	countPoints(readAxes(overrides, multirun, 0));

const countPoints = (axes: readonly Axis[]): number => axes.reduce((product, {choices}) => product * choices.length, 1);

function pickChoices(axes: readonly Axis[], number: number): readonly Assignment[] {
	let rest = number;
	const picked = axes.toReversed().map((axis) => {
		const choice = axis.choices[rest % axis.choices.length] ?? [];
		rest = Math.floor(rest / axis.choices.length);
		return choice;
	});
	return picked.toReversed().flat();
}

function composeJob(number: number, assignments: readonly Assignment[], request: ComposeRequest): Job {
	const suiteName = selectSuite(assignments, request.defaultSuite);
	const file = findSuite(suiteName, request.suites);
	const values = assignments.filter(({key}) => key !== 'experiment');
	const {suite, ...composed} = applyTo(file, values, request);
	refuseCampaign(suite, suiteName);
	const overrides = assignments.map(({text}) => text);
	return {number, suiteName, overrides, ...composed, suite: describeWorkload(suite, request.findWorkload)};
}

/** A suite with changes made to it, filled in and checked. */
function applyTo(
	{config: file, origin}: SuiteFile,
	assignments: readonly Assignment[],
	{env}: ComposeRequest,
): Pick<Job, 'composed' | 'config' | 'suite'> {
	const composed = assignments.reduce<JsonObject>((config, assignment) => assign(config, assignment, origin), file);
	const config = resolveInterpolations(composed, env);
	return {composed, config, suite: validateSuite(config, origin)};
}

/** A campaign is a plan of its own, so that it is no job of another one; and a budget without phases would hold for nothing. */
function refuseCampaign({experiment: {phases, budget}}: Suite, suiteName: string): void {
	if (phases) {
		throw new UserError(
			`${suiteName} is a campaign, and a campaign cannot be a part of a sweep or of another campaign.`,
			{
				tryThis: [`warpdeck run ${suiteName}   (by itself)`, 'name the suites of its phases instead: warpdeck suites'],
			},
		);
	}
	if (budget) {
		throw new UserError(`${suiteName}: experiment.budget belongs to a campaign, and this suite has no phases.`, {
			tryThis: [
				'~experiment.budget   (leaves it out)',
				`a suite with experiment.phases=[{name:all,runs:[{overrides:[experiment=${suiteName}]}]}]; docs/campaigns.md shows how`,
			],
		});
	}
}

function describeWorkload(suite: Suite, findWorkload: ComposeRequest['findWorkload']): Suite {
	const {workload} = suite.experiment;
	if (!isNamed(workload)) return suite;
	return {...suite, experiment: {...suite.experiment, workload: findWorkload(workload.name)}};
}

function selectSuite(assignments: readonly Assignment[], defaultSuite: string): string {
	const chosen = assignments.findLast(({key}) => key === 'experiment');
	if (!chosen) return defaultSuite;
	if (chosen.type !== 'DEL' && typeof chosen.value === 'string') return chosen.value;
	throw new UserError(`${chosen.text}: experiment takes the name of one suite.`, {
		tryThis: [
			'experiment=quick_test',
			'-m experiment=numa_study,scaling_study   (one after the other)',
			'warpdeck suites',
		],
	});
}

function findSuite(name: string, suites: readonly SuiteFile[]): SuiteFile {
	const found = suites.find((suite) => suite.name === name);
	if (found?.problem) throw found.problem;
	if (found) return found;
	const names = suites.map((suite) => suite.name);
	const nearest = findNearest(name, names);
	throw new UserError(`There is no suite ${name}.`, {
		tryThis: [
			nearest ? `experiment=${nearest}` : 'warpdeck suites   (what is here)',
			`write ${name}.yaml into a folder and add --suites FOLDER; docs/writing-a-suite.md shows how`,
			`known: ${names.join(', ')}`,
		],
	});
}

function assign(config: JsonObject, assignment: Assignment, origin: string): JsonObject {
	const path = expandAbbreviation(assignment.key);
	rejectUnknown(path, origin);
	const result = changeAt(config, path, toChange(assignment));
	if (result.kind === 'done' && isJsonObject(result.config)) return result.config;
	const problem = result.kind === 'refused' ? result.problem : 'is not a dictionary';
	const fix =
		assignment.type === 'ADD'
			? `${assignment.key}=… changes it, ++${assignment.key}=… does either`
			: 'warpdeck plan … --cfg job   (shows every key)';
	throw new UserError(`${assignment.text}: ${path.join('.')} ${problem}.`, {tryThis: [fix]});
}

const knownPaths = new Map<string, boolean>();

function rejectUnknown(path: readonly string[], origin: string): void {
	const key = path.join('.');
	const isKnown = knownPaths.get(key) ?? checkPath(path);
	knownPaths.set(key, isKnown);
	if (!isKnown) throw rejectKey(path, origin);
}

/** Lists may be named with an index, with `*`, or not at all. */
function checkPath(path: readonly string[]): boolean {
	return path.every((part, depth) => {
		const before = path.slice(0, depth).filter((name) => !isIndex(name));
		if (isIndex(part)) return true;
		const keys = findKnownKeys(before) ?? null;
		const inList = findKnownKeys([...before, 0]) ?? [];
		return keys === null || keys.includes(part) || inList.includes(part);
	});
}

const isIndex = (part: string): boolean => part === '*' || /^\d+$/.test(part);

function toChange(assignment: Assignment): Parameters<typeof changeAt>[2] {
	const value: Json | undefined = assignment.value;
	if (assignment.type === 'DEL') return value === undefined ? {kind: 'remove'} : {kind: 'remove', expected: value};
	return {kind: assignment.type === 'ADD' ? 'add' : 'set', value: value ?? null};
}
