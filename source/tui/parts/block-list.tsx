import {Box} from 'ink';
import type {Theme} from '../theme.ts';
import type {VisibleBlock} from './blocks.ts';
import {Lines} from './lines.tsx';
import {fitColumns, Table} from './table.tsx';

type BlockListProps = {
	readonly blocks: readonly VisibleBlock[];
	readonly columns: number;
	readonly theme: Theme;
};

/** Blocks below one another, each with the rows of it that are on the screen. */
export const BlockList = ({blocks, columns, theme}: BlockListProps) =>
	blocks.map((visible, index) => (
		// biome-ignore lint/suspicious/noArrayIndexKey: a block has no other name, and its place is what it is
		<BlockView key={index} visible={visible} columns={columns} theme={theme} />
	));

type BlockViewProps = {readonly visible: VisibleBlock; readonly columns: number; readonly theme: Theme};

function BlockView({visible: {block, from, to}, columns, theme}: BlockViewProps) {
	if (block.kind === 'lines') return <Lines lines={block.lines.slice(from, to)} theme={theme} />;
	const fitted = fitColumns(block.columns, block.rows, columns);
	const selected = block.selected === undefined ? undefined : block.selected - from;
	return (
		<Box flexShrink={0} width="100%">
			<Table columns={fitted} rows={block.rows.slice(from, to)} selected={selected} theme={theme} />
		</Box>
	);
}
