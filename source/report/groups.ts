import type {Lane} from '../journal/event.ts';
import {type CellRecord, groupBy, ranOnGpu} from './cells.ts';
import type {Group, Summary} from './summary.ts';

/** Cells counted by GPU and by node in the order of their numbers, and by model in planned order. */
export function groupCells(cells: readonly CellRecord[], lanes: readonly Lane[]): Summary['groups'] {
	const laneGpus = new Set(lanes.map(({gpuId}) => gpuId));
	const findGpu = (cell: CellRecord) => (laneGpus.has(cell.cell.gpuId) || ranOnGpu(cell) ? cell.cell.gpuId : null);
	return {
		byGpu: countGroups(sortBy(cells, findGpu), (cell) => labelNumber('GPU', findGpu(cell))),
		byNode: countGroups(
			sortBy(cells, ({cell}) => cell.numaNode),
			({cell}) => labelNumber('node', cell.numaNode),
		),
		byModel: countGroups(cells, ({cell}) => labelModel(cell.model)),
	};
}

export const labelModel = (model: string | null): string => model ?? 'no model';

const labelNumber = (what: string, id: number | null): string => (id === null ? `no ${what}` : `${what} ${id}`);

const sortBy = <T>(items: readonly T[], getNumber: (item: T) => number | null): readonly T[] =>
	items.toSorted((a, b) => (getNumber(a) ?? Infinity) - (getNumber(b) ?? Infinity) || 0);

const countGroups = (cells: readonly CellRecord[], getLabel: (cell: CellRecord) => string): readonly Group[] =>
	[...groupBy(cells, getLabel)].map(([label, members]) => ({
		label,
		total: members.length,
		succeeded: members.filter(({status}) => status === 'succeeded' || status === 'degraded').length,
		failed: members.filter(({status}) => status === 'failed').length,
	}));
