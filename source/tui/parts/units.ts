/** Unknown stays unknown: what a tool answers with [N/A] is never drawn as a number. */
const UNKNOWN = 'N/A';

export const formatNumber = (value: number | null, digits = 0): string =>
	value === null || !Number.isFinite(value) ? UNKNOWN : value.toFixed(digits);

export const formatPercent = (value: number | null, digits = 0): string =>
	value === null ? UNKNOWN : `${formatNumber(value, digits)} %`;

/** MiB as GiB with one digit. */
export const formatGiB = (mib: number | null): string => (mib === null ? UNKNOWN : `${toGiB(mib)} GiB`);

/** `used/total GiB`. */
export const formatMemory = (usedMiB: number | null, totalMiB: number | null): string =>
	formatShare(toGiB(usedMiB), toGiB(totalMiB), 'GiB');

/** `drawn/limit W`. */
export const formatPower = (watts: number | null, limitWatts: number | null): string =>
	formatShare(formatNumber(watts), formatNumber(limitWatts), 'W');

/** ms with as many digits as are worth reading. */
export function formatMs(value: number | null): string {
	if (value === null) return UNKNOWN;
	return formatNumber(value, value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

const toGiB = (mib: number | null): string => formatNumber(mib === null ? null : mib / 1024, 1);

const formatShare = (part: string, whole: string, unit: string): string =>
	part === UNKNOWN && whole === UNKNOWN ? UNKNOWN : `${part}/${whole} ${unit}`;
