import {UserError} from '../domain/errors.ts';

/** Whether a word of the command line is an override; anything else is the name of a suite. */
export const isOverride = (word: string): boolean =>
	word.includes('=') || word.startsWith('~') || /^zip\s*\(/.test(word);

/** The words of a command that means nothing without any. */
export function requireWords(words: readonly string[], example: string): readonly string[] {
	if (words.length > 0) return words;
	throw new UserError('Which ones?', {tryThis: [example]});
}
