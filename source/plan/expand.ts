import {UserError} from '../domain/errors.ts';
import {isJsonObject, type JsonObject} from '../domain/json.ts';
import {isCommand, isNamed} from '../domain/workload.ts';
import {listExperiments, type NamedCell} from './blocks.ts';
import {describeCampaign, findCampaignProblems} from './campaign-notices.ts';
import {type Composition, findHead, type Job} from './compose.ts';
import type {CampaignHead} from './compose-campaign.ts';
import {describeDesign} from './design-notices.ts';
import {type Draft, draftAll} from './draft.ts';
import {digestInputs} from './fill-command.ts';
import {needsNoGpu} from './hardware.ts';
import {describeLocality, type JobGpus} from './locality-notices.ts';
import {createProblemList, type Plan, type PlanContext} from './plan.ts';
import {checkLadder, createRuleTeller, listRunRules} from './policy.ts';
import {describeProfiles} from './profile-notices.ts';
import {createNames, flatten, nameDetails} from './run-id.ts';
import {beginSearches, checkSearch, describeSearches} from './search.ts';
import {listVariants, type Variant} from './variants.ts';

/** Jobs x GPUs x nodes x models x axes to cells, and cells x blocks to experiments; pure, so that a plan is a promise. */
export function expandPlan(composition: Composition, context: PlanContext): Plan {
	composition.jobs.forEach(checkLadder);
	composition.jobs.forEach(checkSearch);
	const problems = createProblemList();
	const variants = composition.jobs.flatMap(listVariants);
	const drafts = draftAll(composition.jobs, variants, context, problems);
	if (drafts.length === 0) throw refuseEmpty();
	const cells = nameCells(drafts);
	const {campaign, jobs} = composition;
	const head = findHead(composition);
	const seed = head?.suite.experiment.seed ?? context.seed;
	const listed = listExperiments(cells, seed, context).map(createRuleTeller(jobs, head));
	const planned = beginSearches({cells: cells.map(({cell}) => cell), experiments: listed}, jobs);
	const {experiments} = planned;
	const used = new Set(experiments.map(({lane}) => lane));
	return {
		suite: head?.suite.experiment.name ?? '',
		jobs: jobs.length,
		multirun: composition.multirun,
		cells: planned.cells,
		experiments,
		lanes: [...new Map(drafts.map(({lane}) => [lane.id, lane])).values()].filter(({id}) => used.has(id)),
		maxWorkers: findMaxWorkers(composition),
		seed,
		problems: [...problems.list(), ...findCampaignProblems(composition, experiments, context)],
		notices: [
			...describeDevice(drafts, context),
			...(campaign ? describeCampaign(campaign, composition, context) : describeFirst(jobs)),
			...describeSearches(jobs, experiments),
			...describeDesign(drafts),
			...describeProfiles(drafts, context.profilers),
			...describeLocality(listJobGpus(drafts, context), context.machine.topology),
		],
		...(campaign ? listCampaign(campaign) : {}),
	};
}

function listCampaign({campaign, suite}: CampaignHead): Pick<Plan, 'campaign' | 'otherRates'> {
	const otherRates = suite.experiment.budget?.other_rates;
	return {campaign, ...(otherRates ? {otherRates} : {})};
}

/** A campaign may hold all its phases lower than the suites of its runs would. */
function findMaxWorkers({campaign, jobs}: Composition): number {
	const {experiment} = campaign?.config ?? {};
	const isDeclared = isJsonObject(experiment) && experiment.max_workers !== undefined;
	if (campaign && isDeclared) return campaign.suite.experiment.max_workers;
	return Math.max(...jobs.map(({suite}) => suite.experiment.max_workers));
}

const refuseEmpty = (): UserError =>
	new UserError('The plan is empty: nothing would run.', {
		tryThis: ['give every list at least one value: experiment.vit_configs, experiment.axes'],
	});

