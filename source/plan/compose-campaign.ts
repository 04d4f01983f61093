import type {Campaign} from '../domain/campaign.ts';
import type {PhaseKeys} from '../domain/campaign-keys.ts';
import {UserError} from '../domain/errors.ts';
import {isJsonObject} from '../domain/json.ts';
import {type Assignment, type Axis, readAxes} from './axes.ts';
import {refuseLine, refuseRunKey} from './campaign-refusals.ts';
import {checkPhases} from './check-phases.ts';
import type {ComposeRequest, Composition, Job, JobPhase, SuiteFile} from './compose.ts';
import {expandAbbreviation} from './expand-key.ts';
import {readCampaign} from './read-campaign.ts';

/** A campaign's own suite: whose settings hold for the whole run. */
export type CampaignHead = Pick<Job, 'suiteName' | 'composed' | 'config' | 'suite'> & {readonly campaign: Campaign};

/** How ordinary suites are composed, lent by the module that asks for a campaign. */
type Compose = {
	readonly composeJobs: (request: ComposeRequest, first: number) => readonly Job[];
	readonly applyTo: (
		file: SuiteFile,
		assignments: readonly Assignment[],
		request: ComposeRequest,
	) => Pick<Job, 'composed' | 'config' | 'suite'>;
};

/** Settings of the whole run, which the campaign has and none of its runs. */
const OF_CAMPAIGN: readonly string[] = [
	...['name', 'description', 'phases', 'budget', 'resume'],
	...['seed', 'stop_after', 'breaker', 'deadline', 'telemetry'],
];

/** The campaign that a command names by itself, or null. */
export function findCampaign({overrides, suites, defaultSuite, seed}: ComposeRequest): SuiteFile | null {
	const choice = overrides.findLast((text) => /^\+{0,2}experiment=/.test(text));
	const choices = choice === undefined ? [] : (readAxes([choice], true, seed)[0]?.choices.flat() ?? []);
	const names = choice === undefined ? [defaultSuite] : choices.map(({value}) => value);
	const found = suites.find(({name}) => name === names[0]);
	return names.length === 1 && found && isCampaign(found) ? found : null;
}

const isCampaign = ({config: {experiment}}: Pick<SuiteFile, 'config'>): boolean =>
	isJsonObject(experiment) && experiment.phases !== undefined;

/** All runs of all phases to the jobs of one plan, phase by phase in the order of the suite. */
export function composeCampaign(
	file: SuiteFile,
	request: ComposeRequest,
	{composeJobs, applyTo}: Compose,
): Composition {
	const typed = readTyped(file, request);
	refuseOwnKeys(file);
	const own = typed.filter(({toCampaign}) => toCampaign).flatMap(({assignments}) => assignments);
	const applied = applyTo(file, own, request);
	const {phases = [], budget} = applied.suite.experiment;
	checkPhases(phases, file.origin);
	const head = {...applied, suiteName: file.name, campaign: readCampaign(phases, budget)};
	const words = typed.filter(({toRuns}) => toRuns).map(({text}) => text);
	const jobs: Job[] = [];
	for (const [index, phase] of phases.entries()) {
		for (const run of phase.runs.keys()) jobs.push(...composeRun({phase, index, run}, jobs.length));
	}
	return {jobs, multirun: false, campaign: head};

	function composeRun(place: RunPlace, first: number): readonly Job[] {
		const {sweep, overrides} = place.phase.runs[place.run] ?? {sweep: false, overrides: []};
		return inRun(file, place, () => {
			const own = overrides.map(toOverride);
			checkRun(place, own, request.seed);
			const line = {...request, overrides: [...own, ...pin(place.phase), ...words], multirun: sweep};
			return composeJobs(line, first).map((job) => ({...job, phase: describePlace(place)}));
		});
	}
}

type RunPlace = {readonly phase: PhaseKeys; readonly index: number; readonly run: number};

type Typed = {
	readonly text: string;
	readonly assignments: readonly Assignment[];
	readonly toCampaign: boolean;
	readonly toRuns: boolean;
};

