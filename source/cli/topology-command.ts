import {formatCpuList, type Machine} from '../domain/topology.ts';
import {readBindings} from '../effects/numactl.ts';
import {readTopology} from '../effects/topology.ts';
import {formatTopology} from '../report/topology-text.ts';
import {checkFlags} from './arguments.ts';
import type {Invocation} from './dispatch.ts';
import {describeTerminal} from './terminal.ts';

const USUAL_COLUMNS = 80;

/** `warpdeck topology`: what this machine is and allows; its JSON is a file for `plan --topology`. */
export async function run({flags}: Invocation): Promise<number> {
	checkFlags('topology', flags, ['json', 'ascii']);
	const topology = await readTopology();
	const machine: Machine = {topology, bindings: await readBindings(topology)};
	if (flags.json) process.stdout.write(`${formatMachine(machine)}\n`);
	else {
		const {ascii} = describeTerminal(flags);
		process.stdout.write(formatTopology(machine, {columns: process.stdout.columns ?? USUAL_COLUMNS, ascii}));
	}
	return 0;
}

/** Lists of CPUs as sysfs writes them, because 256 lines a node are no list for people. */
function formatMachine({topology, bindings}: Machine): string {
	const {nodes, gpus, gpuLinks, allowedCpus, ...host} = topology;
	const readable = {
		...host,
		allowedCpus: formatCpuList(allowedCpus),
		nodes: nodes.map((node) => ({...node, cpus: formatCpuList(node.cpus)})),
		gpus,
		gpuLinks,
	};
	return JSON.stringify({topology: readable, bindings}, null, '\t');
}
