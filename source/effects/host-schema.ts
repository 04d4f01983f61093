import {z} from 'zod';
import {type Machine, parseCpuList, type Topology} from '../domain/topology.ts';
import {ratesSchema} from './simulated-rates.ts';

const index = z.int().nonnegative();
const amount = z.number().nonnegative().nullable();

/** A list as sysfs writes it (`0-3,8`) or of numbers. */
const cpuList = z.union(
	[
		z.array(index),
		z
			.string()
			.regex(/^(\d+(-\d+)?(,\d+(-\d+)?)*)?$/)
			.transform(parseCpuList),
	],
	{error: 'it takes CPUs as "0-3,8" or [0, 1, 2, 3, 8]'},
);

const nodeSchema = z.strictObject({
	id: index,
	cpus: cpuList,
	memoryTotalMiB: amount.default(null),
	memoryFreeMiB: amount.default(null),
	/** In the order of the nodes; empty where the firmware tells none. */
	distances: z.array(z.int().positive()),
	socket: index.nullable().default(null),
});

const gpuSchema = z.strictObject({
	index,
	uuid: z.string().startsWith('GPU-', {error: 'it takes a UUID as nvidia-smi writes it, such as GPU-51300000-…'}),
	name: z.string().min(1),
	pciAddress: z.string().min(1),
	numaNode: index.nullable(),
	numaAffinity: index.nullable().exactOptional(),
	memoryTotalMiB: amount.default(null),
});

const topologySchema = z.strictObject({
	hostname: z.string().min(1),
	kernel: z.string(),
	cpuModel: z.string(),
	nodes: z.array(nodeSchema).min(1),
	gpus: z.array(gpuSchema),
	/** A row a GPU and a column a GPU. */
	gpuLinks: z.array(z.array(z.string().nullable())).nullable().exactOptional(),
	/** All CPUs and nodes when absent. */
	allowedCpus: cpuList.optional(),
	allowedMemoryNodes: z.array(index).optional(),
	driverVersion: z.string().nullable().default(null),
	gpuProblem: z.string().nullable().default(null),
	/** Taken, because a Machine that was saved has it, and without effect: what a file says was not measured here. */
	origin: z.enum(['measured', 'file', 'simulated']).optional(),
});

const bindingSchema = z.discriminatedUnion('kind', [
	z.strictObject({kind: z.literal('strict')}),
	z.strictObject({kind: z.literal('cpu-only'), reason: z.string()}),
	z.strictObject({kind: z.literal('none'), reason: z.string()}),
]);

const bindingsSchema = z.record(z.string().regex(/^\d+$/), bindingSchema);

type FileTopology = z.output<typeof topologySchema>;

const shape = {
	/** For people: where the file comes from. */
	about: z.string().optional(),
	topology: topologySchema.superRefine(checkReferences),
	/** Strict for every node that has CPUs when absent. */
	bindings: bindingsSchema.optional(),
	simulation: ratesSchema.nullable().default(null),
};

export const hostSchema = z.strictObject(shape).transform(({topology, bindings, simulation}) => ({
	machine: completeMachine(topology, bindings),
	simulation,
}));

/** What a mistyped key of a host file is compared with. */
export const KNOWN_KEYS: readonly string[] = [
	shape,
	topologySchema.shape,
	nodeSchema.shape,
	gpuSchema.shape,
	ratesSchema.shape,
	ratesSchema.shape.gpu.shape,
].flatMap((keys) => Object.keys(keys));

function completeMachine(file: FileTopology, bindings: Machine['bindings'] | undefined): Machine {
	const topology: Topology = {
		...file,
		allowedCpus: file.allowedCpus ?? file.nodes.flatMap(({cpus}) => cpus),
		allowedMemoryNodes: file.allowedMemoryNodes ?? file.nodes.map(({id}) => id),
		origin: 'file',
	};
	const bindable = file.nodes.filter(({cpus}) => cpus.length > 0).map(({id}) => [id, {kind: 'strict'}] as const);
	return {topology, bindings: bindings ?? Object.fromEntries(bindable)};
}

/** A GPU on a node that is not there would be planned as local to nothing, and every penalty would be wrong. */
function checkReferences({nodes, gpus, gpuLinks}: FileTopology, context: z.RefinementCtx): void {
	const refuse = (path: (string | number)[], message: string) => context.addIssue({code: 'custom', path, message});
	const ids = new Set(nodes.map(({id}) => id));
	if (ids.size < nodes.length) refuse(['nodes'], 'two nodes have the same id');
	if (new Set(gpus.map((gpu) => gpu.index)).size < gpus.length) refuse(['gpus'], 'two GPUs have the same index');
	if (new Set(gpus.map(({uuid}) => uuid)).size < gpus.length) refuse(['gpus'], 'two GPUs have the same uuid');
	for (const [position, {distances}] of nodes.entries()) {
		if (distances.length === nodes.length || distances.length === 0) continue;
		refuse(['nodes', position, 'distances'], `it takes one distance a node, which is ${nodes.length}`);
	}
	if (gpuLinks?.some((row) => row.length !== gpus.length) || (gpuLinks && gpuLinks.length !== gpus.length))
		refuse(['gpuLinks'], `it takes ${gpus.length} rows of ${gpus.length}, one for each GPU`);
	for (const [position, {numaNode}] of gpus.entries()) {
		if (numaNode === null || ids.has(numaNode)) continue;
		refuse(['gpus', position, 'numaNode'], `there is no node ${numaNode}, only ${[...ids].join(', ')}`);
	}
}
