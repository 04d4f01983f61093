import type {Fact} from './event.ts';
import {findPosition} from './positions.ts';
import {describeStage, reduceExperiment} from './reduce-experiment.ts';
import {noteAnomaly, type RunState} from './state.ts';
import {getAt, setAt} from './vector.ts';

type Adopted = Extract<Fact, {type: 'adopted'}> & {readonly at: number};

/** What an earlier runner started runs on: it stands where its own launch and start would have put it. */
export function reduceAdopted(state: RunState, event: Adopted): RunState {
	const {id, attempt, startedAt: at, argv, pid, startTicks, bootId, pidNamespace} = event;
	const position = findPosition(state.positions, id);
	const record = position === undefined ? undefined : getAt(state.experiments, position);
	if (position === undefined || !record) return noteAnomaly(state, `adopted: no experiment ${id}`);
	const {stage} = record;
	if (stage.kind !== 'waiting' || stage.attempts !== attempt)
		return noteAnomaly(state, `${id} adopted: cannot follow ${describeStage(stage)}`);
	const before = {...record, stage: {kind: 'waiting', attempts: attempt - 1}} as const;
	const waiting = {...state, experiments: setAt(state.experiments, position, before)};
	const launched = reduceExperiment(waiting, {type: 'launching', id, attempt, argv, env: {}, at});
	return reduceExperiment(launched, {type: 'started', id, attempt, pid, startTicks, bootId, pidNamespace, at});
}
