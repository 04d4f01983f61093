/** Thousands are separated by commas where the locale says so. */
const NUMBER = /^[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[+-]?\d+)?$/i;
const ABSENT = /^(?:n\/a|\(?nan\)?|[+-]?inf(?:inity)?|)$/i;

const SECONDS: {readonly [unit: string]: number} = {
	ns: 1e-9,
	nsecond: 1e-9,
	us: 1e-6,
	usecond: 1e-6,
	ms: 1e-3,
	msecond: 1e-3,
	s: 1,
	second: 1,
};
/** ncu scales decimally: 1 Kbyte is 1000 bytes. */
const SCALES: {readonly [prefix: string]: number} = {'': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12};
const BYTES = /^([KMGT]?)(?:byte|B)(?:\/(ns|us|ms|s|nsecond|usecond|msecond|second))?$/;

/**
 * The value in its base unit: percent as it is, seconds, bytes, bytes a second; any other unit as it is. null where ncu
 * measured nothing.
 */
export function readNcuNumber(text: string, unit: string): number | null | 'unreadable' {
	const value = text.trim();
	if (ABSENT.test(value)) return null;
	if (!NUMBER.test(value)) return 'unreadable';
	return Number(value.replaceAll(',', '')) * scaleOf(unit.trim());
}

function scaleOf(unit: string): number {
	const [whole, prefix = '', per] = BYTES.exec(unit) ?? [];
	if (whole === undefined) return SECONDS[unit] ?? 1;
	return (SCALES[prefix] ?? 1) / (per === undefined ? 1 : (SECONDS[per] ?? 1));
}
