import {findNearest} from '../domain/errors.ts';
import type {Fact} from '../journal/event.ts';
import {findPosition, listIds} from '../journal/positions.ts';
import type {ExperimentRecord, LaneState, RunState} from '../journal/state.ts';
import {getAt, iterate} from '../journal/vector.ts';

/** What comes of a request: facts with a sentence for who asked, or why nothing does and what to type instead. */
export type Answer = {readonly kind: 'facts'; readonly facts: readonly Fact[]; readonly said: string} | Refusal;

type Refusal = {readonly kind: 'refused'; readonly message: string; readonly tryThis: readonly string[]};

export const accept = (facts: readonly Fact[], said: string): Answer => ({kind: 'facts', facts, said});

export const refuse = (message: string, ...tryThis: readonly string[]): Refusal => ({
	kind: 'refused',
	message,
	tryThis,
});

/** `gpu0`, or its number alone. */
export function findLane(state: RunState, name: string): {readonly kind: 'lane'; readonly lane: LaneState} | Refusal {
	const lanes = [...state.lanes.keys()];
	const lane = state.lanes.get(name) ?? [...state.lanes.values()].find(({lane: {gpuId}}) => String(gpuId) === name);
	if (lane) return {kind: 'lane', lane};
	return refuse(`This run has no lane ${name}.`, `one of ${lanes.join(', ')}`);
}

type FoundExperiment =
	| {readonly kind: 'experiment'; readonly position: number; readonly record: ExperimentRecord}
	| Refusal;

/** By its id, or by a beginning that only one has. */
export function findExperiment({experiments, positions}: RunState, name: string): FoundExperiment {
	const exact = findPosition(positions, name);
	const ids = exact === undefined ? listIds(positions).filter((id) => id.startsWith(name)) : [name];
	const [id] = ids;
	if (ids.length > 1) {
		return refuse(`${name} is the beginning of ${ids.length} experiments.`, ...ids.slice(0, 3));
	}
	const position = id === undefined ? undefined : findPosition(positions, id);
	const record = position === undefined ? undefined : getAt(experiments, position);
	if (position === undefined || !record) {
		const nearest = findNearest(name, listIds(positions));
		return refuse(`This run has no experiment ${name}.`, nearest ?? 'warpdeck summary --csv   (lists them)');
	}
	return {kind: 'experiment', position, record};
}

export type FoundExperiments = {readonly kind: 'experiments'; readonly records: readonly ExperimentRecord[]} | Refusal;

/** Every one of them, or the first refusal. */
export function findAll(state: RunState, names: readonly string[]): FoundExperiments {
	const records: ExperimentRecord[] = [];
	for (const name of new Set(names)) {
		const found = findExperiment(state, name);
		if (found.kind === 'refused') return found;
		if (!records.includes(found.record)) records.push(found.record);
	}
	return {kind: 'experiments', records};
}

export const listRecords = ({experiments}: RunState): readonly ExperimentRecord[] => [...iterate(experiments)];

/** What stands in the way, in the words of the screen. */
export const describeStanding = ({experiment: {id}, stage}: ExperimentRecord): string =>
	stage.kind === 'committed'
		? `${id} has ${STATUS_WORDS[stage.result.status] ?? stage.result.status}`
		: `${id} is ${stage.kind}`;

const STATUS_WORDS: {readonly [status: string]: string} = {
	succeeded: 'succeeded',
	degraded: 'succeeded',
	failed: 'failed',
};

/** A name, or how many there are of them. */
export const nameAll = (records: readonly ExperimentRecord[]): string =>
	records.length === 1 ? (records[0]?.experiment.id ?? '') : `${records.length} experiments`;
