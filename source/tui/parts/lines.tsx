import {Box, Text} from 'ink';
import {memo} from 'react';
import {paint, type Theme} from '../theme.ts';
import type {Line} from './line.ts';

type LinesProps = {readonly lines: readonly Line[]; readonly theme: Theme};

/** One terminal row a line, whatever Yoga would like to shrink. */
export const Lines = ({lines, theme}: LinesProps) => (
	<Box flexDirection="column" flexShrink={0} width="100%">
		{lines.map((line, row) => (
			// biome-ignore lint/suspicious/noArrayIndexKey: a line is what stands in its row
			<Row key={row} text={paintLine(line, theme)} />
		))}
	</Box>
);

/** An empty line would be no line at all to Yoga. */
const paintLine = (line: Line, theme: Theme): string =>
	line.map(({text, tone}) => paint(text, tone, theme)).join('') || ' ';

/** Drawn again only when its text is another one. */
const Row = memo(({text}: {readonly text: string}) => <Text wrap="truncate">{text}</Text>);
