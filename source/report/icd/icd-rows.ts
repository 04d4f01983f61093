import type {ExperimentResult} from '../../domain/experiment.ts';
import {type Json, readNumber} from '../../domain/json.ts';
import type {ExperimentRecord, RunState} from '../../journal/state.ts';
import {type CellRecord, getResult, selectCells} from '../cells.ts';

/** Where a cell stands in the A100 guide's tables. */
export type IcdPlace =
	| {readonly phase: 'table1'; readonly architecture: string; readonly baseline: string}
	| {readonly phase: 'quantization'; readonly strategy: string}
	| {readonly phase: 'mechanism'; readonly mode: string}
	| {readonly phase: 'synthetic'; readonly name: string}
	| {readonly phase: 'other'; readonly name: string};

/** One repetition of a cell; figures are null unless it succeeded as it was declared. */
export type IcdRow = {
	readonly place: IcdPlace;
	readonly cell: CellRecord;
	readonly record: ExperimentRecord;
	/** null while nothing came of it. */
	readonly result: ExperimentResult | null;
	/** Number of the repetition. */
	readonly run: number;
	/** Its folder in the guide's tree. */
	readonly folder: string;
	/** Mean of a batch, ms. */
	readonly latencyMs: number | null;
	readonly modularity: number | null;
	readonly l2HitPercent: number | null;
};

/** Every repetition in planned order, those without a result too, because they are part of what was planned. */
export function listIcdRows(state: RunState): readonly IcdRow[] {
	const taken = new Map<string, number>();
	return selectCells(state)
		.filter(({shared}) => !shared)
		.flatMap((cell) => {
			const place = findPlace(cell);
			const folder = nameFolder(place);
			// Cells of one place differ in what the guide counts as repetitions, such as a seed.
			const before = taken.get(folder) ?? 0;
			const blocks = cell.records.map(({experiment}) => experiment.block);
			taken.set(folder, before + Math.max(0, ...blocks));
			return cell.records.map((record) => describeRow(cell, record, place, before));
		});
}

function describeRow(cell: CellRecord, record: ExperimentRecord, place: IcdPlace, before: number): IcdRow {
	const result = getResult(record);
	const good = result?.status === 'succeeded' ? result : null;
	const run = before + record.experiment.block;
	return {
		...{place, cell, record, result, run},
		folder: `${nameFolder(place)}/run_${run}`,
		latencyMs: good?.latencyMs.mean ?? null,
		modularity: readModularity(good),
		l2HitPercent: readL2(good),
	};
}

export const readModularity = (result: ExperimentResult | null): number | null =>
	readFirst(result, ['Q', 'modularity']);

export const readL2 = (result: ExperimentResult | null): number | null => readFirst(result, ['l2_hit_pct', 'hit_rate']);

const readFirst = (result: ExperimentResult | null, keys: readonly string[]): number | null =>
	keys.map((key) => readNumber(result?.metrics[key])).find((value) => value !== null) ?? null;

/** By the axes that a suite declares: baseline, strategy, mode; by none of them it is in no table. */
function findPlace({cell}: CellRecord): IcdPlace {
	const {axes, model, runId} = cell;
	const baseline = readName(axes.baseline);
	const strategy = readName(axes.strategy);
	const mode = readName(axes.mode);
	if (axes.phase === 'synthetic') return {phase: 'synthetic', name: runId};
	if (baseline !== null) {
		const architecture = readName(axes.architecture) ?? readName(axes.arch) ?? model ?? 'model';
		return {phase: 'table1', architecture, baseline};
	}
	if (strategy !== null) return {phase: 'quantization', strategy};
	return mode === null ? {phase: 'other', name: runId} : {phase: 'mechanism', mode};
}

const readName = (value: Json | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null);

function nameFolder(place: IcdPlace): string {
	switch (place.phase) {
		case 'table1':
			return `experiments/table1/${reduce(place.architecture)}/${reduce(place.baseline)}`;
		case 'quantization':
			return `experiments/quantization/${reduce(place.strategy)}`;
		case 'mechanism':
			return `experiments/mechanism/mamba_deepdive/${reduce(place.mode)}`;
		case 'synthetic':
			return `experiments/mechanism/synthetic/${reduce(place.name)}`;
		case 'other':
			return `experiments/other/${reduce(place.name)}`;
		default:
			return place satisfies never;
	}
}

/** One name in a folder, never a path. */
function reduce(name: string): string {
	const reduced = name.replaceAll(/[^A-Za-z0-9._-]+/g, '_');
	return /[A-Za-z0-9]/.test(reduced) ? reduced : 'unnamed';
}

type Planned = {
	readonly n: number;
	readonly planned: number;
	readonly mean: number | null;
	readonly sd: number | null;
};

/** Of the values that are known, with n - 1; the number that was planned beside the number that there is. */
export function describeValues(values: readonly (number | null)[]): Planned {
	const known = values.filter((value) => value !== null);
	const mean = known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
	const squares = known.reduce((sum, value) => sum + (value - (mean ?? 0)) ** 2, 0);
	const sd = known.length < 2 ? null : Math.sqrt(squares / (known.length - 1));
	return {n: known.length, planned: values.length, mean, sd};
}
