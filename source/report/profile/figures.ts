const US = 1e3;
const MS = 1e6;
const S = 1e9;

/** Four digits with the unit: `850 ns`, `111.6 us`, `17.30 ms`. */
export function formatNs(ns: number | null | undefined): string {
	if (ns === null || ns === undefined) return '-';
	const size = Math.abs(ns);
	if (size < US) return `${ns.toFixed(0)} ns`;
	if (size < MS) return `${round(ns / US)} us`;
	return size < S ? `${round(ns / MS)} ms` : `${round(ns / S)} s`;
}

const round = (value: number): string => value.toFixed(Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 100 ? 1 : 2);

/** Decimal units, as links are sold: 1 GB is 1e9 bytes. */
export const formatBandwidth = (bytesPerS: number | null | undefined): string =>
	bytesPerS === null || bytesPerS === undefined ? '-' : `${(bytesPerS / 1e9).toFixed(2)} GB/s`;

export function formatBytes(bytes: number): string {
	if (bytes < 1e3) return `${bytes} B`;
	if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
	return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** `-` where a part has no whole. */
export const formatShare = (percent: number | null | undefined): string =>
	percent === null || percent === undefined ? '-' : `${percent.toFixed(1)} %`;
