import type {Fact} from './event.ts';
import {reduceExperiment} from './reduce-experiment.ts';
import type {RunState} from './state.ts';

type Committed = Extract<Fact, {type: 'committed'}> & {readonly at: number};

/** Nobody here launched what another program ran, so its result alone is a fact, and takes it through all its life. */
export function reduceForeign(state: RunState, event: Committed): RunState {
	const {id, attempt, at} = event;
	const launched = reduceExperiment(state, {type: 'launching', id, attempt, argv: [], env: {}, at});
	if (launched.anomalyCount > state.anomalyCount) return launched;
	const ended = reduceExperiment(launched, {type: 'ended', id, attempt, outcome: {kind: 'imported'}, at});
	return reduceExperiment(ended, event);
}