function nameCells(drafts: readonly Draft[]): readonly NamedCell[] {
	const shared = new Map<string, string>();
	const details = findAmbiguous(drafts);
	const takeName = createNames();
	return drafts.map((draft) => {
		const {variant, gpuId, node, memoryNode, axes, name} = draft;
		const runId = takeName(details.has(name) && variant.model ? name + nameDetails(variant.params) : name);
		const first = shared.get(draft.identity);
		if (first === undefined) shared.set(draft.identity, runId);
		const duplicateOf = variant.job.suite.experiment.duplicates === 'once' ? (first ?? null) : null;
		const {job} = variant;
		const params = addAxes(variant, axes);
		const place = {gpuId, numaNode: node, ...(memoryNode === undefined ? {} : {memoryNode})};
		return {
			draft,
			cell: {runId, job: job.number, ...place, model: nameModel(variant, axes), params, axes, duplicateOf},
		};
	});
}

/** A workload by name takes its axes as settings, and confirms them like any other; what a command reads is one of its own. */
function addAxes({params, job}: Variant, axes: JsonObject): JsonObject {
	const {workload} = job.suite.experiment;
	if (isNamed(workload)) return {...params, ...axes};
	const digest = isCommand(workload) ? digestInputs(workload, {axes, params}) : null;
	return digest === null ? params : {...params, input_sha256: digest};
}

/** What is compared with each other: copies of 64 KiB and of 256 MiB have no mean that means anything. */
function nameModel({model, job}: Variant, axes: JsonObject): string | null {
	if (model?.name !== undefined) return model.name;
	const parts = Object.entries(axes).map(([key, value]) =>
		typeof value === 'string' ? flatten(value) : `${key}-${flatten(value)}`,
	);
	return isNamed(job.suite.experiment.workload) && parts.length > 0 ? parts.join('_') : null;
}

/** Names that cells with different configurations would share. */
function findAmbiguous(drafts: readonly Draft[]): ReadonlySet<string> {
	const identities = new Map<string, string>();
	const ambiguous = new Set<string>();
	for (const {name, identity} of drafts) {
		if ((identities.get(name) ?? identity) !== identity) ambiguous.add(name);
		identities.set(name, identity);
	}
	return ambiguous;
}

function listJobGpus(drafts: readonly Draft[], {machine}: PlanContext): readonly JobGpus[] {
	const onGpus = Map.groupBy(
		drafts.filter(({device}) => device === 'cuda'),
		({variant}) => variant.job,
	);
	return [...onGpus].map(([job, own]) => {
		const ids = new Set(own.map(({gpuId}) => gpuId));
		return {job, gpus: machine.topology.gpus.filter(({index}) => ids.has(index))};
	});
}

/** A run has one seed and one place to write to, so of several suites one must decide. */
function describeFirst(jobs: readonly Job[]): readonly string[] {
	const settings = new Set(
		jobs.map(({suite}) => JSON.stringify([suite.output, suite.experiment.seed, ...listRunRules(suite.experiment)])),
	);
	return settings.size > 1
		? [
				`The jobs come from suites with different output, seed, stop_after, breaker or deadline; those of ${jobs[0]?.suiteName} hold.`,
			]
		: [];
}

function describeDevice(drafts: readonly Draft[], {machine}: PlanContext): readonly string[] {
	const devices = new Set(drafts.filter(({variant}) => !needsNoGpu(variant.job)).map(({device}) => device));
	if (devices.size === 0 || devices.has('cuda')) return [];
	const cause = machine.topology.gpus.length === 0 ? 'This machine has no NVIDIA GPU' : 'hardware.device=cpu';
	const how = devices.has('cpu-reference')
		? 'the built-in reference pipeline, because no interpreter here has PyTorch'
		: 'PyTorch';
	return [
		`${cause}: experiments run on the CPU by ${how}, one at a time; their numbers say so and are never compared with a GPU's.`,
	];
}
