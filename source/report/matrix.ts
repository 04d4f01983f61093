/** A square table with the same labels on both sides; where it is wider than `columns`, in parts below each other. */
export function formatMatrix(
	labels: readonly string[],
	cells: readonly (readonly string[])[],
	columns: number,
): readonly string[] {
	const width = Math.max(...[...labels, ...cells.flat()].map(({length}) => length));
	const side = Math.max(...labels.map(({length}) => length));
	const perPart = Math.max(1, Math.floor((columns - side) / (width + GAP)));
	const parts = Array.from({length: Math.ceil(labels.length / perPart)}, (_, part) => part * perPart);
	return parts.flatMap((from) => {
		const pick = (row: readonly string[]) => row.slice(from, from + perPart);
		const format = (label: string, row: readonly string[]) =>
			[label.padEnd(side), ...pick(row).map((cell) => cell.padStart(width + GAP))].join('').trimEnd();
		return [format('', labels), ...labels.map((label, row) => format(label, cells[row] ?? []))];
	});
}

const GAP = 2;
