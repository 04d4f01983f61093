import {NOT_PLAYED} from '../domain/profiler.ts';
import {readSimulatedHost, type SimulatedHost} from '../effects/host-file.ts';
import type {Host} from './prepare.ts';

/** A host that a file describes, as runs and their plans see it: nothing of this machine is asked. */
export async function readSimulation(path: string): Promise<{readonly simulated: SimulatedHost; readonly host: Host}> {
	const simulated = await readSimulatedHost(path);
	const machine = {...simulated.machine, topology: {...simulated.machine.topology, origin: 'simulated' as const}};
	const python = {kind: 'found', path: 'python3', how: 'simulated', version: '', torch: null, cuda: null} as const;
	return {simulated, host: {machine, python, profilers: NOT_PLAYED}};
}
