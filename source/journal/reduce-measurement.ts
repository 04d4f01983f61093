import type {GpuSample, Measurement} from './event.ts';
import {findPosition} from './positions.ts';
import {type LaneState, type LatestLatencies, MAX_LATENCIES, type Running, type RunState} from './state.ts';
import {getAt, setAt} from './vector.ts';

/** Measurements colour what facts drew: one for an experiment that does not run is late, and changes nothing. */
export const reduceMeasurement = (state: RunState, event: Measurement & {readonly at: number}): RunState => {
	const at = Math.max(state.at, event.at);
	// One copy of the state for each event, because a night has millions of them.
	return {...state, ...change(state, event), at};
};

type Change = Partial<RunState> | null;

function change(state: RunState, event: Measurement & {readonly at: number}): Change {
	switch (event.type) {
		case 'phase':
			return updateRunning(state, event.id, (running) => ({
				...running,
				phase: {name: event.name, ...(event.title === undefined ? {} : {title: event.title}), since: event.at},
				progress: null,
				lastSaidAt: event.at,
			}));
		case 'progress': {
			const {done, total} = event;
			return updateRunning(state, event.id, (running) => ({
				...running,
				progress: {done, total},
				lastSaidAt: event.at,
			}));
		}
		case 'samples':
			return {
				...updateRunning(state, event.id, (running) => ({...running, lastSaidAt: event.at})),
				...keepLatencies(state, event.id, event.latencyMs),
			};
		case 'gpus':
			return keepGpus(state, event.samples, event.at);
		case 'host':
			return {host: {sample: event.sample, at: event.at}};
		case 'telemetry-lost':
			return {telemetryLost: event.reason};
		case 'telemetry-source': {
			const {source, everyMs, reason} = event;
			return {telemetrySource: {source, everyMs, reason}};
		}
		case 'storage':
			return {storageProblem: event.problem};
		default:
			return event satisfies never;
	}
}

function updateRunning(state: RunState, id: string, update: (running: Running) => Running): Change {
	const position = findPosition(state.positions, id);
	const record = position === undefined ? undefined : getAt(state.experiments, position);
	if (position === undefined || record?.stage.kind !== 'running') return null;
	const {experiment, stage} = record;
	return {experiments: setAt(state.experiments, position, {experiment, stage: update(stage)})};
}

function keepLatencies(state: RunState, id: string, added: readonly number[]): Change {
	const position = findPosition(state.positions, id);
	const record = position === undefined ? undefined : getAt(state.experiments, position);
	const lane = record && state.lanes.get(record.experiment.lane);
	if (!lane) return null;
	const known = lane.latest?.id === id ? lane.latest.parts : [];
	const latest: LaneState['latest'] = {id, parts: extendParts(known, added.slice(-MAX_LATENCIES))};
	return {lanes: new Map(state.lanes).set(lane.lane.id, {...lane, latest})};
}

const FULL_PART = 64;

/** `concat`, not a spread: it copies numbers as one block. */
function extendParts(parts: readonly (readonly number[])[], added: readonly number[]): LatestLatencies['parts'] {
	const last = parts.at(-1);
	if (last && last.length < FULL_PART) return parts.with(-1, last.concat(added));
	const extended = parts.concat([added]);
	// The first part goes when the others hold enough without it.
	return extended.length > MAX_LATENCIES / FULL_PART + 1 ? extended.slice(1) : extended;
}

function keepGpus(state: RunState, samples: readonly GpuSample[], at: number): Change {
	const gpus = new Map(state.gpus);
	for (const sample of samples) gpus.set(sample.gpuIndex, {sample, at});
	return {gpus, telemetryLost: null};
}
