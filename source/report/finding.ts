import {wrapText} from './text.ts';

/**
 * `ok`: it is as it should be. `missing`: it is not here. `broken`: it is here and does not do its work.
 * `note`: good to know, and no run depends on it.
 */
type Verdict = 'ok' | 'missing' | 'broken' | 'note';

/** One thing that was looked at. */
export type Finding = {
	readonly name: string;
	readonly verdict: Verdict;
	/** What was seen, a phrase without a full stop. */
	readonly says: string;
	/** What to type to mend it; null where there is nothing to mend. */
	readonly mend: string | null;
};

export const ok = (name: string, says: string): Finding => ({name, verdict: 'ok', says, mend: null});

export const note = (name: string, says: string, mend: string | null = null): Finding => ({
	name,
	verdict: 'note',
	says,
	mend,
});

export const missing = (name: string, says: string, mend: string): Finding => ({name, verdict: 'missing', says, mend});

export const broken = (name: string, says: string, mend: string): Finding => ({name, verdict: 'broken', says, mend});

const NAME_COLUMN = 9;
const TEXT_COLUMN = 25;

/** Lines of at most `columns`; each can be printed as soon as it is known, because the widths are fixed. */
export function formatFinding({name, verdict, says, mend}: Finding, columns: number): string {
	const width = Math.max(20, columns - TEXT_COLUMN);
	const [first = '', ...rest] = wrapText(says, width);
	const advice = mend === null ? [] : wrapText(`try: ${mend}`, width);
	const lines = [...rest, ...advice].map((line) => ' '.repeat(TEXT_COLUMN) + line);
	const head = `${verdict.padEnd(NAME_COLUMN)}${name.padEnd(TEXT_COLUMN - NAME_COLUMN)}${first}`;
	return [head, ...lines].map((line) => `${line.trimEnd()}\n`).join('');
}
