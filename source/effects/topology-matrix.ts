/** One row of `nvidia-smi topo -m`: what the driver's tool says about a GPU's place. */
export type MatrixRow = {
	/** As nvidia-smi counts. */
	readonly index: number;
	/** To each GPU of the matrix by its index: `X` (itself), `NV18`, `PIX`, `PXB`, `PHB`, `NODE`, `SYS`. */
	readonly links: ReadonlyMap<number, string>;
	/** The one node of the column NUMA Affinity; null where it names none or several. */
	readonly numaAffinity: number | null;
};

/** The GPUs of a matrix with tabs or blanks, with or without network cards; empty for any other text. */
export function parseTopologyMatrix(text: string): readonly MatrixRow[] {
	const lines = text.replaceAll(UNDERLINE, '').split('\n');
	const header = lines.find((line) => /^\s+GPU\d+\b/.test(line));
	if (header === undefined) return [];
	const titles = splitCells(header);
	return lines.flatMap((line) => readRow(titles, splitCells(line)) ?? []);
}

/** The tool underlines its header even where no terminal reads it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
const UNDERLINE = /\u001b\[\d*m/g;

/** Drivers separate cells by tabs; where a terminal was copied they have become blanks, two at least. */
function splitCells(line: string): readonly string[] {
	const cells = line.includes('\t') ? line.split('\t') : line.trimEnd().split(/ {2,}/);
	return cells.map((cell) => cell.trim());
}

function readRow(titles: readonly string[], cells: readonly string[]): MatrixRow | null {
	const index = readGpu(cells[0]);
	if (index === null) return null;
	const links = titles.flatMap((title, column) => {
		const gpu = column === 0 ? null : readGpu(title);
		const link = cells[column];
		return gpu === null || !link ? [] : [[gpu, link] as const];
	});
	// A row of blanks that lacks a cell has the next one in its place.
	const affinity = cells.length < titles.length ? undefined : cells[titles.indexOf('NUMA Affinity')];
	return {index, links: new Map(links), numaAffinity: /^\d+$/.test(affinity ?? '') ? Number(affinity) : null};
}

function readGpu(title: string | undefined): number | null {
	const digits = /^GPU(\d+)$/.exec(title ?? '')?.[1];
	return digits === undefined ? null : Number(digits);
}
