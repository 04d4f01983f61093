import {formatCpuList, type NodeBinding, type NumaNode, type Topology} from '../domain/topology.ts';
import {askTool, type ToolAnswer} from './ask-tool.ts';

type BindingOptions = {
	/** Environment of the tools, whose PATH is searched; default: ours. */
	readonly env?: NodeJS.ProcessEnv;
	/** How long each no-op may take; default 30 s. */
	readonly timeoutMs?: number;
};

/** Binds a no-op to every node with the commands that experiments will be bound with, and says what became of it. */
export async function readBindings(
	topology: Topology,
	options: BindingOptions = {},
): Promise<{readonly [node: string]: NodeBinding}> {
	const tried = topology.nodes.map(async (node) => [node.id, await tryBinding(node, topology, options)] as const);
	return Object.fromEntries(await Promise.all(tried));
}

async function tryBinding(
	node: NumaNode,
	topology: Topology,
	{env, timeoutMs = 30_000}: BindingOptions,
): Promise<NodeBinding> {
	const strict = [`--cpunodebind=${node.id}`, `--membind=${node.id}`, 'true'];
	const answer = await askTool('numactl', strict, {env, timeoutMs});
	if (isSuccess(answer)) return {kind: 'strict'};
	const isCpuPossible =
		node.cpus.length > 0 &&
		isSuccess(await askTool('taskset', ['-c', formatCpuList(node.cpus), 'true'], {env, timeoutMs}));
	const {why, fixes} = explainRefusal(answer, node, topology);
	const wayOut = isCpuPossible ? 'experiment.hardware.binding=cpu' : 'experiment.hardware.binding=off';
	return {
		kind: isCpuPossible ? 'cpu-only' : 'none',
		reason: `${why} Next: ${[...fixes, `add ${wayOut}`].join(', or ')}.`,
	};
}

const isSuccess = (answer: ToolAnswer): boolean => answer.kind === 'answered' && answer.code === 0;

type Refusal = {readonly why: string; readonly fixes: readonly string[]};

/** Why numactl could not bind to a node, as one sentence, and what puts it right (beside binding less). */
export function explainRefusal(answer: ToolAnswer, node: NumaNode, topology: Topology): Refusal {
	switch (answer.kind) {
		case 'absent':
			return {why: 'numactl is not installed.', fixes: ['install it (apt-get install numactl, dnf install numactl)']};
		case 'hung':
			return {why: `numactl did not answer within ${answer.afterMs / 1000} s.`, fixes: ['type numactl --show']};
		case 'failed':
			return {why: `numactl could not be run (${answer.problem}).`, fixes: ['type numactl --show']};
		case 'answered':
			return explainMessage(`${answer.stderr}\n${answer.stdout}`, answer.code, node, topology);
	}
}

const ALLOW_IN_CONTAINER =
	'start the container with --cap-add=SYS_NICE (Kubernetes: securityContext.capabilities.add: [SYS_NICE])';

function explainMessage(text: string, code: number, node: NumaNode, topology: Topology): Refusal {
	const others = [`choose ${nameNodes(topology)}`];
	if (node.cpus.length === 0) return {why: `NUMA node ${node.id} has memory but no CPUs to run on.`, fixes: others};
	if (node.memoryTotalMiB === 0) return {why: `NUMA node ${node.id} has CPUs but no memory.`, fixes: others};
	if (/not permitted/.test(text)) return {why: explainNotPermitted(text), fixes: [ALLOW_IN_CONTAINER]};
	if (/does not support NUMA|No NUMA support/i.test(text))
		return {why: 'This kernel or sandbox has no NUMA policy.', fixes: ['use a kernel with CONFIG_NUMA']};
	if (/sched_setaffinity.*Invalid argument/.test(text))
		return {why: `The cpuset of this container or job allows no CPU of NUMA node ${node.id}.`, fixes: others};
	if (/out of range|is invalid|mempolicy.*Invalid argument/.test(text))
		return {why: explainUnknown(node, topology), fixes: others};
	return {why: `numactl ended with code ${code}: ${firstLine(text)}.`, fixes: ['type numactl --show']};
}

/** seccomp profiles of containers refuse set_mempolicy to processes without CAP_SYS_NICE. */
function explainNotPermitted(text: string): string {
	const call = /(\w*mempolicy|mbind|sched_setaffinity): Operation not permitted/.exec(text)?.[1] ?? 'set_mempolicy';
	return `${call} is not permitted here, which is what the seccomp profile of a container usually does.`;
}

function explainUnknown({id}: NumaNode, {nodes, allowedMemoryNodes}: Topology): string {
	if (allowedMemoryNodes.includes(id))
		return `numactl knows no NUMA node ${id} (sysfs names ${nodes.map((node) => node.id).join(', ')}).`;
	const allowed = allowedMemoryNodes.length > 0 ? `that of ${formatCpuList(allowedMemoryNodes)} only` : 'none';
	return `The cpuset of this container or job forbids memory of NUMA node ${id} (it allows ${allowed}).`;
}

/** The nodes that this process may fully use, as an override. */
function nameNodes({nodes, allowedCpus, allowedMemoryNodes}: Topology): string {
	const cpus = new Set(allowedCpus);
	const usable = nodes.filter((node) => allowedMemoryNodes.includes(node.id) && node.cpus.some((cpu) => cpus.has(cpu)));
	return `experiment.hardware.numa_nodes=[${usable.map((node) => node.id).join(',')}]`;
}

const firstLine = (text: string): string => text.trim().split('\n')[0]?.replace(/\.$/, '') || 'it printed nothing';
