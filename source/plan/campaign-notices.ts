import type {Experiment} from '../domain/experiment.ts';
import {isJsonObject} from '../domain/json.ts';
import {findGpu} from '../domain/topology.ts';
import type {Composition} from './compose.ts';
import type {CampaignHead} from './compose-campaign.ts';
import type {PlanContext, Problem} from './plan.ts';

/** Of a suite's settings those that a whole run has once. */
const ONCE = ['seed', 'stop_after', 'breaker', 'deadline', 'telemetry'] as const;

/** What of its runs' suites a campaign does not do, and what this machine makes of its pins. */
export const describeCampaign = (head: CampaignHead, {jobs}: Composition, context: PlanContext): readonly string[] => [
	...describeUnused(head, jobs),
	...describePins(head, jobs, context),
];

/** A run has one seed and one place to write to, and a campaign's are its own. */
function describeUnused(head: CampaignHead, jobs: Composition['jobs']): readonly string[] {
	const own = head.suite.experiment;
	const keys = new Set<string>();
	for (const {config, suite} of jobs) {
		const declared = isJsonObject(config.experiment) ? config.experiment : {};
		const differs = ONCE.filter((key) => key in declared && !isSame(suite.experiment[key], own[key]));
		for (const key of differs) keys.add(key);
		if (config.output !== undefined && !isSame(suite.output, head.suite.output)) keys.add('output');
	}
	if (keys.size === 0) return [];
	return [
		`Suites of its runs have ${[...keys].join(', ')} of their own, which a whole run has once; those of ${head.suiteName} hold.`,
	];
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Pins part lanes of GPUs, and the CPU is one lane. */
function describePins({campaign}: CampaignHead, jobs: Composition['jobs'], {machine}: PlanContext): readonly string[] {
	const {gpus, gpuProblem} = machine.topology;
	if (gpus.length > 0 || gpuProblem !== null) return [];
	const pinned = new Set(jobs.flatMap(({phase}) => (phase?.isPinned ? [phase.name] : [])));
	if (pinned.size === 0) return [];
	const names = campaign.phases.flatMap(({name}) => (pinned.has(name) ? [name] : []));
	return [
		`Pinned to GPUs that this machine does not have, because it has none: ${names.join(', ')}. On the CPU phases run one after the other.`,
	];
}

/** GPUs whose memory is smaller than what the phase that uses them needs. */
export function findCampaignProblems(
	{campaign}: Composition,
	experiments: readonly Experiment[],
	{machine}: PlanContext,
): readonly Problem[] {
	const phases = campaign?.campaign.phases ?? [];
	const byPhase = Map.groupBy(experiments, ({phase}) => phase);
	return phases.flatMap(({name, gpuMiB}, index) => {
		if (gpuMiB === undefined) return [];
		const started = (byPhase.get(name) ?? []).filter(({postponed}) => postponed === undefined);
		return [...Map.groupBy(started, ({gpuId}) => gpuId)].flatMap(([gpuId, own]): readonly Problem[] => {
			const gpu = gpuId === null ? undefined : findGpu(machine.topology, gpuId);
			const total = gpu?.memoryTotalMiB ?? null;
			if (!gpu || total === null || total >= gpuMiB) return [];
			return [
				{
					message: `Phase ${name} needs ${inGiB(gpuMiB)} of GPU memory; GPU ${gpu.index} ${gpu.name} has ${inGiB(total)}.`,
					advice: `experiment.phases.${index}.gpus=[…]   (a larger one), or experiment.phases.${index}.gpu_memory_gb=${Math.floor(total / 1024)} where that is enough`,
					cells: own.length,
				},
			];
		});
	});
}

const inGiB = (mib: number): string => `${Number((mib / 1024).toFixed(1))} GiB`;
