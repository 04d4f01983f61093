import type {Profiler} from '../domain/experiment.ts';
import type {ProfilerTools} from '../domain/profiler.ts';
import type {Draft} from './draft.ts';
import {chooseNcu} from './ncu-options.ts';
import {findUnusable, launchesKernels, usable} from './profile-passes.ts';

/** What of the profiles that suites ask for cannot be had here, and what is different because of it. */
export function describeProfiles(drafts: readonly Draft[], tools: ProfilerTools = {}): readonly string[] {
	return (['nsys', 'ncu'] as const).flatMap((profiler) => {
		const own = drafts.filter(({variant}) => variant.job.suite.experiment.profiler === profiler);
		return own.length === 0 ? [] : describeOwn(profiler, own, tools);
	});
}

function describeOwn(profiler: Profiler, drafts: readonly Draft[], tools: ProfilerTools): readonly string[] {
	const unusable = findUnusable(profiler, tools);
	if (unusable) return [describeWithout(profiler, unusable.reason, unusable.advice)];
	const onGpu = drafts.some(({device}) => device === 'cuda');
	return [
		...(onGpu || profiler === 'ncu'
			? []
			: ['nsys looks into GPUs: of experiments on the CPU its reports hold next to nothing.']),
		...(profiler === 'nsys' ? describeCold(drafts, tools) : describeNcu(drafts, tools)),
	];
}

/** The label of a run that goes on without its profiles. */
export const describeWithout = (profiler: Profiler, reason: string, advice: string): string =>
	`Without profiles: ${profiler} ${reason}. The timed passes are the same without it (${advice}).`;

function describeCold(drafts: readonly Draft[], tools: ProfilerTools): readonly string[] {
	const nsys = usable(tools.nsys);
	if (nsys === null || nsys.canRepeat || !drafts.some(({isWarm}) => isWarm)) return [];
	return [`nsys ${nsys.version} leaves one report a process, so each profile has a process of its own.`];
}

function describeNcu(drafts: readonly Draft[], tools: ProfilerTools): readonly string[] {
	const settings = [...new Set(drafts.map(({variant}) => variant.job.suite.experiment.ncu))];
	const idle = drafts.filter(
		({device, variant: {job, params}}) => !launchesKernels({workload: job.suite.experiment.workload, device, params}),
	);
	const explained = new Set(settings.flatMap((one) => chooseNcu(one, usable(tools.ncu)).explained));
	return [
		...(idle.length === 0
			? []
			: [
					`ncu looks into kernels of a GPU, and ${idle.length} of ${drafts.length} cells launch none: no profile of these.`,
				]),
		...[...explained].map((text) => `${text}.`),
	];
}