/** What somebody typed behind the name of the campaign, with what each of it changes. */
function readTyped(file: SuiteFile, {overrides, multirun, seed}: ComposeRequest): readonly Typed[] {
	return overrides.flatMap((text): readonly Typed[] => {
		const [axis] = readAxes([text], true, seed);
		if (!axis) return [];
		if (multirun || axis.choices.length > 1) throw refuseLine(file.name, multirun ? null : text);
		if (axis.keys.includes('experiment')) return [];
		const ofCampaign = axis.keys.some(isOfCampaign);
		const isBoth = axis.keys.some((key) => pathOf(key)[1] === 'max_workers');
		return [{text, assignments: axis.choices.flat(2), toCampaign: ofCampaign || isBoth, toRuns: !ofCampaign}];
	});
}

const pathOf = (key: string): readonly string[] => expandAbbreviation(key);

function isOfCampaign(key: string): boolean {
	const [first, second = ''] = pathOf(key);
	return first === 'output' || (first === 'experiment' && OF_CAMPAIGN.includes(second));
}

/** A setting of experiments in the campaign's own file would reach none of its runs. */
function refuseOwnKeys({name, origin, config: {experiment}}: SuiteFile): void {
	const keys = isJsonObject(experiment) ? Object.keys(experiment) : [];
	const unread = keys.find((key) => ![...OF_CAMPAIGN, 'max_workers'].includes(key));
	if (unread === undefined) return;
	throw new UserError(`${origin}: no run of a campaign reads experiment.${unread} of the campaign itself.`, {
		tryThis: [
			`put experiment.${unread} into the overrides of the runs that it is meant for`,
			`warpdeck run ${name} experiment.${unread}=…   (for all runs of all phases)`,
		],
	});
}

/** A bare word is the name of a suite, as on the command line. */
const toOverride = (word: string): string => (/^[A-Za-z][\w.-]*$/.test(word) ? `experiment=${word}` : word);

/** What a run says that nothing would read, or that only a sweep can have. */
function checkRun({phase, run}: RunPlace, overrides: readonly string[], seed: number): void {
	const axes = readAxes(overrides, true, seed);
	const several = axes.find(({choices}) => choices.length > 1);
	if (several && phase.runs[run]?.sweep !== true) {
		throw new UserError(`${nameAxis(several)} has ${several.choices.length} values, which makes the run a sweep.`, {
			tryThis: ['sweep: true   (beside its overrides: one job for each value)', `${several.keys[0]}=[…]   is one list`],
		});
	}
	const keys = axes.flatMap(({keys}) => keys);
	const ofCampaign = keys.find(isOfCampaign);
	if (ofCampaign !== undefined) throw refuseRunKey(ofCampaign);
	const pinned = phase.gpus && keys.find((key) => pathOf(key).join('.') === 'experiment.hardware.gpu_ids');
	if (pinned === undefined) return;
	throw new UserError(`the phase has gpus: [${phase.gpus}], and its run has ${pinned}: only one of them can hold.`, {
		tryThis: [`leave out ${pinned} of the run`, 'leave out gpus of the phase'],
	});
}

const nameAxis = ({keys}: Axis): string => keys.join(', ');

const pin = ({gpus}: PhaseKeys): readonly string[] => (gpus ? [`experiment.hardware.gpu_ids=[${gpus.join(',')}]`] : []);

function describePlace({phase, index, run}: RunPlace): JobPhase {
	const {group, postponed} = phase.runs[run] ?? {};
	const listed = phase.postpone?.find(({runs}) => runs === run || (group !== undefined && runs === group));
	const reason = postponed ?? listed?.reason;
	return {
		...{name: phase.name, index, isPinned: phase.gpus !== undefined},
		...(group === undefined || group === phase.name ? {} : {group}),
		...(reason === undefined ? {} : {postponed: reason}),
	};
}

/** Says of which run it is what cannot be composed. */
function inRun<T>({origin}: SuiteFile, {phase, run}: RunPlace, compose: () => T): T {
	try {
		return compose();
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		const {message, tryThis, exitCode} = error;
		throw new UserError(`${origin}, phase ${phase.name}, run ${run}: ${message}`, {tryThis, exitCode, cause: error});
	}
}
