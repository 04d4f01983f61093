import {
	classifyNode,
	explainDisagreement,
	explainNoLocality,
	explainUnknown,
	explainUnusable,
	type Nearness,
} from '../domain/locality.ts';
import {
	formatCpuList,
	type Gpu,
	type Machine,
	type NodeBinding,
	type NumaNode,
	type Topology,
} from '../domain/topology.ts';
import {countNoun} from './figures.ts';
import {formatMatrix} from './matrix.ts';
import {wrapText} from './text.ts';
import {formatTable} from './text-table.ts';
import {type Branch, drawTree, type TreeShape} from './tree.ts';

/** The machine as `warpdeck topology` draws it: sockets, nodes and GPUs as a tree, then distances, links and what to know. */
export function formatTopology({topology, bindings}: Machine, shape: TreeShape): string {
	const sections = [
		describeHost(topology).flatMap((line) => wrapText(line, shape.columns)),
		drawTree([...listSockets(topology, bindings), ...listHomeless(topology)], shape),
		listDistances(topology, shape.columns),
		listClasses(topology, shape.columns),
		listLinks(topology, shape.columns),
		listNotes(topology, bindings).flatMap((note) => hang(note, shape.columns)),
	];
	return `${sections
		.filter((lines) => lines.length > 0)
		.map((lines) => lines.join('\n'))
		.join('\n\n')}\n`;
}

function describeHost({hostname, kernel, cpuModel, nodes, gpus, driverVersion}: Topology): readonly string[] {
	const cpus = nodes.reduce((sum, node) => sum + node.cpus.length, 0);
	const driver = driverVersion === null ? '' : `, driver ${driverVersion}`;
	return [
		`${hostname}: Linux ${kernel}, ${cpuModel}`,
		`${countNoun(nodes.length, 'NUMA node')}, ${countNoun(cpus, 'CPU')}; ${countNoun(gpus.length, 'GPU')}${driver}`,
	];
}

function listSockets({nodes, gpus}: Topology, bindings: Machine['bindings']): readonly Branch[] {
	return [...Map.groupBy(nodes, nameSocket)].map(([name, own]) => ({
		lines: [name],
		below: own.map((node) => ({
			lines: [`node ${node.id}: ${describeCpus(node)}; ${describeMemory(node)}; ${describeBinding(bindings[node.id])}`],
			below: gpus.filter(({numaNode}) => numaNode === node.id).map(describeGpu),
		})),
	}));
}

function nameSocket({socket, cpus}: NumaNode): string {
	if (socket !== null) return `socket ${socket}`;
	return cpus.length === 0 ? 'no socket' : 'socket unknown';
}

const describeCpus = ({cpus}: NumaNode): string => (cpus.length === 0 ? 'no CPUs' : `CPUs ${formatCpuList(cpus)}`);

function describeMemory({memoryTotalMiB, memoryFreeMiB}: NumaNode): string {
	if (memoryTotalMiB === null) return 'memory unknown';
	if (memoryTotalMiB === 0) return 'no memory';
	return memoryFreeMiB === null
		? formatGiB(memoryTotalMiB)
		: `${formatGiB(memoryTotalMiB)}, ${formatGiB(memoryFreeMiB)} free`;
}

function describeBinding(binding: NodeBinding | undefined): string {
	if (binding?.kind === 'strict') return 'can be bound';
	return binding?.kind === 'cpu-only' ? 'only CPUs can be bound' : 'cannot be bound';
}

const describeGpu = ({index, name, memoryTotalMiB, pciAddress, uuid}: Gpu): Branch => ({
	lines: [
		`GPU ${index}: ${name}, ${memoryTotalMiB === null ? '' : `${formatGiB(memoryTotalMiB)}, `}${pciAddress}`,
		uuid,
	],
	below: [],
});

/** GPUs of which nobody says where they are stand apart: on node 0 they would be a guess. */
function listHomeless({gpus}: Topology): readonly Branch[] {
	const homeless = gpus.filter(({numaNode}) => numaNode === null);
	if (homeless.length === 0) return [];
	return [{lines: [`on no known node: ${explainUnknown(homeless)}`], below: homeless.map(describeGpu)}];
}

