import {PAGE_THEME, type Theme} from './draw-theme.ts';
import {measureText} from './drawing-fonts.ts';

/** A chart is drawn with the variables of a page; a file has colours and the name of one font instead. */
export const colourFigure = (svg: string, {colours, fontFamily}: Theme): string =>
	svg
		.replaceAll(/(fill|stroke)="var\(--(\w+)\)"/g, (all, part, name) =>
			colours[name] ? `${part}="${colours[name]}"` : all,
		)
		.replaceAll(PAGE_FAMILY, `font-family="${escapeAttribute(fontFamily)}"`);

const TITLE_SIZE = 14;
const MARK_SIZE = 11;
const MARGIN = 8;

/** Makes room above a figure for its title, and for its marks in whole sentences. */
export function addTitle(svg: string, title: string, marks: readonly string[], theme: Theme): string {
	const [head = '', width = '', height = ''] = /^<svg [^>]*width="([\d.]+)" height="([\d.]+)"[^>]*>/.exec(svg) ?? [];
	const end = svg.lastIndexOf('</svg>');
	if (head === '' || end < 0) return svg;
	const lines = [
		{text: title, size: TITLE_SIZE, isBold: true, colour: theme.colours.ink},
		...marks.map((text) => ({text, size: MARK_SIZE, isBold: false, colour: theme.colours.soft})),
	];
	const family = escapeAttribute(theme.fontFamily);
	const room = MARGIN + TITLE_SIZE + 6 + marks.length * (MARK_SIZE + 5);
	const texts = lines.map(({text, size, isBold, colour}, index) => {
		const y = MARGIN + TITLE_SIZE + index * (MARK_SIZE + 5);
		const shown = escapeText(cut(text, Number(width) - 2 * MARGIN, size, isBold));
		const weight = isBold ? ' font-weight="bold"' : '';
		return `<text x="${MARGIN}" y="${y}" font-family="${family}" font-size="${size}px"${weight} fill="${colour}">${shown}</text>`;
	});
	const taller = Number(height) + room;
	const frame = head
		.replace(`height="${height}"`, `height="${taller}"`)
		.replace(/viewBox="[^"]*"/, `viewBox="0 0 ${width} ${taller}"`);
	return `${frame}${texts.join('')}<g transform="translate(0,${room})">${svg.slice(head.length, end)}</g></svg>`;
}

/** A text that fits, cut at its end where it does not. */
function cut(text: string, width: number, size: number, isBold: boolean): string {
	if (measureText(text, size, isBold) <= width) return text;
	let kept = [...text];
	while (kept.length > 1 && measureText(`${kept.join('')}...`, size, isBold) > width) kept = kept.slice(0, -1);
	return `${kept.join('')}...`;
}

/** Writes marks across a figure, so that a part of it that is cut out carries one too; nothing without marks. */
export function stampFigure(svg: string, marks: readonly string[], {colours, fontFamily}: Theme): string {
	const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
	const end = svg.lastIndexOf('</svg>');
	if (marks.length === 0 || width === undefined || height === undefined || end < 0) return svg;
	const words = marks.map(takeWord).join(' · ');
	const texts = listPlaces(Number(width), Number(height)).map(
		([x, y]) =>
			`<text transform="translate(${x},${y}) rotate(-18)" text-anchor="middle" font-family="${escapeAttribute(fontFamily)}" font-size="34px" font-weight="bold" fill="${colours.red}" opacity="0.13">${escapeText(words)}</text>`,
	);
	return `${svg.slice(0, end)}<g class="watermark" pointer-events="none">${texts.join('')}</g></svg>`;
}

/** The first word of a mark stands across; all of it stands below the title. */
const takeWord = (mark: string): string => /^[A-Z]+/.exec(mark)?.[0] ?? mark;

const EVERY_X = 380;
const EVERY_Y = 190;

function listPlaces(width: number, height: number): readonly (readonly [x: number, y: number])[] {
	const [columns, rows] = [Math.max(1, Math.round(width / EVERY_X)), Math.max(1, Math.round(height / EVERY_Y))];
	return Array.from({length: rows}, (_, row) => row).flatMap((row) =>
		Array.from(
			{length: columns},
			(_, column) =>
				[Math.round(((column + 0.5) * width) / columns), Math.round(((row + 0.5) * height) / rows) + 12] as const,
		),
	);
}

function escapeText(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function escapeAttribute(text: string): string {
	return escapeText(text).replaceAll('"', '&quot;');
}

const PAGE_FAMILY = `font-family="${escapeAttribute(PAGE_THEME.fontFamily)}"`;
