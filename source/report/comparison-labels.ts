import type {Experiment} from '../domain/experiment.ts';
import type {Json} from '../domain/json.ts';
import {groupBy} from './cells.ts';
import {labelModel} from './groups.ts';

/** What is to be told apart. */
type Labelled = {readonly experiment: Experiment};

/** The model, and the values in which comparisons of the same model differ (sweeps and axes). */
export function labelConfigurations(comparisons: readonly Labelled[]): readonly string[] {
	const byModel = groupBy(comparisons, ({experiment}) => experiment.model);
	const differing = new Map([...byModel].map(([model, members]) => [model, findDifferingKeys(members)]));
	return comparisons.map(({experiment}) => {
		const values = (differing.get(experiment.model) ?? []).map(
			(key) => `${key}=${JSON.stringify(readValue(experiment, key) ?? null)}`,
		);
		return [labelModel(experiment.model), ...values].join(' ');
	});
}

/** Only what may still turn out to differ is compared: a night has thousands of comparisons with a dozen keys each. */
function findDifferingKeys(comparisons: readonly Labelled[]): readonly string[] {
	const first = new Map<string, Json | undefined>();
	const differing = new Set<string>();
	for (const {experiment} of comparisons) {
		for (const key of [...Object.keys(experiment.params), ...Object.keys(experiment.axes), 'phase']) {
			if (differing.has(key)) continue;
			const value = readValue(experiment, key);
			if (!first.has(key)) first.set(key, value);
			else if (!isSame(first.get(key), value)) differing.add(key);
		}
	}
	return [...first.keys()].filter((key) => key !== 'numa_node' && differing.has(key));
}

const isSame = (a: Json | undefined, b: Json | undefined): boolean =>
	a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));

/** An axis wins over a parameter of its name, and both over the phase of a campaign. */
function readValue({params, axes, phase}: Experiment, key: string): Json | undefined {
	if (Object.hasOwn(axes, key)) return axes[key];
	return key === 'phase' ? (params[key] ?? phase) : params[key];
}
