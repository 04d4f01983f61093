import type {Experiment} from '../domain/experiment.ts';
import {findLocalNode} from '../domain/topology.ts';
import type {RunState} from './state.ts';

/** Whether the memory of an experiment is on its GPU's own node, by the topology and not by name; null where unknown. */
export function selectPlacement({opened}: RunState, experiment: Experiment): 'local' | 'remote' | null {
	const own = opened ? findLocalNode(opened.topology, experiment) : null;
	if (own === null || experiment.numaNode === null) return null;
	return own === experiment.numaNode ? 'local' : 'remote';
}
