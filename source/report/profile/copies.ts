import {addToTally, closeTally, type OpenTally, openTally, type Tally} from './tally.ts';

export type CopyFigures = Tally & {
	/** `h2d`, `d2h`, `d2d` … */
	readonly kind: string;
	/** What the host's side of it was; null where no host took part or nobody knows. */
	readonly hostMemory: string | null;
	readonly bytes: number;
	/** Bytes / time of the copies themselves, in bytes (not MiB) a second; null when they took no time. */
	readonly bytesPerS: number | null;
};

export const [H2D_KIND, D2H_KIND] = [1, 2];

const KINDS: {readonly [code: number]: string} = {
	1: 'h2d',
	2: 'd2h',
	3: 'h2a',
	4: 'a2h',
	5: 'a2a',
	6: 'a2d',
	7: 'd2a',
	8: 'd2d',
	9: 'h2h',
	10: 'p2p',
	11: 'unified h2d',
	12: 'unified d2h',
	13: 'unified d2d',
};
const HOST_MEMORY: {readonly [code: number]: string} = {0: 'pageable', 1: 'pinned', 4: 'managed', 6: 'managed static'};

export const nameCopyKind = (kind: number): string => KINDS[kind] ?? `kind ${kind}`;

export const nameHostMemory = (kind: number | null): string | null => HOST_MEMORY[kind ?? -1] ?? null;

/** More than any kind has. */
const SPREAD = 1024;

type Copies = {
	readonly add: (kind: number, hostMemory: number | null, bytes: number, ns: number) => void;
	readonly close: () => readonly CopyFigures[];
};

export function createCopies(): Copies {
	const tallies = new Map<number, OpenTally & {bytes: number}>();
	return {
		add: (kind, hostMemory, bytes, ns) => {
			const key = kind * SPREAD + (hostMemory ?? SPREAD - 1);
			let tally = tallies.get(key);
			if (!tally) {
				tally = {...openTally(), bytes: 0};
				tallies.set(key, tally);
			}
			addToTally(tally, ns);
			tally.bytes += bytes;
		},
		close: () => [...tallies].toSorted(([left], [right]) => left - right).flatMap(describe),
	};
}

function describe([key, open]: readonly [number, OpenTally & {bytes: number}]): readonly CopyFigures[] {
	const tally = closeTally(open);
	const kind = Math.floor(key / SPREAD);
	if (!tally) return [];
	const bytesPerS = tally.totalNs > 0 ? (1e9 * open.bytes) / tally.totalNs : null;
	return [
		{
			kind: nameCopyKind(kind),
			hostMemory: nameHostMemory(key % SPREAD),
			...tally,
			bytes: open.bytes,
			bytesPerS,
		},
	];
}
