import {explainDisagreement, explainNoLocality, explainUnknown, explainUnusable, nameGpus} from '../domain/locality.ts';
import type {Gpu, Topology} from '../domain/topology.ts';
import type {Job} from './compose.ts';

/** A job and the GPUs that its experiments were planned on. */
export type JobGpus = {readonly job: Job; readonly gpus: readonly Gpu[]};

/** What of the machine's shape the user should know before a night: nothing of it stands against the run. */
export function describeLocality(used: readonly JobGpus[], topology: Topology): readonly string[] {
	const notices = [
		...used.flatMap(({gpus}) => gpus.flatMap((gpu) => explainDisagreement(gpu) ?? [])),
		...used.flatMap(({job, gpus}) => [
			...describeUnbound(job, gpus),
			...describeLeftOut(job, topology),
			...describeUnmeasurable(job, gpus, topology),
		]),
	];
	return [...new Set(notices)].map((notice) => `${notice}.`);
}

function describeUnbound({suite}: Job, gpus: readonly Gpu[]): readonly string[] {
	const {numa_nodes} = suite.experiment.hardware;
	const unknown = gpus.filter(({numaNode}) => numaNode === null);
	if ((numa_nodes !== 'local' && numa_nodes !== 'auto') || unknown.length === 0) return [];
	return [
		`numa_nodes=${numa_nodes} leaves ${nameGpus(unknown)} unbound: no node is known (${explainUnknown(unknown)})`,
	];
}

function describeLeftOut({suite}: Job, topology: Topology): readonly string[] {
	if (suite.experiment.hardware.numa_nodes !== 'all') return [];
	return topology.nodes.flatMap((node) => {
		const why = explainUnusable(topology, node);
		return why === null ? [] : [`numa_nodes=all leaves node ${node.id} out: ${why}`];
	});
}

/** Said of suites that compare nodes only; others have no penalty to miss. */
function describeUnmeasurable({suite}: Job, gpus: readonly Gpu[], topology: Topology): readonly string[] {
	const {numa_nodes} = suite.experiment.hardware;
	const compares = Array.isArray(numa_nodes) ? numa_nodes.length > 1 : numa_nodes !== 'auto';
	const cause = compares && gpus.length > 0 ? explainNoLocality(topology, gpus) : null;
	return cause === null ? [] : [`A NUMA penalty is not measurable here, because ${cause}`];
}
