import type {Experiment} from '../domain/experiment.ts';
import type {ExperimentRecord, Opened} from '../journal/state.ts';
import {classify, listClasses} from './classes.ts';
import {compareCompiled} from './compile-speedup.ts';
import {identifyConfiguration} from './configuration.ts';
import {findCrossovers} from './crossover.ts';
import {findPairings, listDistances} from './places.ts';
import {type Configuration, listConfigurations, nameConfigurations} from './points.ts';
import {fitExponents, measureEfficiency} from './scaling.ts';
import {splitPenalties} from './split.ts';
import type {Cause, Study} from './study.ts';

export type Studied = {
	readonly study: Study;
	readonly causeOf: (experiment: Experiment) => Cause | null;
};

/** What the measured experiments say beside penalties. */
export function studyRun(records: readonly ExperimentRecord[], opened: Opened): Studied {
	const {topology, maxWorkers, lanes} = opened;
	const configurations = listConfigurations(records, topology);
	const name = nameConfigurations(configurations);
	const atOnce =
		Math.min(maxWorkers, lanes.length) > 1 && records.some(({experiment}) => experiment.exclusive !== 'host');
	return {
		causeOf: lookUpCauses(configurations),
		study: {
			splits: splitPenalties(records, topology),
			...listClasses(configurations, name),
			crossovers: findCrossovers(configurations, name),
			compiled: compareCompiled(configurations, name),
			exponents: fitExponents(configurations, name),
			efficiencies: measureEfficiency(configurations, name, atOnce),
			distances: listDistances(configurations, name, topology),
			pairings: findPairings(configurations, name),
		},
	};
}

function lookUpCauses(configurations: readonly Configuration[]): Studied['causeOf'] {
	let byKey: ReadonlyMap<string, Configuration> | null = null;
	return (experiment) => {
		byKey ??= new Map(configurations.map((one) => [one.key, one]));
		const configuration = byKey.get(identifyConfiguration(experiment));
		const found = configuration ? classify(configuration) : null;
		return found && 'cause' in found ? found.cause : null;
	};
}

export const NO_STUDY: Studied = {
	causeOf: () => null,
	study: {
		splits: [],
		classes: [],
		unclassified: [],
		crossovers: [],
		compiled: [],
		exponents: [],
		efficiencies: [],
		distances: [],
		pairings: [],
	},
};
