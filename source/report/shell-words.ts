/** Words as a POSIX shell takes them apart again, for people to copy. */
export const quoteShellWords = (words: readonly string[]): string => words.map(quoteShellWord).join(' ');

/** Single quotes keep everything but themselves. */
export const quoteShellWord = (word: string): string =>
	/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
