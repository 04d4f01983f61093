/** What NVML writes its answers into: words of 32 bits, because a BigInt for each longer one would be garbage at every sample. */
export type Answer = Uint32Array<ArrayBuffer>;

const BYTES_PER_MIB = 1024 ** 2;
const ALL_BITS = 2 ** 32 - 1;

/** An unsigned int of an answer; null stays null. */
export const readNumber = (answer: Answer | null, word = 0): number | null => answer?.[word] ?? null;

/** An unsigned long long of an answer; null also where NVML says that it has none (NVML_VALUE_NOT_AVAILABLE). */
export function readCounter(answer: Answer | null, word = 0): number | null {
	const low = answer?.[word] ?? ALL_BITS;
	const high = answer?.[word + 1] ?? ALL_BITS;
	return low === ALL_BITS && high === ALL_BITS ? null : high * 2 ** 32 + low;
}

/** An address of this process, which always fits into a number. */
export const readHandle = (answer: Answer): number => readCounter(answer) ?? 0;

/** Rounded to thousandths, so that no line of the journal carries sixteen digits. */
export const scale = (value: number | null, factor: number): number | null =>
	value === null ? null : Math.round(value * factor * 1000) / 1000;

export const toMiB = (bytes: number | null): number | null => scale(bytes, 1 / BYTES_PER_MIB);
