import type {Run} from '../rig/emulator.ts';

const CELL = {width: 8.4, height: 17} as const;
const MARGIN = 12;
const BASELINE = 13;
const BACKGROUND = '#16181d';
const FOREGROUND = '#d7dae0';
/** The 16 colours of a terminal by their numbers; each terminal has its own, these are a quiet set. */
const PALETTE = [
	'#2b2f38',
	'#e5534b',
	'#57ab5a',
	'#c69026',
	'#539bf5',
	'#b083f0',
	'#39c5cf',
	'#d7dae0',
	'#768390',
	'#ff938a',
	'#8ddb8c',
	'#daaa3f',
	'#96d0ff',
	'#dcbdfb',
	'#76e3ea',
	'#ffffff',
];

/** What stands in a terminal's cells as a picture: one `text` for each run of cells that look the same. */
export function drawSvg(rows: readonly (readonly Run[])[], columns: number): string {
	const width = Math.ceil(columns * CELL.width + 2 * MARGIN);
	const height = Math.ceil(rows.length * CELL.height + 2 * MARGIN);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
		`<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>`,
		'<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="14" xml:space="preserve">',
		...rows.flatMap((runs, row) => runs.flatMap((run) => drawRun(run, row))),
		'</g>',
		'</svg>',
		'',
	].join('\n');
}

function drawRun({text, column, cells, colour, bold, dim, inverse}: Run, row: number): readonly string[] {
	const [x, y] = [MARGIN + column * CELL.width, MARGIN + row * CELL.height];
	const length = (cells * CELL.width).toFixed(1);
	const own = colour === null ? FOREGROUND : (PALETTE[colour] ?? FOREGROUND);
	const box = inverse
		? [`<rect x="${x.toFixed(1)}" y="${y}" width="${length}" height="${CELL.height}" fill="${own}"/>`]
		: [];
	if (text.trim() === '') return box;
	const look = `${bold ? ' font-weight="bold"' : ''}${dim ? ' opacity="0.6"' : ''}`;
	const fill = inverse ? BACKGROUND : own;
	return [
		...box,
		`<text x="${x.toFixed(1)}" y="${y + BASELINE}" textLength="${length}" lengthAdjust="spacingAndGlyphs" fill="${fill}"${look}>${escapeXml(text)}</text>`,
	];
}

const escapeXml = (text: string): string =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
