import type {OverrideError} from './override-failure.ts';

/** A word of a typed line, as a shell would hand it on. */
export type TypedWord = {
	/** Without the shell's quotes. */
	readonly text: string;
	/** Characters of the line that it takes, quotes included: from `start`, up to `end`. */
	readonly start: number;
	readonly end: number;
	/** For each character of `text` its column in the line, 1-based. */
	readonly columns: readonly number[];
};

export type TypedLine = {readonly words: readonly TypedWord[]; readonly fault: OverrideError | null};

/** Cuts a line into words as a POSIX shell does: blanks part them, quotes and a backslash keep what they hold. */
export function splitTypedLine(line: string): TypedLine {
	const letters = [...line];
	const words: TypedWord[] = [];
	let at = 0;
	while (at < letters.length) {
		if (isBlank(letters[at])) {
			at++;
			continue;
		}
		const {word, fault} = readWord(letters, at);
		if (fault) return {words, fault};
		words.push(word);
		at = word.end;
	}
	return {words, fault: null};
}

/** The line with another word in the place of one of its words, or behind all of them; an empty one takes it out. */
export function replaceWord(line: string, word: TypedWord | undefined, text: string): string {
	const letters = [...line];
	if (!word) return [line.trimEnd(), text].filter(Boolean).join(' ');
	const [before, after] = [letters.slice(0, word.start).join(''), letters.slice(word.end).join('')];
	return text === '' ? [before.trimEnd(), after.trimStart()].filter(Boolean).join(' ') : `${before}${text}${after}`;
}

const isBlank = (letter: string | undefined): boolean => letter === ' ' || letter === '\t';

function readWord(
	letters: readonly string[],
	start: number,
): {readonly word: TypedWord; readonly fault: OverrideError | null} {
	const columns: number[] = [];
	let text = '';
	let quote = '';
	let opened = start;
	let at = start;
	const take = (index: number) => {
		text += letters[index] ?? '';
		columns.push(index + 1);
	};
	for (; at < letters.length && (quote !== '' || !isBlank(letters[at])); at++) {
		const letter = letters[at] ?? '';
		if (letter === quote) quote = '';
		else if (quote === '' && (letter === "'" || letter === '"')) [quote, opened] = [letter, at];
		else if (letter === '\\' && isEscape(quote, letters[at + 1])) take(++at);
		else take(at);
	}
	const fault = quote === '' ? null : refuseOpen(quote, opened);
	return {word: {text, start, end: at, columns}, fault};
}

/** Inside of double quotes a backslash stays unless it stands before a sign that is special there. */
const isEscape = (quote: string, next: string | undefined): boolean =>
	next !== undefined && (quote === '' || (quote === '"' && /["\\$`]/.test(next)));

const refuseOpen = (quote: string, opened: number): OverrideError => ({
	error: 'this quote is never closed',
	column: opened + 1,
	hint: `close it with ${quote}`,
});
