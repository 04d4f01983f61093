import {setFlagsFromString} from 'node:v8';

/**
 * Patterns of suites are looked for in whatever programs print, and some of both take longer than the universe. V8 has a
 * second engine whose time grows with the length of the text: it takes over where the usual one goes back too often.
 * `findPatternProblem` refuses what that engine does not know.
 */
export const boundPatterns = (): void =>
	setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
