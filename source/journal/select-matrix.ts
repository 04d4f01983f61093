import {selectPlacement} from './select-placement.ts';
import type {ExperimentRecord, RunState, Stage} from './state.ts';
import {iterate} from './vector.ts';

/** What stands in a cell of the matrix: the state that one would ask about first, of how many experiments. */
export type MatrixCell = {
	readonly state: MatrixState;
	readonly done: number;
	readonly total: number;
};

/** set aside: postponed or skipped. */
export type MatrixState = 'running' | 'failed' | 'waiting' | 'set aside' | 'degraded' | 'ok';

export type MatrixRow = {
	readonly gpuId: number | null;
	readonly numaNode: number | null;
	readonly placement: 'local' | 'remote' | null;
	/** In the order of the models; null where nothing is planned. */
	readonly cells: readonly (MatrixCell | null)[];
};

export type Matrix = {readonly models: readonly string[]; readonly rows: readonly MatrixRow[]};

/** The whole run as GPU and node by model. It walks all experiments: ask when a fact came, not with every frame. */
export function selectMatrix(state: RunState): Matrix {
	const models = new Set<string>();
	const rows = new Map<string, {readonly first: ExperimentRecord; readonly cells: Map<string, MatrixCell>}>();
	for (const record of iterate(state.experiments)) {
		const {gpuId, numaNode, model} = record.experiment;
		const name = model ?? 'run';
		models.add(name);
		const key = `${gpuId} ${numaNode}`;
		const row = rows.get(key) ?? {first: record, cells: new Map<string, MatrixCell>()};
		rows.set(key, row);
		row.cells.set(name, addTo(row.cells.get(name), record.stage));
	}
	return {
		models: [...models],
		rows: [...rows.values()].map(({first, cells}) => ({
			gpuId: first.experiment.gpuId,
			numaNode: first.experiment.numaNode,
			placement: selectPlacement(state, first.experiment),
			cells: [...models].map((model) => cells.get(model) ?? null),
		})),
	};
}

/** The first of these that any of a cell's experiments is in. */
const ORDER: readonly MatrixState[] = ['running', 'failed', 'waiting', 'set aside', 'degraded', 'ok'];

function addTo(cell: MatrixCell | undefined, stage: Stage): MatrixCell {
	const own = stateOf(stage);
	const isDone = stage.kind === 'committed' ? 1 : 0;
	if (!cell) return {state: own, done: isDone, total: 1};
	const state = ORDER.indexOf(own) < ORDER.indexOf(cell.state) ? own : cell.state;
	return {state, done: cell.done + isDone, total: cell.total + 1};
}

function stateOf(stage: Stage): MatrixState {
	if (stage.kind === 'waiting') return 'waiting';
	if (stage.kind === 'postponed' || stage.kind === 'skipped') return 'set aside';
	if (stage.kind !== 'committed') return 'running';
	return stage.result.status === 'succeeded' ? 'ok' : stage.result.status;
}
