import {Box} from 'ink';
import type {Summary} from '../../report/summary.ts';
import {WATERMARK} from '../panels/header.ts';
import {laySummary} from '../panels/summary-blocks.ts';
import {type Block, countRows, cutBlocks, type VisibleBlock} from '../parts/blocks.ts';
import {formatClock, formatDuration, formatZone} from '../parts/duration.ts';
import {type Line, Lines, pack, part, spread} from '../parts/line.ts';
import {fitColumns, Table} from '../parts/table.tsx';
import type {Theme} from '../theme.ts';

type SummaryProps = {
	readonly summary: Summary;
	readonly blocks: readonly Block[];
	readonly offset: number;
	readonly columns: number;
	/** Without the key line. */
	readonly rows: number;
	readonly theme: Theme;
	readonly utcOffsetMinutes: number;
};

type SummaryPages = {
	readonly blocks: readonly Block[];
	readonly maxOffset: number;
	/** Lines of a page. */
	readonly page: number;
};

/** How far one can scroll on a screen of `rows` rows. */
export function pageSummary(
	summary: Summary,
	{columns, rows, theme, files}: Pick<SummaryProps, 'columns' | 'rows' | 'theme'> & {readonly files: readonly string[]},
): SummaryPages {
	const blocks = laySummary(summary, {width: columns, glyphs: theme.glyphs, files});
	const page = rows - topRows(summary);
	return {blocks, page, maxOffset: Math.max(0, countRows(blocks) - page)};
}

export function SummaryScreen(props: SummaryProps) {
	const {summary, blocks, columns, rows, theme} = props;
	const page = rows - topRows(summary);
	const offset = Math.max(0, Math.min(props.offset, countRows(blocks) - page));
	const visible = cutBlocks(blocks, offset, page);
	return (
		<Box flexDirection="column" width="100%" height={rows} flexShrink={0}>
			<Lines lines={layTop({...props, offset}, page)} theme={theme} />
			{visible.map((one) => (
				<BlockView key={blocks.indexOf(one.block)} visible={one} columns={columns} theme={theme} />
			))}
		</Box>
	);
}

const topRows = ({simulated}: Summary): number => (simulated ? 2 : 1);

function layTop(props: SummaryProps, page: number): readonly Line[] {
	const {summary, blocks, offset, columns: width, theme, utcOffsetMinutes} = props;
	const {suite, state, startedAt, endedAt, elapsedS, simulated} = summary;
	const total = countRows(blocks);
	const clock = (at: number) => formatClock(at, utcOffsetMinutes);
	const left = [
		part(`SUMMARY ${suite}`, 'strong', 9),
		part(state, state === 'finished' ? 'ok' : 'degraded', 8),
		part(
			`${clock(startedAt)} to ${endedAt === null ? 'now' : clock(endedAt)} ${formatZone(utcOffsetMinutes)}`,
			'dim',
			3,
		),
		part(formatDuration(elapsedS * 1000), 'plain', 5),
	];
	const place = total > page ? `lines ${offset + 1}-${Math.min(total, offset + page)} of ${total}` : '';
	const title = spread(left, place ? [part(place, 'dim', 6)] : [], width, theme.glyphs);
	return simulated ? [pack([part(WATERMARK, 'watermark')], width, theme.glyphs), title] : [title];
}

type BlockViewProps = {readonly visible: VisibleBlock; readonly columns: number; readonly theme: Theme};

function BlockView({visible: {block, from, to}, columns, theme}: BlockViewProps) {
	if (block.kind === 'lines') return <Lines lines={block.lines.slice(from, to)} theme={theme} />;
	return (
		<Box flexShrink={0} width="100%">
			<Table columns={fitColumns(block.columns, block.rows, columns)} rows={block.rows.slice(from, to)} theme={theme} />
		</Box>
	);
}
