import {BOUND_RATIO} from './classes.ts';
import {describeControls} from './control-section.ts';
import {formatInterval, formatPercent, formatRate} from './figures.ts';
import {sectionOfMetrics} from './left/metric-rows.ts';
import {listPassSections} from './profile/pass-sections.ts';
import {nameRegime} from './scaling-fit.ts';
import {listSearchSections} from './search-sections.ts';
import {buildSection, type Read, type Section} from './section.ts';
import type {
	ClassRow,
	CompileRow,
	CrossoverRow,
	DistanceRow,
	EfficiencyRow,
	ExponentRow,
	PairingRow,
	SplitEffect,
	SplitRow,
	Study,
} from './study.ts';
import type {Summary} from './summary.ts';

/** So few cells are no study: what bounds them is said in a line. */
const SMALL = 3;

const MODEL = {title: 'model', side: 'left', keep: 9, min: 12} as const;
const right = <T>(title: string, keep: number, read: (row: T) => string): Read<T> => ({
	title,
	side: 'right',
	keep,
	read,
});
const left = <T>(title: string, keep: number, read: (row: T) => string): Read<T> => ({title, side: 'left', keep, read});

/** What the run says beside penalties and throughput; nothing of what does not apply to it. */
export function listSections({study, controls, total, profiles, metrics, searches}: Summary): readonly Section[] {
	const all = [
		sectionOfMetrics(metrics),
		...listSearchSections(searches),
		describeControls(controls),
		sectionOfSplits(study),
		...(total <= SMALL ? [] : [sectionOfClasses(study), sectionOfCrossovers(study)]),
		sectionOfCompiled(study),
		sectionOfExponents(study),
		sectionOfDistances(study),
		sectionOfPairings(study),
		sectionOfEfficiencies(study),
		...listPassSections(profiles),
	];
	return all.filter((section) => section !== null);
}

/** null where there is a table of it, or nothing is known. */
export const describeClasses = ({study: {classes}, total}: Summary): string | null =>
	total > SMALL || classes.length === 0
		? null
		: `bound by: ${classes.map(({model, cause}) => `${model} ${cause}`).join(', ')}`;

const formatEffect = ({percent, interval}: SplitEffect): string =>
	interval ? `${formatPercent(percent)} (${formatInterval(interval)})` : formatPercent(percent);

const SPLIT: readonly Read<SplitRow>[] = [
	right('GPU', 8, ({gpuId}) => `${gpuId}`),
	{...MODEL, read: ({model}) => model},
	right('nodes', 5, ({localNode, remoteNode}) => `${localNode}:${remoteNode}`),
	right('n', 6, ({n}) => `${n}`),
	right('CPUs', 7, ({cpu}) => formatEffect(cpu)),
	right('memory', 7, ({memory}) => formatEffect(memory)),
	right('interaction', 3, ({interaction}) => formatEffect(interaction)),
	left('which costs', 9, ({verdict}) => verdict),
];

const sectionOfSplits = ({splits}: Study): Section | null =>
	buildSection(
		'which of the two costs: CPUs or memory on the other node',
		['Penalty of each alone, main effects of a 2 x 2 design, 95 % intervals; verdicts adjusted for all of them (Holm)'],
		SPLIT,
		splits,
	);

const CLASS: readonly Read<ClassRow>[] = [
	{...MODEL, read: ({model}) => model},
	left('bound by', 9, ({cause}) => cause),
	right('copy in', 7, ({shares}) => formatPercent(shares.h2dPercent)),
	right('compute', 7, ({shares}) => formatPercent(shares.computePercent)),
	right('launches', 7, ({shares}) => formatPercent(shares.launchPercent)),
	right('copy out', 7, ({shares}) => formatPercent(shares.d2hPercent)),
	right('reached', 5, ({reachedPercent}) => formatPercent(reachedPercent)),
	right('n', 4, ({n}) => `${n}`),
	left('why', 3, ({reason}) => reason ?? ''),
];

function sectionOfClasses({classes, unclassified}: Study): Section | null {
	const without = unclassified.map(({reason, count}) => `${count} without a class: ${reason}`);
	return buildSection(
		'what bounds a model',
		[
			`Shares of the stages one after the other, each measured alone; a stage bounds that takes ${BOUND_RATIO} times the next; reached: throughput over the slowest stage's`,
			...without,
		],
		CLASS.filter(({title}) => title !== 'why' || classes.some(({reason}) => reason !== null)),
		classes,
	);
}

