import type {Opened} from '../journal/state.ts';
import {type CellRecord, groupBy, ranOnGpu} from './cells.ts';
import {countCells} from './counts.ts';
import type {Group, Summary} from './summary.ts';

/** Cells counted by GPU and by node in the order of their numbers, by suite and by model in planned order. */
export function groupCells(cells: readonly CellRecord[], opened: Opened | null): Summary['groups'] {
	const laneGpus = new Set(opened?.lanes.map(({gpuId}) => gpuId));
	const findGpu = (cell: CellRecord) => (laneGpus.has(cell.cell.gpuId) || ranOnGpu(cell) ? cell.cell.gpuId : null);
	return {
		bySuite: countGroups(cells, ({cell}) => opened?.jobs[cell.job]?.suite ?? opened?.suite ?? 'unknown suite'),
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
	[...groupBy(cells, getLabel)].map(([label, members]) => {
		const counts = countCells(members);
		return {...counts, label, total: members.length, succeeded: counts.succeeded + counts.degraded};
	});
