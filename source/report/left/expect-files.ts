import type {FileRule} from '../../domain/command-output-keys.ts';
import {parseLooseJson} from './loose-json.ts';
import {parseCsv} from './tables.ts';

/** What stands at a path, links followed; `fresh`: this attempt has written it. */
type LeftFile = {
	readonly path: string;
	readonly kind: 'file' | 'folder' | 'pipe' | 'socket' | 'device' | 'unreadable';
	readonly bytes: number;
	readonly fresh: boolean;
};

/** Why what is there is no whole file of this attempt; null where it is one. */
export function findFileProblem({path, kind, bytes, fresh}: LeftFile, leastBytes = 0): string | null {
	if (kind === 'unreadable') return `${path} cannot be looked at`;
	if (kind !== 'file') return `${path} is a ${kind}, no file`;
	if (!fresh) return `${path} was there before, and this attempt did not write it`;
	return bytes < leastBytes ? `${path} has ${bytes} bytes, and at least ${leastBytes} are expected` : null;
}

/** What is missing of what a rule expects; null where all is there. */
export function judgeFiles({path, min_bytes, count = 1}: FileRule, files: readonly LeftFile[]): string | null {
	const problems = files.map((file) => findFileProblem(file, min_bytes)).filter((problem) => problem !== null);
	if (files.length - problems.length >= count) return null;
	const [problem] = problems;
	if (problem !== undefined) return problem;
	return files.length === 0 ? `${path} is not there` : `${path}: ${files.length} of ${count} files are there`;
}

/** Why the text is only a part of what it was to be, by the ending of its name; null where nothing says so. */
export function findTear(path: string, text: string): string | null {
	if (/\.json$/i.test(path)) {
		const parsed = parseLooseJson(text);
		return 'problem' in parsed ? `${path} was written in part: ${parsed.problem}` : null;
	}
	if (/\.jsonl$/i.test(path)) {
		const last = text.trimEnd().split('\n').at(-1) ?? '';
		const parsed = parseLooseJson(last);
		return 'problem' in parsed
			? `${path} was written in part: its last line ${parsed.problem.replace(/^it /, '')}`
			: null;
	}
	if (/\.csv$/i.test(path) && parseCsv(text).isTorn) return `${path} was written in part: its last row is cut off`;
	return null;
}
