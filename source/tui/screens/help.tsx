import {layHelp} from '../keys.ts';
import {type Line, Lines, pack, part, rule} from '../parts/line.ts';
import type {Theme} from '../theme.ts';

type HelpProps = {readonly columns: number; readonly watermark: readonly Line[]; readonly theme: Theme};

export const Help = ({columns, watermark, theme}: HelpProps) => (
	<Lines
		lines={[
			...watermark,
			rule('keys', columns, theme.glyphs),
			...layHelp(columns, theme.glyphs),
			pack([part('  Any key closes this list.', 'dim')], columns, theme.glyphs),
		]}
		theme={theme}
	/>
);
