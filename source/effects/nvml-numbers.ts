const BYTES_PER_MIB = 1024 ** 2;
/** NVML_VALUE_NOT_AVAILABLE */
const NOT_AVAILABLE = 2n ** 64n - 1n;

/** An unsigned int of an answer; null stays null. */
export const readNumber = (answer: Buffer | null, at = 0): number | null => answer?.readUInt32LE(at) ?? null;

/** An unsigned long long of an answer; null also where NVML says that it has none. */
export function readCounter(answer: Buffer | null, at = 0): number | null {
	const value = answer?.readBigUInt64LE(at) ?? NOT_AVAILABLE;
	return value === NOT_AVAILABLE ? null : Number(value);
}

/** Rounded to thousandths, so that no line of the journal carries sixteen digits. */
export const scale = (value: number | null, factor: number): number | null =>
	value === null ? null : Math.round(value * factor * 1000) / 1000;

export const toMiB = (bytes: number | null): number | null => scale(bytes, 1 / BYTES_PER_MIB);
