import type {Experiment} from '../domain/experiment.ts';
import type {JsonObject} from '../domain/json.ts';
import type {SuiteExperiment} from '../domain/suite.ts';
import {type Expectation, readExpectation} from '../journal/expected.ts';
import {kindOf} from '../journal/tally.ts';
import {playBeside} from '../plan/beside.ts';
import type {Composition} from '../plan/compose.ts';
import {canServe} from '../plan/isolation.ts';
import type {Plan} from '../plan/plan.ts';
import {identify} from './estimate.ts';

type Isolation = SuiteExperiment['isolation'];

/** Seconds of an experiment by `identifyDuration`. */
export type Durations = ReadonlyMap<string, number>;

export type TimeEstimate = {
	/** Wall time of the experiments whose duration is known or expected; null when there is none. */
	readonly wallS: number | null;
	/** How many of the plan's experiments earlier runs have measured. */
	readonly known: number;
	/** How many the suite expects to take so long, and nobody has measured. */
	readonly guessed: number;
};

/** Memory that keeps experiments apart, MiB. */
export type MemoryLimit = {readonly roomMiB: number; readonly needOf: (experiment: Experiment) => number};

export type Times = {
	/** As it is planned. */
	readonly planned: TimeEstimate;
	/** The same without regard to the host's memory; absent where memory keeps nothing apart. */
	readonly unlimited?: TimeEstimate;
	/** With each isolation for all that can have it; null where nothing can stay warm. */
	readonly byIsolation: {readonly [isolation in Isolation]: TimeEstimate} | null;
};

type Timeable = Parameters<typeof identify>[0] & Pick<Experiment, 'phase'>;

/**
 * A process that is warm takes another time than one that starts, so their durations are kept apart; and so are those of
 * phases, because a campaign may run several programs with the same settings.
 */
export const identifyDuration = (experiment: Timeable, isolation: Isolation): string =>
	`${experiment.phase === undefined ? '' : `${experiment.phase} `}${isolation} ${identify(experiment)}`;

/** As it is planned. */
export const findDuration = (durations: Durations, experiment: Experiment): number | undefined =>
	durations.get(identifyDuration(experiment, findIsolation(experiment)));

/** What earlier runs and the suite itself say about the time of a plan. */
export function estimateTimes(plan: Plan, composition: Composition, durations: Durations, memory?: MemoryLimit): Times {
	const expectation = createExpectation(composition);
	const isWarmable = (experiment: Experiment): boolean => {
		const workload = composition.jobs[experiment.job]?.suite.experiment.workload;
		return workload !== undefined && canServe({...experiment, workload});
	};
	const estimate = (choose: (experiment: Experiment) => Isolation): TimeEstimate =>
		estimateWith(plan, durations, choose, expectation, memory);
	const common = memory
		? {
				planned: estimate(findIsolation),
				unlimited: estimateWith(plan, durations, findIsolation, expectation),
			}
		: {planned: estimate(findIsolation)};
	// Of 100 000 experiments none needs to be looked at again when nothing was measured of any.
	if (!plan.experiments.some(isWarmable)) return {...common, byIsolation: null};
	const warm = estimate((experiment) => (isWarmable(experiment) ? 'block' : 'process'));
	return {...common, byIsolation: {process: estimate(() => 'process'), block: warm}};
}

const findIsolation = ({isolation}: Experiment): Isolation => isolation ?? 'process';

const NOTHING: TimeEstimate = {wallS: null, known: 0, guessed: 0};

type Timed = {readonly experiment: Experiment; readonly seconds: number; readonly isGuess: boolean};

function estimateWith(
	{experiments, maxWorkers}: Plan,
	durations: Durations,
	choose: (experiment: Experiment) => Isolation,
	expect: (experiment: Experiment) => number | null,
	memory?: MemoryLimit,
): TimeEstimate {
	const timed = experiments.flatMap((experiment): readonly Timed[] => {
		// Under a profiler it takes longer, and nobody knows how much.
		if (experiment.role === 'profile') return [];
		const isolation = choose(experiment);
		const measured = durations.size === 0 ? undefined : durations.get(identifyDuration(experiment, isolation));
		if (measured !== undefined) return [{experiment, seconds: measured, isGuess: false}];
		// What a suite expects holds for the isolation that it asks for.
		const expected = isolation === findIsolation(experiment) ? expect(experiment) : null;
		return expected === null ? [] : [{experiment, seconds: expected, isGuess: true}];
	});
	if (timed.length === 0) return NOTHING;
	const guessed = timed.filter(({isGuess}) => isGuess).length;
	const wallS = addUp(timed, maxWorkers);
	const apartS = memory
		? playBeside(
				timed.map((one) => ({...one, hostMiB: memory.needOf(one.experiment)})),
				maxWorkers,
				memory.roomMiB,
			)
		: 0;
	return {wallS: Math.max(wallS, apartS), known: timed.length - guessed, guessed};
}

/** What needs the host to itself one after the other, and of the rest the slowest lane, or all of it spread over the workers. */
function addUp(timed: readonly Timed[], maxWorkers: number): number {
	const isAlone = ({experiment}: Timed) => experiment.exclusive === 'host';
	const shared = timed.filter((one) => !isAlone(one));
	const lanes = [...Map.groupBy(shared, ({experiment}) => experiment.lane).values()].map(sumSeconds);
	return (
		sumSeconds(timed.filter(isAlone)) +
		lanes.reduce((most, own) => Math.max(most, own), sumSeconds(shared) / maxWorkers)
	);
}

const sumSeconds = (all: readonly Timed[]): number => all.reduce((sum, {seconds}) => sum + seconds, 0);

/** Seconds by what the suite of each job and its models say. */
function createExpectation({jobs}: Composition): (experiment: Experiment) => number | null {
	const read = new Map<number, Expectation>();
	return (experiment) => {
		const known = read.get(experiment.job) ?? readExpectation((jobs[experiment.job]?.config ?? {}) as JsonObject);
		read.set(experiment.job, known);
		const ms = known.byKind.get(kindOf(experiment)) ?? known.ms;
		return ms === null ? null : ms / 1000;
	};
}
