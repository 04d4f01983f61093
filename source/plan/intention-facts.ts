import {type Fact, POLICY, SEARCH, VALIDITY} from '../journal/event.ts';
import type {Intention} from './decide.ts';

/** The facts that an intention is, where it is nothing else; what has to be done for the others makes theirs. */
export function listFacts(intention: Intention): readonly Fact[] {
	switch (intention.kind) {
		case 'move':
			return [{type: 'moved', id: intention.id, lane: intention.lane}];
		case 'postpone': {
			const {id, reason, by} = intention;
			return [{type: 'postponed', id, reason, ...(by === undefined ? {} : {by})}];
		}
		case 'repeat':
			return [{type: 'requeued', id: intention.id, reason: intention.reason, by: VALIDITY}];
		case 'requeue': {
			const {kind: _kind, ...retry} = intention;
			return [{type: 'requeued', by: POLICY, ...retry}];
		}
		case 'drain':
			return [{type: 'draining', by: intention.by}];
		case 'stop-spending':
			return [{type: 'budget-reached', reason: intention.reason}];
		case 'hold': {
			const {lane, reason} = intention;
			const by = 'experiment.breaker';
			return [
				lane === null ? {type: 'run-paused', reason, by} : {type: 'lane-paused', lane, cause: 'failures', reason, by},
			];
		}
		case 'extend':
			return [{type: 'planned', by: SEARCH, cells: intention.cells, experiments: intention.experiments}];
		case 'launch':
		case 'time-out':
		case 'stop':
		case 'suspend':
		case 'judge':
		case 'keep':
		case 'close':
			return [];
		default:
			return intention satisfies never;
	}
}
