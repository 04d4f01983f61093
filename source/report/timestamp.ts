const DAY_MS = 86_400_000;

/** Epoch ms -> `2025-07-12T02:31:02.000Z`, by arithmetic because pure folders know no Date. */
export function formatTimestamp(epochMs: number): string {
	const day = Math.floor(epochMs / DAY_MS);
	const ms = Math.floor(epochMs - day * DAY_MS);
	const clock = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60].map((part) => pad(Math.floor(part), 2));
	const {year, month, dayOfMonth} = toCivil(day);
	return `${pad(year, 4)}-${pad(month, 2)}-${pad(dayOfMonth, 2)}T${clock.join(':')}.${pad(ms % 1000, 3)}Z`;
}

/** Days since 1970-01-01 to the Gregorian calendar; years are counted from March so that leap days come last. */
function toCivil(day: number): {readonly year: number; readonly month: number; readonly dayOfMonth: number} {
	const shifted = day + 719_468;
	const era = Math.floor(shifted / 146_097);
	const dayOfEra = shifted - era * 146_097;
	const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
	const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
	const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
	const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
	const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
	const dayOfMonth = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
	return {year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth};
}

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');
