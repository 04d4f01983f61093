/** Whether a word of the command line is an override; anything else is the name of a suite. */
export const isOverride = (word: string): boolean =>
	word.includes('=') || word.startsWith('~') || /^zip\s*\(/.test(word);
