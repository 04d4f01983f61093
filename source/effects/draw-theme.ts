import {isJsonObject, type Json, type JsonObject} from '../domain/json.ts';

/** A colour for each name that a chart may use, and how its text is set. */
export type Theme = {
	readonly colours: {readonly [name: string]: string};
	readonly fontFamily: string;
	/** Whether the figure carries its own title; a page has it as a heading. */
	readonly titled: boolean;
};

/** The eight colours of M. Okabe and K. Ito, "Color universal design" (2008), told apart by colour-blind people too. */
const HUES_LIGHT = {
	blue: '#0072b2',
	orange: '#d55e00',
	green: '#009e73',
	purple: '#aa5a8c',
	sky: '#56b4e9',
	yellow: '#e69f00',
	red: '#c62828',
};
const HUES_DARK = {
	blue: '#4ba3e3',
	orange: '#f28c4b',
	green: '#35c99a',
	purple: '#d58fbb',
	sky: '#8ccdf5',
	yellow: '#f2bd4a',
	red: '#f0706b',
};

/** Cells of a heat map keep their colours in the dark, so that a step looks the same in both. */
const STEPS = {
	cool: '#9ecae1',
	heat0: '#f2f0eb',
	heat1: '#fde3c4',
	heat2: '#fdc48c',
	heat3: '#fb9a53',
	heat4: '#e8642c',
	heat5: '#bd3115',
	heat6: '#7f1408',
	share0: '#f4efe6',
	share1: '#d6e8d0',
	share2: '#a9d5b0',
	share3: '#69b98c',
	share4: '#2a8f6a',
	share5: '#07573f',
	onLight: '#1b1b1b',
	onDark: '#ffffff',
};

const LIGHT = {
	...HUES_LIGHT,
	...STEPS,
	paper: '#ffffff',
	ink: '#1c2024',
	soft: '#4a5056',
	quiet: '#868d94',
	line: '#d9dde1',
	band: '#e3e6e9',
};

const DARK = {
	...HUES_DARK,
	...STEPS,
	paper: '#14171a',
	ink: '#eceff1',
	soft: '#b5bcc3',
	quiet: '#8b939b',
	line: '#333a41',
	band: '#2c3238',
};

/** For files, which are read on paper and in other programs. */
export const FILE_THEME: Theme = {colours: LIGHT, fontFamily: 'DejaVu Sans', titled: true};

/** For a page that is light or dark: colours are its variables, which `PAGE_COLOURS` set. */
export const PAGE_THEME: Theme = {
	colours: Object.fromEntries(Object.keys(LIGHT).map((name) => [name, `var(--${name})`])),
	fontFamily: "'DejaVu Sans', Verdana, system-ui, sans-serif",
	titled: false,
};

const setVariables = (colours: Theme['colours']): string =>
	Object.entries(colours)
		.map(([name, colour]) => `--${name}:${colour}`)
		.join(';');

export const PAGE_COLOURS = {light: setVariables(LIGHT), dark: setVariables(DARK)};

/** Where names out of suites may stand, which are left as they are: a model may be called `$red`. */
const OF_OTHERS: ReadonlySet<string> = new Set(['data', 'domain', 'title']);

/** Names of colours become colours. */
export function paint(value: Json, theme: Theme): Json {
	if (typeof value === 'string') return value.startsWith('$') ? (theme.colours[value.slice(1)] ?? value) : value;
	if (isJsonObject(value)) {
		const entries = Object.entries(value);
		return Object.fromEntries(entries.map(([key, one]) => [key, OF_OTHERS.has(key) ? one : paint(one, theme)]));
	}
	return Array.isArray(value) ? value.map((one) => paint(one, theme)) : value;
}

/** What Vega-Lite draws that a chart does not say. */
export const configure = ({colours, fontFamily}: Theme): JsonObject => ({
	background: 'transparent',
	aria: false,
	font: fontFamily,
	padding: 8,
	view: {stroke: null},
	axis: {
		labelColor: colours.soft ?? null,
		titleColor: colours.soft ?? null,
		titleFontWeight: 'normal',
		gridColor: colours.line ?? null,
		domainColor: colours.quiet ?? null,
		tickColor: colours.quiet ?? null,
		labelFontSize: 11,
		titleFontSize: 11,
	},
	legend: {
		labelColor: colours.soft ?? null,
		titleColor: colours.soft ?? null,
		titleFontWeight: 'normal',
		labelFontSize: 11,
		titleFontSize: 11,
		labelLimit: 240,
		gradientLength: 330,
	},
	title: {
		color: colours.ink ?? null,
		subtitleColor: colours.soft ?? null,
		anchor: 'start',
		fontSize: 14,
		subtitleFontSize: 11,
		offset: 12,
	},
	text: {color: colours.soft ?? null},
	range: {
		category: ['blue', 'orange', 'green', 'purple', 'sky', 'yellow', 'red', 'quiet'].map((name) => colours[name] ?? ''),
	},
});
