import type {Fact} from './event.ts';
import {findPosition} from './positions.ts';
import {describeStage} from './reduce-experiment.ts';
import {noteAnomaly, type Running, type RunState} from './state.ts';
import {getAt, setAt} from './vector.ts';

type Suspension = Extract<Fact, {type: 'suspended' | 'woken'}> & {readonly at: number};

/** A running experiment whose processes are stopped for a while; its time limit does not run meanwhile. */
export function reduceSuspension(state: RunState, event: Suspension): RunState {
	const position = findPosition(state.positions, event.id);
	const record = position === undefined ? undefined : getAt(state.experiments, position);
	if (position === undefined || !record) return noteAnomaly(state, `${event.type}: no experiment ${event.id}`);
	const {stage} = record;
	const next = stage.kind === 'running' && stage.attempt === event.attempt ? turn(stage, event) : undefined;
	if (!next) return noteAnomaly(state, `${event.id} ${event.type}: cannot follow ${describeStage(stage)}`);
	return {...state, experiments: setAt(state.experiments, position, {...record, stage: next})};
}

function turn(stage: Running, {type, at, by}: Suspension): Running | undefined {
	const {suspended, ...awake} = stage;
	if (type === 'suspended') return suspended ? undefined : {...stage, suspended: {since: at, by}};
	return suspended && {...awake, suspendedMs: measureSuspension(stage, at)};
}

/** How long a running experiment has been suspended so far, ms. */
export const measureSuspension = ({suspended, suspendedMs = 0}: Running, now: number): number =>
	suspendedMs + (suspended ? Math.max(0, now - suspended.since) : 0);
