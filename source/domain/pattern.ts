/** How often a part may be written out by counts such as {2,5}, also one inside of the other. */
const MOST_COPIES = 16;

/**
 * Why a regular expression is not taken, null for one that is: what is read with it may be anything, so only those are
 * taken whose time grows with the length of a line and not with its power.
 */
export function findPatternProblem(text: string): string | null {
	const groups = text.replaceAll(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]/g, 'x').match(/\(\?(?!:|<[A-Za-z_])/);
	if (groups) return 'it looks ahead or behind or sets flags, for which no time can be promised';
	if (/\\[1-9]|\\k</.test(text.replaceAll('\\\\', ''))) {
		return 'it refers back to what it has found, for which no time can be promised';
	}
	try {
		new RegExp(text);
	} catch (error) {
		return `it is no regular expression: ${error instanceof Error ? error.message.replace(/^.*: /, '') : error}`;
	}
	if (countCopies(text) > MOST_COPIES) {
		return `it repeats a part more than ${MOST_COPIES} times by count; + and * have no limit`;
	}
	return null;
}

/** Groups that it captures. */
export const countCaptures = (text: string): number => (new RegExp(`${text}|`).exec('')?.length ?? 1) - 1;

type Level = {most: number; last: number};

/** The largest product of counts that stand one inside of the other. */
function countCopies(text: string): number {
	const levels: Level[] = [{most: 1, last: 1}];
	const top = (): Level => levels.at(-1) ?? {most: 1, last: 1};
	const tokens = text.matchAll(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\{(\d+)(?:,(\d*))?\}|[\s\S]/g);
	for (const [token, least, limit] of tokens) {
		if (least !== undefined) {
			const copies = Math.max(Number(least), Number(limit || 0), 1);
			top().last *= copies;
			top().most = Math.max(top().most, top().last);
		} else if (token === '(') levels.push({most: 1, last: 1});
		else if (token === ')' && levels.length > 1) {
			const inner = levels.pop()?.most ?? 1;
			top().last = inner;
			top().most = Math.max(top().most, inner);
		} else top().last = 1;
	}
	return levels.reduce((most, level) => Math.max(most, level.most), 1);
}
