import {stripVTControlCharacters} from 'node:util';

/** Made when the first foreign letter comes: it takes 30 ms, and most screens have none. */
let segmenter: Intl.Segmenter | undefined;
const PLAIN_ASCII = /^[ -~]*$/;
/** Signs that the screens draw themselves, one column each: no segmenter has to look at them. */
const OWN_SIGNS = /^[ -~°µ±×·–…→▴▸▶▾✓✗\u2500-\u259f\u2800-\u28ff]*$/;
const ZERO_WIDTH = /^[\p{M}\p{C}]+$/u;
/** East Asian Wide and Fullwidth blocks and emoji. Source: Unicode EastAsianWidth.txt. */
const WIDE =
	/[\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;

/** Columns that a terminal gives to the text. */
export const displayWidth = (text: string): number =>
	OWN_SIGNS.test(text) ? text.length : graphemes(text).reduce((sum, one) => sum + widthOf(one), 0);

/** Text of foreign programs must neither move the cursor nor reorder the line. */
export function clean(text: string, ascii = false): string {
	if (PLAIN_ASCII.test(text) || (!ascii && OWN_SIGNS.test(text))) return text;
	const safe = stripVTControlCharacters(text).replaceAll(/\s/gu, ' ').replaceAll(/\p{C}/gu, '');
	return ascii ? safe.replaceAll(/[^ -~]/gu, '?') : safe;
}

/** Exactly `width` columns: cut with the ellipsis when longer, filled with blanks when shorter. */
export function fit(text: string, width: number, ellipsis: string, align: 'left' | 'right' = 'left'): string {
	const cut = truncate(text, width, ellipsis);
	const blanks = ' '.repeat(Math.max(0, width - displayWidth(cut)));
	return align === 'left' ? cut + blanks : blanks + cut;
}

/** At most `width` columns. */
export function truncate(text: string, width: number, ellipsis: string): string {
	if (displayWidth(text) <= width) return text;
	if (width <= 0) return '';
	if (OWN_SIGNS.test(text)) return text.slice(0, width - 1) + ellipsis;
	return `${take(text, width - 1)}${ellipsis}`;
}

function take(text: string, width: number): string {
	let used = 0;
	let taken = '';
	for (const one of graphemes(text)) {
		used += widthOf(one);
		if (used > width) break;
		taken += one;
	}
	return taken;
}

/** Pieces of at most `width` columns that together are the text; one empty piece of an empty text. */
export function cutColumns(text: string, width: number): readonly string[] {
	if (text.length <= width && PLAIN_ASCII.test(text)) return [text];
	const pieces: string[] = [];
	let piece = '';
	let used = 0;
	for (const one of PLAIN_ASCII.test(text) ? text : graphemes(text)) {
		if (used + widthOf(one) > width && piece !== '') {
			pieces.push(piece);
			[piece, used] = ['', 0];
		}
		piece += one;
		used += widthOf(one);
	}
	return [...pieces, piece];
}

function graphemes(text: string): readonly string[] {
	segmenter ??= new Intl.Segmenter('en', {granularity: 'grapheme'});
	return [...segmenter.segment(text)].map(({segment}) => segment);
}

function widthOf(grapheme: string): number {
	if (ZERO_WIDTH.test(grapheme)) return 0;
	return WIDE.test(grapheme) ? 2 : 1;
}
