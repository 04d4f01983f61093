import {type Line, Lines, pack, part} from '../parts/line.ts';
import type {Theme} from '../theme.ts';
import {MIN_COLUMNS, MIN_ROWS} from './layout.ts';

type TooSmallProps = {
	readonly columns: number;
	readonly rows: number;
	readonly watermark: readonly Line[];
	readonly keyLine: Line;
	readonly theme: Theme;
};

export const TooSmall = ({columns, rows, watermark, keyLine, theme}: TooSmallProps) => {
	const {glyphs} = theme;
	const texts = [
		`This terminal has ${columns}x${rows}.`,
		`warpdeck needs ${MIN_COLUMNS}x${MIN_ROWS}.`,
		'Enlarge it: the run goes on.',
	];
	const lines = texts.map((text) => pack([part(text)], Math.max(1, columns - 1), glyphs));
	return <Lines lines={[...watermark, ...lines, keyLine].slice(0, Math.max(1, rows - 1))} theme={theme} />;
};
