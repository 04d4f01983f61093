import type {Theme} from './draw-theme.ts';

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

const escapeText = (text: string): string =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const escapeAttribute = (text: string): string => escapeText(text).replaceAll('"', '&quot;');
