import {fitLine} from './regression.ts';

/** Memory as a straight line of what is searched, by least squares. */
export type MemoryFit = {
	readonly interceptMiB: number;
	readonly mibPerUnit: number;
	readonly n: number;
	/** Largest distance of a point from the line. */
	readonly offMiB: number;
};

/** null for fewer than three values, and where the scatter leaves open whether more takes more. */
export function fitMemory(points: readonly (readonly [value: number, mib: number])[]): MemoryFit | null {
	const line = fitLine(points);
	if (line === null || line.low <= 0) return null;
	const {intercept, slope} = line;
	const offMiB = points.reduce((most, [value, mib]) => Math.max(most, Math.abs(mib - intercept - slope * value)), 0);
	return {interceptMiB: intercept, mibPerUnit: slope, n: points.length, offMiB};
}

/** What the line says would take no more than this; derived, and beyond what was measured no more than a hint. */
export const predictLargest = ({interceptMiB, mibPerUnit, offMiB}: MemoryFit, haveMiB: number): number =>
	Math.max(0, Math.floor((haveMiB - offMiB - interceptMiB) / mibPerUnit + ROUNDING));

/** What comes out as 59.999999 is 60. */
const ROUNDING = 1e-6;
