import type {GpuSample, Measurement} from './event.ts';
import {type LaneState, MAX_LATENCIES, type Running, type RunState} from './state.ts';
import {getAt, setAt} from './vector.ts';

/** Measurements colour what facts drew: one for an experiment that does not run is late, and changes nothing. */
export function reduceMeasurement(state: RunState, event: Measurement & {readonly at: number}): RunState {
	switch (event.type) {
		case 'phase':
			return updateRunning(state, event.id, (running) => ({
				...running,
				phase: {name: event.name, since: event.at},
				progress: null,
			}));
		case 'progress': {
			const {done, total} = event;
			return updateRunning(state, event.id, (running) => ({...running, progress: {done, total}}));
		}
		case 'samples':
			return keepLatencies(state, event.id, event.latencyMs);
		case 'gpus':
			return keepGpus(state, event.samples, event.at);
		case 'host':
			return {...state, host: {sample: event.sample, at: event.at}};
		case 'telemetry-lost':
			return {...state, telemetryLost: event.reason};
		case 'storage':
			return {...state, storageProblem: event.problem};
		default:
			return event satisfies never;
	}
}

function updateRunning(state: RunState, id: string, update: (running: Running) => Running): RunState {
	const position = state.positions.get(id);
	const record = position === undefined ? undefined : getAt(state.experiments, position);
	if (position === undefined || record?.stage.kind !== 'running') return state;
	const {experiment, stage} = record;
	return {...state, experiments: setAt(state.experiments, position, {experiment, stage: update(stage)})};
}

function keepLatencies(state: RunState, id: string, added: readonly number[]): RunState {
	const position = state.positions.get(id);
	const record = position === undefined ? undefined : getAt(state.experiments, position);
	const lane = record && state.lanes.get(record.experiment.lane);
	if (!lane) return state;
	const known = lane.latest?.id === id ? lane.latest.latencyMs : [];
	const latest: LaneState['latest'] = {id, latencyMs: keepLatest(known, added)};
	return {...state, lanes: new Map(state.lanes).set(lane.lane.id, {...lane, latest})};
}

/** Not spread: `concat` copies numbers as one block, which makes the fold of a night's journal a third faster. */
function keepLatest(known: readonly number[], added: readonly number[]): readonly number[] {
	const all = known.concat(added);
	return all.length > MAX_LATENCIES ? all.slice(-MAX_LATENCIES) : all;
}

function keepGpus(state: RunState, samples: readonly GpuSample[], at: number): RunState {
	const gpus = new Map(state.gpus);
	for (const sample of samples) gpus.set(sample.gpuIndex, {sample, at});
	return {...state, gpus, telemetryLost: null};
}
