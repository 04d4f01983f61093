/** What stands where JSON has no word for it: NaN, an infinity. No text of a file can be equal to it. */
export const isBare = (value: unknown): value is string => typeof value === 'string' && value.startsWith(BARE);

export const nameBare = (value: string): string => value.slice(BARE.length);

const BARE = '\u0000bare ';

type Parsed = {readonly value: unknown} | {readonly problem: string};

/** JSON as Python writes it, with NaN and Infinity; of a bad file the reason in one line. */
export function parseLooseJson(text: string): Parsed {
	const clean = text.replace(/^\uFEFF/, '');
	if (clean.trim() === '') return {problem: 'it is empty'};
	const strict = tryParse(clean);
	if ('value' in strict) return strict;
	const loose = quoteBare(clean);
	return loose === clean ? strict : tryParse(loose);
}

function tryParse(text: string): Parsed {
	try {
		return {value: JSON.parse(text)};
	} catch (error) {
		return {problem: isCut(error, text) ? 'it ends in the middle' : 'it is no JSON'};
	}
}

/** Whether what is wrong with it is where it ends. */
function isCut(error: unknown, text: string): boolean {
	const reason = error instanceof Error ? error.message : '';
	const at = /at position (\d+)/.exec(reason)?.[1];
	return /end of JSON|Unterminated/.test(reason) || (at !== undefined && Number(at) >= text.trimEnd().length);
}

/** Letter by letter, because a string may be as long as the file. */
function quoteBare(text: string): string {
	const parts: string[] = [];
	let from = 0;
	for (let at = 0; at < text.length; at++) {
		const letter = text[at];
		if (letter === '"') at = findEnd(text, at);
		else if (letter === 'N' || letter === 'I' || (letter === '-' && text[at + 1] === 'I')) {
			const word = BARE_WORDS.find((one) => text.startsWith(one, at));
			if (word === undefined) continue;
			parts.push(text.slice(from, at), JSON.stringify(BARE + word));
			at += word.length - 1;
			from = at + 1;
		}
	}
	return parts.length === 0 ? text : parts.join('') + text.slice(from);
}

const BARE_WORDS = ['NaN', '-Infinity', 'Infinity'];

/** Of the string that begins there; the end of the text where it is not closed. */
function findEnd(text: string, start: number): number {
	for (let at = start + 1; at < text.length; at++) {
		if (text[at] === '\\') at++;
		else if (text[at] === '"') return at;
	}
	return text.length;
}

/** By RFC 6901 where it begins with a slash or is empty, else by names with dots between; undefined where there is nothing. */
export function findInJson(value: unknown, pointer: string): unknown {
	return splitPointer(pointer).reduce<unknown>((inner, key) => {
		if (typeof inner !== 'object' || inner === null) return undefined;
		return Object.hasOwn(inner, key) ? (inner as {readonly [key: string]: unknown})[key] : undefined;
	}, value);
}

function splitPointer(pointer: string): readonly string[] {
	if (pointer === '') return [];
	if (!pointer.startsWith('/')) return pointer.split('.');
	return pointer
		.slice(1)
		.split('/')
		.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
