import {readDrawingFile} from './drawing-files.ts';

/** Advance widths of a TrueType font by code point, in its units; read from its tables `cmap` (format 12) and `hmtx`. */
type Font = {readonly unitsPerEm: number; readonly widthOf: (codePoint: number) => number};

const fonts = new Map<boolean, Font>();

/** Width of a text as it is drawn, pixels; without kerning, which makes it narrower. */
export function measureText(text: string, fontSize: number, isBold: boolean): number {
	const font = fonts.get(isBold) ?? readFont(readDrawingFile(isBold ? 'bold' : 'regular'));
	fonts.set(isBold, font);
	let units = 0;
	for (const letter of text) units += font.widthOf(letter.codePointAt(0) ?? 0);
	return (units * fontSize) / font.unitsPerEm;
}

function readFont(bytes: Uint8Array): Font {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const tables = readTables(view);
	const glyphOf = readGlyphs(view, tables.get('cmap') ?? 0);
	const count = view.getUint16((tables.get('hhea') ?? 0) + 34);
	const widths = tables.get('hmtx') ?? 0;
	return {
		unitsPerEm: view.getUint16((tables.get('head') ?? 0) + 18),
		widthOf: (codePoint) => view.getUint16(widths + 4 * Math.min(glyphOf.get(codePoint) ?? 0, count - 1)),
	};
}

function readTables(view: DataView): ReadonlyMap<string, number> {
	const entries = Array.from({length: view.getUint16(4)}, (_, index) => 12 + 16 * index);
	return new Map(
		entries.map((at) => [
			String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(at + offset))),
			view.getUint32(at + 8),
		]),
	);
}

/** Groups of code points that follow each other, to glyphs that do. */
function readGlyphs(view: DataView, cmap: number): ReadonlyMap<number, number> {
	const glyphs = new Map<number, number>();
	for (let index = 0; index < view.getUint16(cmap + 2); index++) {
		const table = cmap + view.getUint32(cmap + 8 + 8 * index);
		if (view.getUint16(table) !== 12) continue;
		for (let group = 0; group < view.getUint32(table + 12); group++) {
			const at = table + 16 + 12 * group;
			const [first, last, glyph] = [view.getUint32(at), view.getUint32(at + 4), view.getUint32(at + 8)];
			for (let point = first; point <= last; point++) glyphs.set(point, glyph + point - first);
		}
	}
	return glyphs;
}
