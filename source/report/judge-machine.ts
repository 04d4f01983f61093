import {explainDisagreement, explainNoLocality, explainUnusable} from '../domain/locality.ts';
import {formatCpuList, type Machine, type NodeBinding, type NumaNode, type Topology} from '../domain/topology.ts';
import {countNoun} from './figures.ts';
import {broken, type Finding, missing, note, ok} from './finding.ts';

export type DriverFacts = {
	/** Of the table of nvidia-smi: the newest CUDA that the driver serves. */
	readonly cuda: string | null;
	/** PCI addresses of NVIDIA GPUs that the kernel shows, with or without a driver. */
	readonly devices: readonly string[];
	/** Path of NVIDIA's management library, null where it was not found. */
	readonly managementLibrary: string | null;
};

export const judgeMachine = ({topology, bindings}: Machine, driver: DriverFacts): readonly Finding[] => [
	judgeDriver(topology, driver),
	...judgeGpus(topology, driver),
	judgeNodes(topology),
	...judgePlaces(topology),
	...judgeBindings(topology, bindings),
];

function judgeDriver({driverVersion, gpuProblem}: Topology, {devices}: DriverFacts): Finding {
	const name = 'driver';
	if (gpuProblem !== null) return broken(name, gpuProblem.replace(/\.$/, ''), 'nvidia-smi');
	if (driverVersion !== null) return ok(name, `NVIDIA ${driverVersion}`);
	if (devices.length === 0) return note(name, 'none, and no NVIDIA GPU on the PCI bus: experiments run on the CPU');
	return missing(
		name,
		`none for the ${countNoun(devices.length, 'NVIDIA GPU')} on the PCI bus`,
		'install NVIDIA’s driver; in a container: docker run --gpus all',
	);
}

function judgeGpus({gpus, driverVersion}: Topology, {cuda, managementLibrary}: DriverFacts): readonly Finding[] {
	if (driverVersion === null) return [];
	const names = [...Map.groupBy(gpus, ({name}) => name)].map(([name, own]) => `${own.length} x ${name}`);
	return [
		cuda === null
			? note('CUDA', 'nvidia-smi does not say which version the driver serves')
			: ok('CUDA', `the driver serves up to ${cuda}`),
		gpus.length === 0 ? missing('GPUs', 'the driver lists none', 'nvidia-smi -L') : ok('GPUs', names.join(', ')),
		managementLibrary === null
			? note('NVML', 'libnvidia-ml.so.1 was not found: telemetry comes from nvidia-smi')
			: ok('NVML', managementLibrary),
	];
}

function judgeNodes({nodes, allowedCpus, allowedMemoryNodes}: Topology): Finding {
	const cpus = nodes.flatMap((node) => node.cpus);
	const isWhole =
		cpus.every((cpu) => allowedCpus.includes(cpu)) && nodes.every(({id}) => allowedMemoryNodes.includes(id));
	const says = `${countNoun(nodes.length, 'node')}, ${countNoun(cpus.length, 'CPU')}`;
	if (isWhole) return ok('NUMA', says);
	return note(
		'NUMA',
		`${says}; allowed here: CPUs ${formatCpuList(allowedCpus)}, memory of nodes ${formatCpuList(allowedMemoryNodes)}`,
	);
}

function judgePlaces(topology: Topology): readonly Finding[] {
	const {gpus} = topology;
	if (gpus.length === 0) return [];
	const places = [...Map.groupBy(gpus, ({numaNode}) => numaNode)].map(([node, own]) => {
		const where = node === null ? 'no known node' : `node ${node}`;
		return `GPU ${formatCpuList(own.map(({index}) => index))} on ${where}`;
	});
	const cause = explainNoLocality(topology, gpus);
	return [
		cause === null
			? ok('GPU places', places.join(', '))
			: note('GPU places', `a NUMA penalty is not measurable here, because ${cause}`),
		...gpus
			.flatMap((gpu) => explainDisagreement(gpu) ?? [])
			.map((text) => note('GPU places', text, 'warpdeck topology')),
	];
}

/** Nodes with the same answer share a line. */
function judgeBindings(topology: Topology, bindings: Machine['bindings']): readonly Finding[] {
	const judged = topology.nodes.map((node) => judgeBinding(topology, node, bindings[node.id]));
	const same = Map.groupBy(judged, ({verdict, text, mend}) => JSON.stringify([verdict, text, mend]));
	return [...same.values()].flatMap((group) => {
		const [first] = group;
		if (!first) return [];
		const ids = formatCpuList(group.map(({id}) => id));
		const says = `node${group.length > 1 ? 's' : ''} ${ids}: ${first.text}`;
		return [{name: 'binding', verdict: first.verdict, says, mend: first.mend}];
	});
}

type JudgedNode = {readonly id: number; readonly text: string} & Pick<Finding, 'verdict' | 'mend'>;

function judgeBinding(topology: Topology, {id, ...node}: NumaNode, binding: NodeBinding | undefined): JudgedNode {
	if (binding?.kind === 'strict') return {id, verdict: 'ok', text: 'CPUs and memory', mend: null};
	const why = explainUnusable(topology, {id, ...node});
	if (why !== null) return {id, verdict: 'note', text: `not used, ${why}`, mend: null};
	const [reason = '', next = 'numactl --show'] = (binding?.reason ?? 'it was not tried').split(' Next: ');
	return {id, verdict: 'broken', text: reason.replace(/\.$/, ''), mend: next.replace(/\.$/, '')};
}
