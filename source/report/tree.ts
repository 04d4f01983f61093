import {wrapText} from './text.ts';

/** A thing with what belongs to it below. */
export type Branch = {
	/** Each begins a line of its own, and is broken between words where it is too long. */
	readonly lines: readonly string[];
	readonly below: readonly Branch[];
};

type Strokes = {readonly fork: string; readonly end: string; readonly pass: string; readonly blank: string};

const UNICODE: Strokes = {fork: '├─ ', end: '└─ ', pass: '│  ', blank: '   '};
const ASCII: Strokes = {fork: '|- ', end: '`- ', pass: '|  ', blank: '   '};

export type TreeShape = {readonly columns: number; readonly ascii: boolean};

/** Lines of at most `columns`; the branches given stand at the margin, without a stroke. */
export function drawTree(branches: readonly Branch[], {columns, ascii}: TreeShape): readonly string[] {
	return branches.flatMap((branch) => drawBranch(branch, columns, ascii ? ASCII : UNICODE));
}

function drawBranch({lines, below}: Branch, columns: number, strokes: Strokes): readonly string[] {
	// Broken lines stand beside the stroke to what is below.
	const width = columns - (below.length > 0 ? strokes.pass.length : 0);
	const [first = '', ...rest] = lines.flatMap((line) => wrapText(line, width));
	const children = below.flatMap((child, position) => {
		const isLast = position === below.length - 1;
		const [head = '', ...tail] = drawBranch(child, columns - strokes.fork.length, strokes);
		const beside = isLast ? strokes.blank : strokes.pass;
		return [`${isLast ? strokes.end : strokes.fork}${head}`, ...tail.map((line) => beside + line)];
	});
	const own = rest.map((line) => `${below.length > 0 ? strokes.pass : ''}${line}`);
	return [first, ...own, ...children].map((line) => line.trimEnd());
}
