import type {Machine} from '../domain/topology.ts';

/** Stands where nobody has been asked: counts of listed hardware do not depend on the machine. */
export const NO_MACHINE: Machine = {
	topology: {
		hostname: '',
		kernel: '',
		cpuModel: '',
		nodes: [],
		gpus: [],
		allowedCpus: [],
		allowedMemoryNodes: [],
		driverVersion: null,
		gpuProblem: null,
		origin: 'file',
	},
	bindings: {},
};
