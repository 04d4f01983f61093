// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what must go
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu;

/** Text of a program made harmless to a terminal: no escape sequence, no control character, no line break. */
export const stripControls = (text: string): string => text.replaceAll(ESCAPES, '').replaceAll(CONTROLS, ' ');

/** The same without runs of blanks, for a place inside of our own sentences. */
export const toOneLine = (text: string): string => stripControls(text).replaceAll(/ {2,}/g, ' ').trim();

const WIDE =
	/[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]|[\u{20000}-\u{3fffd}]/u;
const ZERO = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** Columns of a terminal that the text takes. */
export const measureColumns = (text: string): number =>
	Array.from(text).reduce((columns, letter) => columns + (ZERO.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1), 0);

/** The text, or its beginning and an ellipsis, in at most `columns` columns. */
export function clipText(text: string, columns: number): string {
	if (measureColumns(text) <= columns) return text;
	let clipped = '';
	for (const letter of text) {
		if (measureColumns(clipped + letter) > columns - 1) break;
		clipped += letter;
	}
	return columns < 1 ? '' : `${clipped.trimEnd()}…`;
}

/** Filled up with blanks to `columns`, clipped when longer. */
export function padText(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
	const clipped = clipText(text, columns);
	const blanks = ' '.repeat(Math.max(0, columns - measureColumns(clipped)));
	return side === 'left' ? clipped + blanks : blanks + clipped;
}

/** Lines of at most `columns`, broken between words, and inside of words that are longer. */
export function wrapText(text: string, columns: number): readonly string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ').flatMap((one) => breakWord(one, columns))) {
		const longer = line === '' ? word : `${line} ${word}`;
		if (measureColumns(longer) <= columns) line = longer;
		else {
			lines.push(line);
			line = word;
		}
	}
	return [...lines, line];
}

function breakWord(word: string, columns: number): readonly string[] {
	const parts: string[] = [];
	let part = '';
	for (const letter of word) {
		if (part !== '' && measureColumns(part + letter) > columns) {
			parts.push(part);
			part = '';
		}
		part += letter;
	}
	return [...parts, part];
}
