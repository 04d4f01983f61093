import type {Draft} from './draft.ts';
import {canServe} from './isolation.ts';

/** What the design of a comparison makes of a suite that its keys do not say. */
export const describeDesign = (drafts: readonly Draft[]): readonly string[] => [
	...describeExclusive(drafts),
	...describeIsolation(drafts),
	...describeApart(drafts),
];

/** Said where it takes something away only: one lane or one worker is one at a time anyway. */
function describeExclusive(drafts: readonly Draft[]): readonly string[] {
	const chosen = drafts.filter(({variant, exclusive}) => {
		const suite = variant.job.suite.experiment;
		return exclusive === 'host' && suite.exclusive === undefined && suite.max_workers > 1;
	});
	if (new Set(chosen.map(({lane}) => lane.id)).size < 2) return [];
	return [
		'Nodes are compared, so one experiment runs at a time on the host; experiment.exclusive=gpu runs one a GPU, and they share memory channels.',
	];
}

function describeIsolation(drafts: readonly Draft[]): readonly string[] {
	const asked = drafts.filter(({variant}) => variant.job.suite.experiment.isolation === 'block');
	const cold = asked.filter(({variant: {job, params}, device}) => {
		const {workload} = job.suite.experiment;
		return !canServe({workload, device, params});
	});
	const compiled = cold.filter(({variant}) => variant.params.compile_model === true).length;
	const unable = cold.length - compiled;
	return [
		...(compiled > 0 ? [tell(compiled, 'torch.compile keeps what it learnt as long as its process')] : []),
		...(unable > 0 ? [tell(unable, 'their workload cannot serve several experiments')] : []),
	];
}

const tell = (cells: number, why: string): string =>
	`isolation=block leaves ${cells} ${cells === 1 ? 'cell' : 'cells'} in a process of their own each, because ${why}.`;

/** A sweep over nodes has the halves of each comparison in different jobs, and nothing to pair in any of them. */
function describeApart(drafts: readonly Draft[]): readonly string[] {
	const bound = drafts.filter(({node}) => node !== null);
	const nodesOf = (own: readonly Draft[]) => new Set(own.map(({node}) => node));
	const suites = Map.groupBy(bound, ({variant, gpuId}) => `${variant.job.suiteName} ${gpuId}`);
	const apart = [...suites.values()].map(nodesOf).find((nodes) => nodes.size > 1);
	if (!apart) return [];
	const places = Map.groupBy(bound, ({variant, gpuId}) => `${variant.job.number} ${gpuId}`);
	if ([...places.values()].some((own) => nodesOf(own).size > 1)) return [];
	return [
		`Each job has one node of a GPU, so local and remote are measured in different jobs, far apart in time; experiment.hardware.numa_nodes=[${[...apart].join(',')}] has them next to each other.`,
	];
}
