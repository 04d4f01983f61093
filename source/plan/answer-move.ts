import type {Fact} from '../journal/event.ts';
import type {LaneState, RunState} from '../journal/state.ts';
import {getAt} from '../journal/vector.ts';
import {type Answer, accept, describeStanding, findExperiment, findLane, refuse} from './answer-words.ts';
import type {RequestOf} from './control-request.ts';
import {findTarget, readLaneKind} from './quarantine.ts';

type Place = NonNullable<RequestOf<'move'>['place']>;

export function answerMove(state: RunState, {id: name, lane, place}: RequestOf<'move'>, by: string): Answer {
	const found = findExperiment(state, name);
	if (found.kind === 'refused') return found;
	const {record} = found;
	const {id} = record.experiment;
	if (record.stage.kind !== 'waiting') {
		return refuse(`${describeStanding(record)}, and only what waits can be moved.`, `warpdeck skip ${id}`);
	}
	const from = findLane(state, record.experiment.lane);
	if (from.kind === 'refused') return from;
	if (lane === undefined && place === undefined) return moveAnywhere(state, id, from.lane, by);
	const to = lane === undefined ? from : findLane(state, lane);
	if (to.kind === 'refused') return to;
	if (from.lane !== to.lane) return moveAcross(state, {id, from: from.lane, to: to.lane, place: place ?? 'last', by});
	if (place === undefined)
		return refuse(`${id} is on lane ${to.lane.lane.id} already.`, 'say where: first, last, up or down');
	return moveWithin(state, to.lane, {id, place, by});
}

function moveAnywhere(state: RunState, id: string, from: LaneState, by: string): Answer {
	const target = findTarget(state, from, new Map());
	const to = target === undefined ? undefined : state.lanes.get(target);
	if (to) return moveAcross(state, {id, from, to, place: 'last', by});
	return refuse(
		`No other lane of this run is like ${from.lane.id}.`,
		'move it within its lane: first, last, up or down',
	);
}

type Across = {
	readonly id: string;
	readonly from: LaneState;
	readonly to: LaneState;
	readonly place: Place;
	readonly by: string;
};

/** On another kind of GPU it would measure something that nobody planned. */
function moveAcross(state: RunState, {id, from, to, place, by}: Across): Answer {
	const lane = to.lane.id;
	if (place === 'up' || place === 'down') {
		return refuse(`${place} is a place on its own lane, ${from.lane.id}.`, 'on another lane: first or last');
	}
	if (to.quarantined) return refuse(`Lane ${lane} is given up: ${to.quarantined.reason}`, 'choose another lane');
	const [here, there] = [readLaneKind(state, from), readLaneKind(state, to)];
	if (here !== there) {
		return refuse(
			`Lane ${lane} is ${there ?? 'without a GPU'}, and ${id} was planned for ${here ?? 'a lane without a GPU'}.`,
			'choose a lane with a GPU of the same kind',
		);
	}
	const before = place === 'first' ? listWaiting(state, to)[0] : undefined;
	const fact: Fact = {type: 'moved', id, lane, by, ...(before === undefined ? {} : {before})};
	return accept([fact], `${id} waits ${place} on lane ${lane}; its result will say that it was moved there.`);
}

type Within = Pick<Across, 'id' | 'place' | 'by'>;

function moveWithin(state: RunState, lane: LaneState, {id, place, by}: Within): Answer {
	const waiting = listWaiting(state, lane);
	const at = waiting.indexOf(id);
	const to = {first: 0, up: at - 1, down: at + 1, last: waiting.length - 1}[place];
	if (to < 0 || to >= waiting.length || to === at)
		return accept([], `${id} is the ${at === 0 ? 'first' : 'last'} already.`);
	const before = waiting.filter((other) => other !== id)[to] ?? null;
	const facts: readonly Fact[] = [{type: 'moved', id, lane: lane.lane.id, before, by}];
	return accept(facts, `${id} is number ${to + 1} of ${waiting.length} that wait on lane ${lane.lane.id}.`);
}

const listWaiting = ({experiments}: RunState, {queue, next}: LaneState): readonly string[] =>
	queue.slice(next).flatMap((position) => {
		const record = getAt(experiments, position);
		return record?.stage.kind === 'waiting' ? [record.experiment.id] : [];
	});
