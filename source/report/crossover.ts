import {groupBy} from './cells.ts';
import {averageStages, findCopyUs, type StageTimes} from './classes.ts';
import {identifyDepthSeries} from './configuration.ts';
import type {Configuration, Name} from './points.ts';
import {rememberFor} from './remember.ts';
import type {CrossoverRow} from './study.ts';

type Step = {readonly depth: number; readonly configuration: Configuration; readonly ratio: number};

/** For models that differ in their depth only: where computing takes as long as copying. */
export function findCrossovers(configurations: readonly Configuration[], name: Name): readonly CrossoverRow[] {
	const series = groupBy(
		configurations.filter((one) => typeof one.experiment.params.depth === 'number' && readStep(one).length > 0),
		({experiment}) => identifyDepthSeries(experiment),
	);
	return [...series.values()]
		.filter((members) => members.length > 1)
		.flatMap((members) => findCrossover(members, name));
}

function findCrossover(members: readonly Configuration[], name: Name): readonly CrossoverRow[] {
	const steps = members.flatMap(readStep).toSorted((a, b) => a.depth - b.depth);
	const [first, last] = [steps[0], steps.at(-1)];
	if (!first || !last || first.depth === last.depth) return [];
	const depth = interpolate(steps);
	return [
		{
			models: [name(first.configuration), name(last.configuration)],
			depths: steps.map((step) => step.depth),
			depth,
			verdict:
				depth === null ? explainOutside(first) : `copying and computing take as long at depth ${depth.toFixed(1)}`,
		},
	];
}

const explainOutside = ({ratio}: Step): string =>
	`outside the measured range: ${ratio < 1 ? 'copying' : 'computing'} takes longer at every depth`;

const readStep = rememberFor((configuration: Configuration): readonly Step[] => {
	const times = averageStages(configuration.near);
	if (typeof times === 'string') return [];
	return [{depth: Number(configuration.experiment.params.depth), configuration, ratio: compare(times)}];
});

const compare = (times: StageTimes): number => times.computeUs / findCopyUs(times);

/** Between the two depths where the order turns; time grows with depth in a straight line, so the ratio is taken as one. */
function interpolate(steps: readonly Step[]): number | null {
	for (const [index, above] of steps.entries()) {
		const below = steps[index - 1];
		if (!below || below.ratio >= 1 === above.ratio >= 1) continue;
		return below.depth + ((1 - below.ratio) / (above.ratio - below.ratio)) * (above.depth - below.depth);
	}
	return null;
}
