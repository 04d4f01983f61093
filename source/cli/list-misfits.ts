import type {Experiment} from '../domain/experiment.ts';
import {readNumber} from '../domain/json.ts';
import {findGpu, findNode, type Machine} from '../domain/topology.ts';
import {owesResult} from '../domain/workload.ts';
import type {Composition} from '../plan/compose.ts';
import type {Plan} from '../plan/plan.ts';
import {judgeNeeds, type Need} from '../plan/room.ts';
import {countNoun} from '../report/figures.ts';
import type {Room} from './check-room.ts';

/** What a run on this machine would postpone, each reason once with the number of experiments. */
export function listMisfits(
	{experiments}: Plan,
	{jobs}: Composition,
	machine: Machine,
	{memoryMiB}: Pick<Room, 'memoryMiB'>,
): readonly string[] {
	const counts = new Map<string, number>();
	for (const experiment of experiments) {
		if (experiment.postponed !== undefined) continue;
		const isBundled = owesResult(jobs[experiment.job]?.suite.experiment.workload ?? 'vit_pipeline');
		const fit = judgeNeeds(listNeeds(experiment, isBundled, machine, memoryMiB));
		if (fit.kind === 'never') counts.set(fit.reason, (counts.get(fit.reason) ?? 0) + 1);
	}
	return [...counts].map(([reason, count]) => `${countNoun(count, 'experiment')} would be postponed: ${reason}.`);
}

function listNeeds(
	{binding, memoryNode, params, conditions = {}, gpuId}: Experiment,
	isBundled: boolean,
	{topology}: Machine,
	memoryMiB: number | null,
): readonly Need[] {
	const need = (what: string, neededMiB: number | undefined, totalMiB: number | null): readonly Need[] =>
		neededMiB === undefined ? [] : [{what, neededMiB, source: 'declared', isShared: true, totalMiB, freeMiB: null}];
	const pinnedMiB = isBundled ? (readNumber(params.memory_size_mb) ?? undefined) : undefined;
	const node = binding.kind === 'strict' ? findNode(topology, memoryNode ?? binding.node) : undefined;
	const gpu = gpuId === null ? undefined : findGpu(topology, gpuId);
	return [
		...need(`pinned memory on node ${node?.id}`, node && pinnedMiB, node?.memoryTotalMiB ?? null),
		...need('host memory', conditions.hostMiB, memoryMiB),
		...need('GPU memory', conditions.gpuMiB, gpu?.memoryTotalMiB ?? null),
	];
}
