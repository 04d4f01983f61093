import type {Campaign} from '../domain/campaign.ts';
import type {Cell, Experiment} from '../domain/experiment.ts';
import type {ProfilerTools} from '../domain/profiler.ts';
import type {Machine} from '../domain/topology.ts';
import type {Lane} from '../journal/event.ts';

/** The exact list that a suite, its overrides and its sweeps expand to. */
export type Plan = {
	readonly suite: string;
	readonly jobs: number;
	readonly multirun: boolean;
	/** Every cell, duplicates too, in the order of the matrix. */
	readonly cells: readonly Cell[];
	/** What will be launched, in order. */
	readonly experiments: readonly Experiment[];
	readonly lanes: readonly Lane[];
	readonly maxWorkers: number;
	readonly seed: number;
	/** What this machine cannot do; a plan is printed all the same, a run is not started. */
	readonly problems: readonly Problem[];
	/** What the user should know although nothing is wrong. */
	readonly notices: readonly string[];
	/** The phases that the experiments belong to; absent outside of a campaign. */
	readonly campaign?: Campaign;
	/** Dollars an hour of other machines, by their names; absent where the campaign names none. */
	readonly otherRates?: {readonly [machine: string]: number};
};

export type Problem = {readonly message: string; readonly advice: string; readonly cells: number};

/** What a plan is made for. */
export type PlanContext = {
	readonly machine: Machine;
	/** Interpreter that has PyTorch; null where there is none. */
	readonly python: string | null;
	/** For random orders where the suite fixes none. */
	readonly seed: number;
	/** What is known of the profilers there; absent where nobody asked, and then they are taken to be there. */
	readonly profilers?: ProfilerTools;
};

/** Collects problems; one that many cells share is said once, with their number. */
export type ProblemList = {
	readonly add: (message: string, advice: string) => void;
	readonly list: () => readonly Problem[];
};

export function createProblemList(): ProblemList {
	const found = new Map<string, Problem>();
	return {
		add: (message, advice) => found.set(message, {message, advice, cells: (found.get(message)?.cells ?? 0) + 1}),
		list: () => [...found.values()],
	};
}