const CROSSOVER: readonly Read<CrossoverRow>[] = [
	left('models', 9, ({models}) => models.join(' to ')),
	right('depths', 6, ({depths}) => depths.join(', ')),
	left('crossover', 9, ({verdict}) => verdict),
];

const sectionOfCrossovers = ({crossovers}: Study): Section | null =>
	buildSection(
		'crossover depth',
		['Where computing takes as long as copying, between measured depths in a straight line'],
		CROSSOVER,
		crossovers,
	);

const formatFactor = (factor: number | null): string => (factor === null ? '-' : factor.toFixed(2));

const COMPILED: readonly Read<CompileRow>[] = [
	{...MODEL, read: ({model}) => model},
	left('mode', 6, ({mode}) => mode),
	right('n', 6, ({n}) => `${n}`),
	right('speed-up', 9, ({speedup}) => formatFactor(speedup)),
	right('95 % interval', 8, ({low, high}) =>
		low === null ? 'single run' : `${formatFactor(low)} to ${formatFactor(high)}`,
	),
];

const sectionOfCompiled = ({compiled}: Study): Section | null =>
	buildSection(
		'compiled over eager throughput',
		['The same configuration on the same GPU and node, by block'],
		COMPILED,
		compiled,
	);

const EXPONENT: readonly Read<ExponentRow>[] = [
	left('models', 9, ({series}) => series),
	right('points', 6, ({models}) => `${models}`),
	right('exponent', 9, ({exponent}) => exponent.toFixed(2)),
	right('95 % interval', 8, ({low, high}) => `${low.toFixed(2)} to ${high.toFixed(2)}`),
	left('grows', 7, nameRegime),
];

const sectionOfExponents = ({exponents}: Study): Section | null =>
	buildSection(
		'scaling: time per sample as a power of operations per sample',
		[
			'Slope of logarithms by least squares, interval by t; 1 where computing takes all the time, 0 where something else does',
		],
		EXPONENT,
		exponents,
	);

const EFFICIENCY: readonly Read<EfficiencyRow>[] = [
	{...MODEL, read: ({model}) => model},
	right('GPUs', 6, ({gpuIds}) => gpuIds.join(',')),
	right('sum samples/s', 8, ({sumSamplesPerS}) => formatRate(sumSamplesPerS)),
	right('efficiency', 9, ({efficiencyPercent}) => formatPercent(efficiencyPercent)),
];

const sectionOfEfficiencies = ({efficiencies}: Study): Section | null =>
	buildSection(
		'scaling over GPUs, each on its own node',
		[
			`Their sum over n times the fastest; ${efficiencies[0]?.atOnce ? 'several could run at once' : 'one ran at a time, so it says how alike they are'}`,
		],
		EFFICIENCY,
		efficiencies,
	);

const DISTANCE: readonly Read<DistanceRow>[] = [
	{...MODEL, read: ({model}) => model},
	right('distance', 9, ({distance}) => `${distance}`),
	right('places', 5, ({places}) => `${places}`),
	right('n', 6, ({n}) => `${n}`),
	right('samples/s', 8, ({samplesPerS}) => formatRate(samplesPerS)),
	right('of local', 8, ({ofLocalPercent}) => (ofLocalPercent === null ? '-' : formatPercent(ofLocalPercent))),
];

/** With two distances it is the penalty over again. */
const sectionOfDistances = ({distances}: Study): Section | null =>
	new Set(distances.map(({distance}) => distance)).size < 3
		? null
		: buildSection('throughput against node distance', [], DISTANCE, distances);

const PAIRING: readonly Read<PairingRow>[] = [
	{...MODEL, read: ({model}) => model},
	right('places', 5, ({places}) => `${places}`),
	left('fastest on', 9, ({verdict}) => verdict),
];

/** A single run tells no two places apart. */
const sectionOfPairings = ({pairings}: Study): Section | null =>
	buildSection(
		'best GPU and node of a model',
		['Named where it is faster than every other place, all pairs of places adjusted (Holm)'],
		PAIRING,
		pairings.some(({hasBlocks}) => hasBlocks) ? pairings : [],
	);
