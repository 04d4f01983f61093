import type {ExperimentResult} from '../../domain/experiment.ts';

/** What a GPU is plugged into, as its driver said, and what that can carry at most. */
export type PcieLink = {
	readonly generation: number;
	readonly width: number;
	/** Each way, in GB/s of 1e9 bytes; null for a generation that this program does not know. */
	readonly gbPerS: number | null;
	/** Who saw it: the pass itself, or a timed one of the same cell. */
	readonly seenIn: 'the pass' | 'a timed pass';
};

/**
 * Transfers of a lane in 1e9 a second, one bit each, and the share of the bits that is data. Source: PCI Express Base
 * Specification; 8b/10b up to generation 2, 128b/130b up to 5, flits with 242 of 256 bytes in 6.
 */
const GENERATIONS: {
	readonly [generation: number]: {readonly gigaTransfers: number; readonly share: number; readonly code: string};
} = {
	1: {gigaTransfers: 2.5, share: 8 / 10, code: '8b/10b'},
	2: {gigaTransfers: 5, share: 8 / 10, code: '8b/10b'},
	3: {gigaTransfers: 8, share: 128 / 130, code: '128b/130b'},
	4: {gigaTransfers: 16, share: 128 / 130, code: '128b/130b'},
	5: {gigaTransfers: 32, share: 128 / 130, code: '128b/130b'},
	6: {gigaTransfers: 64, share: 242 / 256, code: 'flits of 242/256'},
};

/** Of the pass, or of what was timed beside it; null where no driver told. */
export function findLink(pass: ExperimentResult, timed: readonly ExperimentResult[]): PcieLink | null {
	return (
		readLink(pass, 'the pass') ??
		timed.map((one) => readLink(one, 'a timed pass')).find((link) => link !== null) ??
		null
	);
}

function readLink({telemetry}: ExperimentResult, seenIn: PcieLink['seenIn']): PcieLink | null {
	const {pcieGeneration: generation = null, pcieWidth: width = null} = telemetry ?? {};
	if (generation === null || width === null) return null;
	return {generation, width, gbPerS: computeLimit(generation, width), seenIn};
}

function computeLimit(generation: number, width: number): number | null {
	const known = GENERATIONS[generation];
	return known ? (known.gigaTransfers * known.share * width) / 8 : null;
}

/** `PCIe 5 x16, 63.0 GB/s each way (32 GT/s a lane, 128b/130b, packet headers not taken off)`. */
export function describeLink(link: PcieLink | null): string {
	if (!link) return 'unknown, because no driver said which PCIe generation and width it had';
	const {generation, width, gbPerS} = link;
	const name = `PCIe ${generation} x${width}`;
	const known = GENERATIONS[generation];
	if (!known || gbPerS === null) return `${name}, and what that carries is unknown here`;
	return `${name}, ${gbPerS.toFixed(1)} GB/s each way (${known.gigaTransfers} GT/s a lane, ${known.code}, packet headers not taken off)`;
}

/** What part of the link a copy used, percent; null where one of both is unknown. */
export const shareOfLink = (gbPerS: number | null, link: PcieLink | null): number | null =>
	gbPerS === null || !link?.gbPerS ? null : (100 * gbPerS) / link.gbPerS;
