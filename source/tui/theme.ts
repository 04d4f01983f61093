import type {TextProps} from 'ink';

export type Tone = 'plain' | 'strong' | 'dim' | 'accent' | 'ok' | 'degraded' | 'failed' | 'watermark';

/** Signs that a terminal without UTF-8 can draw too; every state is also said in words. */
export type Glyphs = {
	readonly ascii: boolean;
	readonly rule: string;
	readonly ellipsis: string;
	readonly cursor: string;
	readonly barFull: string;
	readonly barEmpty: string;
	/** From a value just above zero to the highest. */
	readonly spark: readonly string[];
	readonly celsius: string;
};

export type Theme = {readonly glyphs: Glyphs; readonly tones: {readonly [tone in Tone]: TextProps}};

export type ThemeOptions = {readonly ascii: boolean; readonly colour: boolean};

/** Only the 16 named colours, so that the user's own palette decides what they look like. */
export const createTheme = ({ascii, colour}: ThemeOptions): Theme => ({
	glyphs: ascii ? ASCII : UNICODE,
	tones: colour ? COLOURED : PLAIN,
});

const UNICODE: Glyphs = {
	ascii: false,
	rule: '─',
	ellipsis: '…',
	cursor: '▸',
	barFull: '█',
	barEmpty: '░',
	spark: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
	celsius: '°C',
};

const ASCII: Glyphs = {
	ascii: true,
	rule: '-',
	ellipsis: '~',
	cursor: '>',
	barFull: '#',
	barEmpty: '.',
	spark: ['.', ':', '-', '=', '+', '*', '#', '@'],
	celsius: 'C',
};

const COLOURED: Theme['tones'] = {
	plain: {},
	strong: {bold: true},
	dim: {dimColor: true},
	accent: {color: 'cyan'},
	ok: {color: 'green'},
	degraded: {color: 'yellow'},
	failed: {color: 'red', bold: true},
	watermark: {color: 'magenta', bold: true},
};

const PLAIN: Theme['tones'] = {
	plain: {},
	strong: {},
	dim: {},
	accent: {},
	ok: {},
	degraded: {},
	failed: {},
	watermark: {},
};
