export type Tone =
	| 'plain'
	| 'strong'
	| 'dim'
	| 'accent'
	| 'ok'
	| 'degraded'
	| 'invalid'
	| 'failed'
	| 'selected'
	| 'watermark';

/** Signs that a terminal without UTF-8 can draw too; every state is also said in words. */
export type Glyphs = {
	readonly ascii: boolean;
	readonly rule: string;
	readonly ellipsis: string;
	readonly cursor: string;
	/** Stands between the letters of a line that is typed. */
	readonly caret: string;
	readonly ascending: string;
	readonly descending: string;
	readonly barFull: string;
	readonly barEmpty: string;
	/** From a value just above zero to the highest. */
	readonly spark: readonly string[];
	readonly celsius: string;
};

/** Begins and ends a tone: SGR sequences, empty where there is no colour. */
type Paint = readonly [begin: string, end: string];

export type Theme = {readonly glyphs: Glyphs; readonly tones: {readonly [tone in Tone]: Paint}};

/** `light`: the terminal's background is light, where yellow and cyan cannot be read. */
export type Palette = 'none' | 'dark' | 'light';

export type ThemeOptions = {readonly ascii: boolean; readonly palette: Palette};

export const createTheme = ({ascii, palette}: ThemeOptions): Theme => ({
	glyphs: ascii ? ASCII : UNICODE,
	tones: PALETTES[palette],
});

export const paint = (text: string, tone: Tone, {tones}: Theme): string => {
	const [begin, end] = tones[tone];
	return begin === '' || text === '' ? text : `${begin}${text}${end}`;
};

const UNICODE: Glyphs = {
	ascii: false,
	rule: '─',
	ellipsis: '…',
	cursor: '▸',
	caret: '▏',
	ascending: '▴',
	descending: '▾',
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
	caret: '|',
	ascending: '^',
	descending: 'v',
	barFull: '#',
	barEmpty: '.',
	spark: ['.', ':', '-', '=', '+', '*', '#', '@'],
	celsius: 'C',
};

const sgr = (...codes: readonly number[]): string => codes.map((code) => `\u001b[${code}m`).join('');

const BOLD: Paint = [sgr(1), sgr(22)];
const DIM: Paint = [sgr(2), sgr(22)];
/** 31 red, 32 green, 33 yellow, 34 blue, 35 magenta, 36 cyan: what they look like is the user's own choice. */
const colour = (code: number): Paint => [sgr(code), sgr(39)];
const boldColour = (code: number): Paint => [sgr(1, code), sgr(39, 22)];
const INVERSE: Paint = [sgr(7), sgr(27)];
const NOTHING: Paint = ['', ''];

const DARK: Theme['tones'] = {
	plain: NOTHING,
	strong: BOLD,
	dim: DIM,
	accent: colour(36),
	ok: colour(32),
	degraded: colour(33),
	invalid: colour(31),
	failed: boldColour(31),
	selected: INVERSE,
	watermark: boldColour(35),
};

const LIGHT: Theme['tones'] = {...DARK, accent: colour(34), degraded: colour(35), watermark: boldColour(31)};

const PLAIN: Theme['tones'] = {
	plain: NOTHING,
	strong: NOTHING,
	dim: NOTHING,
	accent: NOTHING,
	ok: NOTHING,
	degraded: NOTHING,
	invalid: NOTHING,
	failed: NOTHING,
	selected: NOTHING,
	watermark: NOTHING,
};

const PALETTES: {readonly [palette in Palette]: Theme['tones']} = {none: PLAIN, dark: DARK, light: LIGHT};
