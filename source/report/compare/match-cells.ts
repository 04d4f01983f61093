import type {Json, JsonObject} from '../../domain/json.ts';
import {type CellRecord, groupBy} from '../cells.ts';
import type {CellPair} from './comparison.ts';

/** How long a cell may take and what it is called change nothing of what it does. */
const IDLE: ReadonlySet<string> = new Set(['timeout_s', 'name']);

type Matched = {
	readonly pairs: readonly CellPair[];
	readonly onlyA: readonly string[];
	readonly onlyB: readonly string[];
};

/**
 * Cells of two runs that are the same work in the same place, in A's order. What is left is matched by place and model
 * where both runs have as many of a kind, and says in which settings they differ.
 */
export function matchCells(allA: readonly CellRecord[], allB: readonly CellRecord[]): Matched {
	const [cellsA, cellsB] = [allA, allB].map((cells) => cells.filter(({shared}) => !shared));
	const alike = zipBy(cellsA ?? [], cellsB ?? [], identifyWork, () => true);
	const left = (cells: readonly CellRecord[] = [], side: 'a' | 'b') => {
		const taken = new Set(alike.map((pair) => pair[side]));
		return cells.filter((cell) => !taken.has(cell));
	};
	const [leftA, leftB] = [left(cellsA, 'a'), left(cellsB, 'b')];
	const unlike = zipBy(leftA, leftB, identifyPlace, (a, b) => a.length === b.length);
	const byA = new Map([...alike, ...unlike].map((pair) => [pair.a, pair]));
	const pairs = (cellsA ?? []).flatMap((cell) => byA.get(cell) ?? []);
	const paired = new Set(pairs.flatMap(({a, b}) => [a, b]));
	const list = (cells: readonly CellRecord[]) => cells.filter((cell) => !paired.has(cell)).map(({cell}) => cell.runId);
	return {pairs, onlyA: list(leftA), onlyB: list(leftB)};
}

function zipBy(
	cellsA: readonly CellRecord[],
	cellsB: readonly CellRecord[],
	identify: (cell: CellRecord) => string,
	accept: (a: readonly CellRecord[], b: readonly CellRecord[]) => boolean,
): readonly CellPair[] {
	const others = groupBy(cellsB, identify);
	return [...groupBy(cellsA, identify)].flatMap(([key, members]) => {
		const partners = others.get(key) ?? [];
		return accept(members, partners) ? members.flatMap((a, index) => pair(a, partners[index])) : [];
	});
}

const pair = (a: CellRecord, b: CellRecord | undefined): readonly CellPair[] =>
	b ? [{a, b, settings: listSettings(a.cell.params, b.cell.params)}] : [];

const listSettings = (a: JsonObject, b: JsonObject): readonly string[] =>
	[...new Set([...Object.keys(a), ...Object.keys(b)])]
		.filter((key) => !IDLE.has(key) && JSON.stringify(a[key]) !== JSON.stringify(b[key]))
		.map((key) => `${key} ${formatSetting(a[key])} against ${formatSetting(b[key])}`);

const formatSetting = (value: Json | undefined): string => (value === undefined ? 'not set' : JSON.stringify(value));

const identifyPlace = ({cell}: CellRecord): string =>
	JSON.stringify([cell.gpuId, cell.numaNode, cell.memoryNode ?? cell.numaNode, cell.model, ...sort(cell.axes)]);

const identifyWork = (record: CellRecord): string =>
	JSON.stringify([identifyPlace(record), ...sort(record.cell.params).filter(([key]) => !IDLE.has(key))]);

const sort = (values: JsonObject): readonly (readonly [string, Json])[] =>
	Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));
