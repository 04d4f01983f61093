/** Lines around a change that are shown with it. */
const AROUND = 3;

type Line = {readonly mark: ' ' | '-' | '+'; readonly text: string};

/** What changed between two texts, line by line, in the form that `patch` takes; empty where nothing did. */
export function diffLines(before: string, after: string, names: readonly [before: string, after: string]): string {
	const lines = alignLines(before.split('\n'), after.split('\n'));
	const hunks = listHunks(lines);
	if (hunks.length === 0) return '';
	const [old, fresh] = names;
	return [`--- ${old}`, `+++ ${fresh}`, ...hunks.flatMap((hunk) => describeHunk(lines, hunk)), ''].join('\n');
}

/** By the longest common subsequence of what lies between equal beginnings and ends. */
function alignLines(before: readonly string[], after: readonly string[]): readonly Line[] {
	const same = (index: number) => before[index] !== undefined && before[index] === after[index];
	const shortest = Math.min(before.length, after.length);
	let start = 0;
	while (start < shortest && same(start)) start++;
	let end = 0;
	while (end < shortest - start && before.at(-1 - end) === after.at(-1 - end)) end++;
	const keep = (text: string): Line => ({mark: ' ', text});
	return [
		...before.slice(0, start).map(keep),
		...alignMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
		...before.slice(before.length - end).map(keep),
	];
}

function alignMiddle(before: readonly string[], after: readonly string[]): readonly Line[] {
	const lengths = measureCommon(before, after);
	const lines: Line[] = [];
	let [row, column] = [0, 0];
	while (row < before.length || column < after.length) {
		const [old, fresh] = [before[row], after[column]];
		if (old !== undefined && old === fresh) {
			lines.push({mark: ' ', text: old});
			row++;
			column++;
		} else if (
			old !== undefined &&
			(fresh === undefined || at(lengths, row + 1, column) >= at(lengths, row, column + 1))
		) {
			lines.push({mark: '-', text: old});
			row++;
		} else {
			lines.push({mark: '+', text: fresh ?? ''});
			column++;
		}
	}
	return lines;
}

const at = (lengths: readonly (readonly number[])[], row: number, column: number): number =>
	lengths[row]?.[column] ?? 0;

function measureCommon(before: readonly string[], after: readonly string[]): readonly (readonly number[])[] {
	const lengths: number[][] = Array.from({length: before.length + 1}, () =>
		new Array<number>(after.length + 1).fill(0),
	);
	for (let row = before.length - 1; row >= 0; row--) {
		for (let column = after.length - 1; column >= 0; column--) {
			const length =
				before[row] === after[column]
					? at(lengths, row + 1, column + 1) + 1
					: Math.max(at(lengths, row + 1, column), at(lengths, row, column + 1));
			const own = lengths[row];
			if (own) own[column] = length;
		}
	}
	return lengths;
}

type Hunk = {readonly from: number; readonly to: number};

function listHunks(lines: readonly Line[]): readonly Hunk[] {
	const hunks: Hunk[] = [];
	for (const [index, {mark}] of lines.entries()) {
		if (mark === ' ') continue;
		const hunk = {from: Math.max(0, index - AROUND), to: Math.min(lines.length, index + AROUND + 1)};
		const last = hunks.at(-1);
		if (last && hunk.from <= last.to) hunks[hunks.length - 1] = {from: last.from, to: hunk.to};
		else hunks.push(hunk);
	}
	return hunks;
}

function describeHunk(lines: readonly Line[], {from, to}: Hunk): readonly string[] {
	const [before, inside] = [lines.slice(0, from), lines.slice(from, to)];
	const count = (part: readonly Line[], other: Line['mark']) => part.filter(({mark}) => mark !== other).length;
	const place = (other: Line['mark']) => `${count(before, other) + 1},${count(inside, other)}`;
	return [`@@ -${place('+')} +${place('-')} @@`, ...inside.map(({mark, text}) => mark + text)];
}
