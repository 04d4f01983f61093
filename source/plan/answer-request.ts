import type {Fact} from '../journal/event.ts';
import type {RunState} from '../journal/state.ts';
import {answerApprove, answerBudget} from './answer-campaign.ts';
import {answerMove} from './answer-move.ts';
import {answerPostpone, answerRetry, answerSkip} from './answer-queue.ts';
import {type Answer, accept, findLane, refuse} from './answer-words.ts';
import type {ControlRequest, RequestOf} from './control-request.ts';

/**
 * Pure, and the only way from a wish to facts: keys, commands and request files all come through here. What `add` expands
 * to must be known before, see `answerAddition`; `kill` leaves no fact of its own but the stop.
 */
export function answerRequest(state: RunState, request: Exclude<ControlRequest, {kind: 'add'}>, by: string): Answer {
	if (!state.opened) return refuse('The run is not open yet.', 'try again in a moment');
	if (state.closed) return refuse(`The run is over (${state.closed.reason}).`, 'warpdeck resume');
	switch (request.kind) {
		case 'pause':
			return answerPause(state, request, by);
		case 'continue':
			return answerContinue(state, request, by);
		case 'skip':
			return answerSkip(state, request, by);
		case 'retry':
			return answerRetry(state, request, by);
		case 'move':
			return answerMove(state, request, by);
		case 'postpone':
			return answerPostpone(state, request, by);
		case 'set': {
			const {maxWorkers} = request;
			if (state.opened.maxWorkers === maxWorkers) return accept([], `At most ${maxWorkers} run at once already.`);
			return accept([{type: 'workers-set', maxWorkers, by}], `At most ${maxWorkers} run at once from now on.`);
		}
		case 'set-deadline': {
			const {deadline, said} = request;
			const words = deadline === null ? 'There is no deadline any more.' : `Nothing more starts after ${said}.`;
			return accept([{type: 'deadline-set', deadline, said, by}], words);
		}
		case 'approve':
			return answerApprove(state, request, by);
		case 'set-budget':
			return answerBudget(state, request, by);
		case 'drain':
			if (state.draining !== null) return accept([], `The run drains already, asked by ${state.draining}.`);
			return accept([{type: 'draining', by}], 'Nothing more starts; what runs may end.');
		case 'stop':
		case 'kill':
			if (state.stopping !== null) return accept([], `The run is being stopped already, asked by ${state.stopping}.`);
			return accept([{type: 'stopping', by}], 'What runs is being ended.');
		default:
			return request satisfies never;
	}
}

function answerPause(state: RunState, {lane, now, reason = ''}: RequestOf<'pause'>, by: string): Answer {
	const words = now ? 'what runs is suspended where that is safe' : 'what runs may end';
	const more = {reason, by, ...(now ? {now} : {})};
	if (lane === undefined) {
		if (state.paused && state.paused.now === (now ?? false))
			return accept([], `The run is paused already, by ${state.paused.by}.`);
		return accept([{type: 'run-paused', ...more}], `Nothing more starts, ${words}.`);
	}
	const found = findLane(state, lane);
	if (found.kind === 'refused') return found;
	const {id} = found.lane.lane;
	const {paused, quarantined} = found.lane;
	if (quarantined) return refuse(`Lane ${id} is given up: ${quarantined.reason}`, 'nothing starts there anyway');
	if (paused && paused.now === (now ?? false)) return accept([], `Lane ${id} is paused already, by ${paused.by}.`);
	return accept(
		[{type: 'lane-paused', lane: id, cause: 'user', ...more}],
		`Nothing more starts on lane ${id}, ${words}.`,
	);
}

function answerContinue(state: RunState, {lane}: RequestOf<'continue'>, by: string): Answer {
	if (lane !== undefined) return continueLane(state, lane, by);
	const lanes = [...state.lanes.values()].filter(({paused}) => paused !== null);
	const facts: readonly Fact[] = [
		...(state.paused ? [{type: 'run-continued', by} as const] : []),
		...lanes.map(({lane: {id}}) => ({type: 'lane-continued', lane: id, by}) as const),
	];
	return facts.length === 0
		? accept([], 'Nothing is paused by anybody; what the lanes wait for stands in warpdeck status.')
		: accept(facts, 'Every lane goes on.');
}

function continueLane(state: RunState, name: string, by: string): Answer {
	const found = findLane(state, name);
	if (found.kind === 'refused') return found;
	const {lane, paused, held, quarantined} = found.lane;
	const {id} = lane;
	if (quarantined) return refuse(`Lane ${id} is given up: ${quarantined.reason}`, 'warpdeck resume tries it again');
	if (paused) {
		const rest = state.paused ? '; the whole run is still paused: warpdeck continue' : '';
		return accept([{type: 'lane-continued', lane: id, by}], `Lane ${id} goes on${rest}.`);
	}
	if (state.paused) return refuse(`The whole run is paused by ${state.paused.by}.`, 'warpdeck continue');
	if (held) return refuse(`Nobody paused lane ${id}; it waits by itself: ${held.reason}`, 'it goes on by itself');
	return accept([], `Lane ${id} is not paused.`);
}
