/** One thing that was measured, as it is printed. */
export type Row = {readonly label: string; readonly value: string};

/** What was hoped for, and whether it came out. */
export type Aim = {readonly text: string; readonly value: string; readonly isMet: boolean};

export type Figures = {
	readonly title: string;
	readonly rows: readonly Row[];
	readonly aims: readonly Aim[];
	/** What could not be measured here, and why. */
	readonly skipped: readonly string[];
};

/** Where a part of the benchmark may work, and the built program that it measures. */
export type Bench = {
	/** Absolute; empty at first, removed at the end. */
	readonly folder: string;
	/** Absolute path of a copy of dist/main.js. */
	readonly program: string;
};

export function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const [low = 0, high = 0] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
	return (low + high) / 2;
}

/** The median of each, measured one after the other in every round, because others use the machine. */
export async function takeTurns(
	times: number,
	measures: readonly (() => Promise<number>)[],
): Promise<readonly number[]> {
	const all = measures.map((): number[] => []);
	for (let time = 0; time < times; time++) {
		for (const [index, measure] of measures.entries()) all[index]?.push(await measure());
	}
	return all.map(median);
}

export const formatSeconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;

export const formatRatio = (ratio: number): string => `${ratio.toFixed(2)} x`;

export const formatMiB = (kiB: number): string => `${Math.round(kiB / 1024)} MiB`;

/** A title, the rows in two columns, then the aims with their verdicts. */
export function formatFigures({title, rows, aims, skipped}: Figures): string {
	const width = Math.max(...rows.map(({label}) => label.length), 0);
	return [
		title,
		...rows.map(({label, value}) => `  ${label.padEnd(width)}  ${value}`),
		...aims.map(({text, value, isMet}) => `  ${isMet ? 'ok    ' : 'missed'}  ${text}: ${value}`),
		...skipped.map((reason) => `  skip    ${reason}`),
	].join('\n');
}
