import {create, type Font} from 'fontkit';
import {readDrawingFile} from './drawing-files.ts';

type Weight = 'regular' | 'bold';

const fonts = new Map<Weight, Font>();

/** Read once: a font has five thousand letters, and every figure is a document of its own. */
export function loadFont(weight: Weight): Font {
	const known = fonts.get(weight) ?? create(readDrawingFile(weight));
	fonts.set(weight, known);
	return known;
}

/** Width of a text as it is drawn, pixels; without kerning, which makes it narrower. */
export function measureText(text: string, fontSize: number, isBold: boolean): number {
	const font = loadFont(isBold ? 'bold' : 'regular');
	let units = 0;
	for (const letter of text) units += widthOf(font, letter.codePointAt(0) ?? 0);
	return (units * fontSize) / font.unitsPerEm;
}

const widths = new WeakMap<Font, Map<number, number>>();

/** A letter comes a thousand times in a figure. */
function widthOf(font: Font, codePoint: number): number {
	const known = widths.get(font) ?? new Map<number, number>();
	widths.set(font, known);
	const width = known.get(codePoint) ?? font.glyphForCodePoint(codePoint).advanceWidth;
	known.set(codePoint, width);
	return width;
}