function listDistances({nodes}: Topology, columns: number): readonly string[] {
	if (nodes.length < 2) return [];
	const title = 'distances between nodes (10 is the node itself)';
	if (nodes.every(({distances}) => distances.length === 0)) return [`${title}: the machine tells none`];
	const cells = nodes.map(({distances}) => nodes.map((_, position) => String(distances[position] ?? '?')));
	const labels = nodes.map(({id}) => String(id));
	return [title, ...formatMatrix(labels, cells, columns - INDENT).map(indent)];
}

type ClassRow = {readonly gpus: readonly Gpu[]; readonly nodes: ReadonlyMap<Nearness | null, readonly number[]>};

function listClasses(topology: Topology, columns: number): readonly string[] {
	const placed = Map.groupBy(topology.gpus, ({numaNode}) => numaNode);
	const rows: readonly ClassRow[] = [...placed].flatMap(([own, gpus]) => {
		if (own === null || topology.nodes.length < 2) return [];
		const ids = topology.nodes.map(({id}) => id);
		return [{gpus, nodes: Map.groupBy(ids, (id) => classifyNode(topology, own, id))}];
	});
	if (rows.length === 0) return [];
	const column = (title: string, kind: Nearness | null) => ({
		title,
		side: 'left' as const,
		read: ({nodes}: ClassRow) => formatCpuList(nodes.get(kind) ?? []) || '-',
	});
	const isUnclear = rows.some(({nodes}) => nodes.has(null));
	const table = [
		{title: 'GPU', side: 'left' as const, read: ({gpus}: ClassRow) => formatCpuList(gpus.map(({index}) => index))},
		column('local', 'local'),
		column('same socket', 'same-socket'),
		column('remote', 'remote'),
		...(isUnclear ? [column('unknown', null)] : []),
	];
	return ['nodes as seen from each GPU', ...formatTable(table, rows, columns - INDENT).map(indent)];
}

function listLinks({gpus, gpuLinks}: Topology, columns: number): readonly string[] {
	if (gpus.length < 2) return [];
	const title = 'links between GPUs (nvidia-smi topo -m)';
	if (!gpuLinks) return [`${title}: the tool tells none`];
	const cells = gpuLinks.map((row) => row.map((link) => link ?? '?'));
	const labels = gpus.map(({index}) => `GPU${index}`);
	return [title, ...formatMatrix(labels, cells, columns - INDENT).map(indent)];
}

function listNotes(topology: Topology, bindings: Machine['bindings']): readonly string[] {
	const {nodes, gpus, gpuProblem} = topology;
	const cause = gpus.length === 0 ? 'there is no GPU' : explainNoLocality(topology, gpus);
	return [
		...(gpuProblem === null ? [] : [gpuProblem]),
		...gpus.flatMap((gpu) => explainDisagreement(gpu) ?? []).map((text) => `${text}.`),
		...nodes.flatMap((node) => describeUse(topology, node, bindings[node.id])),
		...(cause === null ? [] : [`A NUMA penalty is not measurable here, because ${cause}.`]),
	];
}

/** What stands against a node: what the machine shows, else what the attempt to bind to it was told. */
function describeUse(topology: Topology, node: NumaNode, binding: NodeBinding | undefined): readonly string[] {
	const why = explainUnusable(topology, node);
	if (why !== null) return [`Node ${node.id} is left out of numa_nodes=all: ${why}.`];
	return binding && binding.kind !== 'strict' ? [`Node ${node.id}: ${binding.reason}`] : [];
}

function hang(note: string, columns: number): readonly string[] {
	const lines = wrapText(note, columns - INDENT);
	return lines.map((line, position) => (position === 0 ? `* ${line}` : `  ${line}`));
}

const INDENT = 2;
const indent = (line: string): string => ' '.repeat(INDENT) + line;

const formatGiB = (mib: number): string => `${(mib / 1024).toFixed(mib < 10_240 ? 1 : 0)} GiB`;
