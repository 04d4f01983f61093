import {findNextStep, type SearchMark} from '../domain/batch-search.ts';
import type {Cell, Experiment} from '../domain/experiment.ts';
import {findPosition} from '../journal/positions.ts';
import {identifySearch, listProbes} from '../journal/probes.ts';
import type {RunState} from '../journal/state.ts';
import {getAt, iterate} from '../journal/vector.ts';
import {nameValue, tryValue} from './search-values.ts';

/** What a search adds to its run, because of what it has found so far. */
export type Extension = {
	readonly kind: 'extend';
	readonly cells: readonly Cell[];
	readonly experiments: readonly Experiment[];
};

/** Of what ended last: whatever ended before has been decided about. */
export function findExtensions(state: RunState): readonly Extension[] {
	const ended = listEnded(state);
	if (ended.size === 0) return [];
	const searching = [...iterate(state.experiments)].flatMap((record) => {
		const {job, search} = record.experiment;
		const key = search && identifySearch(job, search);
		return key !== undefined && ended.has(key) ? [{key, record}] : [];
	});
	return [...Map.groupBy(searching, ({key}) => key).values()].flatMap((members) => {
		const records = members.map(({record}) => record);
		const last = records.at(-1)?.experiment;
		if (!last?.search) return [];
		const step = findNextStep(last.search, listProbes(records));
		return step.kind === 'try' ? [extend(state, last, last.search, step)] : [];
	});
}

function listEnded({ends, experiments}: RunState): ReadonlySet<string> {
	const found = new Set<string>();
	for (const position of ends) {
		const experiment = getAt(experiments, position)?.experiment;
		if (experiment?.search) found.add(identifySearch(experiment.job, experiment.search));
	}
	return found;
}

type Wanted = {readonly value: number; readonly block: number};

function extend(state: RunState, last: Experiment, mark: SearchMark, {value, block}: Wanted): Extension {
	const named = nameRun(state, {job: last.job, series: mark.series, value}, nameValue(mark, value), block);
	const experiment = tryValue(last, mark, {runId: named, value, block});
	const {runId, job, gpuId, numaNode, memoryNode, model, params, axes} = experiment;
	const place = {gpuId, numaNode, ...(memoryNode === undefined ? {} : {memoryNode})};
	const cell: Cell = {runId, job, ...place, model, params, axes, duplicateOf: null};
	return {kind: 'extend', cells: block === 1 ? [cell] : [], experiments: [experiment]};
}

type Sought = Pick<SearchMark, 'series' | 'value'> & Pick<Experiment, 'job'>;

/** Another cell of the run may have the name already; a further execution has that of the first. */
function nameRun(state: RunState, {job, series, value}: Sought, wanted: string, block: number): string {
	const isOwn = (runId: string): boolean => {
		const own = getAt(state.experiments, findPosition(state.positions, runId) ?? -1)?.experiment;
		return own?.job === job && own.search?.series === series && own.search.value === value;
	};
	let name = wanted;
	for (let count = 2; findPosition(state.positions, name) !== undefined; count++) {
		if (block > 1 && isOwn(name)) return name;
		name = `${wanted}_${count}`;
	}
	return name;
}
