import type {RunState, Stage} from './state.ts';
import {getAt} from './vector.ts';

/** Whether anything may be in its timed window: a program that says nothing about its phases always may. */
export const isMeasuring = ({lanes, experiments}: RunState): boolean =>
	[...lanes.values()].some(({running}) => running !== null && mayBeTimed(getAt(experiments, running)?.stage ?? null));

function mayBeTimed(stage: Stage | null): boolean {
	if (stage?.kind !== 'running') return stage?.kind === 'launching';
	const name = stage.phase?.name;
	return name !== 'load' && name !== 'compile' && name !== 'report';
}
