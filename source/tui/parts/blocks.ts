import type {Line} from './line.ts';
import type {Column, Row} from './table.tsx';

/** A long screen is a list of blocks; a table takes a row for its titles and one for each row. */
export type Block =
	| {readonly kind: 'lines'; readonly lines: readonly Line[]}
	| {
			readonly kind: 'table';
			readonly columns: readonly Column[];
			readonly rows: readonly Row[];
			/** Position of the row that a cursor is on. */
			readonly selected?: number;
	  };

/** A block of which only some rows are on the screen; columns are chosen by all of its rows, so that nothing jumps. */
export type VisibleBlock = {readonly block: Block; readonly from: number; readonly to: number};

/** Lines that fit already. */
export const showLines = (lines: readonly Line[]): readonly VisibleBlock[] => [
	{block: {kind: 'lines', lines}, from: 0, to: lines.length},
];

const heightOf = (block: Block): number => (block.kind === 'lines' ? block.lines.length : block.rows.length + 1);

export const countRows = (blocks: readonly Block[]): number => blocks.reduce((sum, block) => sum + heightOf(block), 0);

/**
 * What of the blocks is in a window of `rows` from `offset`: lines, or rows of a table without its titles. A table
 * whose titles are scrolled away shows them in the place of its first visible row.
 */
export function cutBlocks(blocks: readonly Block[], offset: number, rows: number): readonly VisibleBlock[] {
	const visible: VisibleBlock[] = [];
	let top = 0;
	for (const block of blocks) {
		const first = Math.max(0, offset - top);
		const end = Math.min(heightOf(block), offset + rows - top);
		if (first < end) visible.push({block, ...cut(block, first, end)});
		top += heightOf(block);
	}
	return visible;
}

const cut = ({kind}: Block, first: number, end: number): {readonly from: number; readonly to: number} =>
	kind === 'lines' ? {from: first, to: end} : {from: first, to: end - 1};
