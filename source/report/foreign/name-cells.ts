import type {ForeignCell} from './foreign-run.ts';

/** A foreign cell with the names that it has here. */
export type NamedCell = {
	readonly foreign: ForeignCell;
	/** Of its cell; several repetitions have it. */
	readonly runId: string;
	/** Of the experiment; safe as a file name, and no other's. */
	readonly id: string;
	/** From 1. */
	readonly block: number;
	/** Whether it is the one that makes its cell known. */
	readonly isFirst: boolean;
};

const LONGEST = 120;

/** Repetitions share a cell; two that claim the same repetition are two cells, because nobody knows which is which. */
export function nameCells(cells: readonly ForeignCell[]): readonly NamedCell[] {
	const taken = new Set<string>();
	const variants = new Map<string, {readonly runId: string; readonly blocks: Set<number>}[]>();
	const fromZero = new Set(cells.filter(({block}) => block === 0).map(identify));
	return cells.map((foreign) => {
		const key = identify(foreign);
		const block = foreign.block + (fromZero.has(key) ? 1 : 0);
		const known = variants.get(key) ?? [];
		const free = known.find(({blocks}) => !blocks.has(block));
		const variant = free ?? {runId: makeUnique(reduce(foreign.name), taken), blocks: new Set<number>()};
		if (!free) variants.set(key, [...known, variant]);
		const isFirst = variant.blocks.size === 0;
		variant.blocks.add(block);
		const id = isFirst ? variant.runId : makeUnique(`${variant.runId}.b${block}`, taken);
		return {foreign, runId: variant.runId, id, block, isFirst};
	});
}

const identify = ({name, job = 0, axes, gpuId, numaNode}: ForeignCell): string =>
	JSON.stringify([name, job, axes, gpuId, numaNode]);

function reduce(name: string): string {
	const reduced = name.replaceAll(/[^A-Za-z0-9._-]+/g, '_').slice(0, LONGEST);
	return /[A-Za-z0-9]/.test(reduced) ? reduced : 'cell';
}

function makeUnique(wanted: string, taken: Set<string>): string {
	let name = wanted;
	for (let number = 2; taken.has(name); number++) name = `${wanted}_${number}`;
	taken.add(name);
	return name;
}
