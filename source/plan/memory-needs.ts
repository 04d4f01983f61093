import type {Experiment} from '../domain/experiment.ts';
import {readNumber} from '../domain/json.ts';
import type {Need} from './room.ts';

/** Peaks of earlier runs, MiB; null where none measured it. */
export type Peaks = {readonly hostMiB: number | null; readonly gpuMiB: number | null};

export const NO_PEAKS: Peaks = {hostMiB: null, gpuMiB: null};

export type MemoryNeeds = {
	readonly pinnedMiB: number;
	/** Node that its memory is bound to. */
	readonly node: number | null;
	readonly hostMiB: number;
	readonly hostSource: Need['source'];
	readonly gpuMiB: number;
	readonly gpuSource: Need['source'];
};

/**
 * What is declared counts, else what earlier runs have measured, and at least what is pinned. Only a workload that owes a
 * result pins what `memory_size_mb` says.
 */
export function measureNeeds(experiment: Experiment, isBundled: boolean, peaks: Peaks): MemoryNeeds {
	const {binding, memoryNode, params, conditions = {}} = experiment;
	const pinnedMiB = isBundled ? (readNumber(params.memory_size_mb) ?? 0) : 0;
	const learntMiB = Math.ceil(peaks.hostMiB ?? 0);
	return {
		pinnedMiB,
		node: binding.kind === 'strict' ? (memoryNode ?? binding.node) : null,
		hostMiB: conditions.hostMiB ?? Math.max(learntMiB, pinnedMiB),
		hostSource: conditions.hostMiB === undefined && learntMiB > pinnedMiB ? 'learnt' : 'declared',
		gpuMiB: conditions.gpuMiB ?? Math.ceil(peaks.gpuMiB ?? 0),
		gpuSource: conditions.gpuMiB === undefined ? 'learnt' : 'declared',
	};
}
