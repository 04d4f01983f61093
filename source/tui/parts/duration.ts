/** `00:07`, `12:03`, `1:02:03`; unknown is said, never 0. */
export function formatDuration(ms: number | null): string {
	if (ms === null || !Number.isFinite(ms)) return 'unknown';
	const seconds = Math.max(0, Math.floor(ms / 1000));
	const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
	return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}

/** `0.02 s`, `6 s`, `12:03`: a short time in seconds with as many digits as are worth reading. */
export function formatSpan(ms: number): string {
	const seconds = ms / 1000;
	if (seconds >= 99.5) return formatDuration(ms);
	return `${seconds.toFixed(seconds >= 9.95 ? 0 : seconds >= 0.995 ? 1 : 2)} s`;
}

/** The same for a time that runs: whole seconds, which change once a second. */
export const formatRunning = (ms: number): string =>
	ms < 100_000 ? `${Math.floor(Math.max(0, ms) / 1000)} s` : formatDuration(ms);

/** Clock time `03:16:10` of an epoch ms in the zone that is `utcOffsetMinutes` east of UTC. */
export function formatClock(at: number, utcOffsetMinutes: number): string {
	const seconds = Math.floor(at / 1000) + utcOffsetMinutes * 60;
	const ofDay = ((seconds % 86_400) + 86_400) % 86_400;
	return [Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60, ofDay % 60].map(two).join(':');
}

/** `UTC`, `UTC+2`, `UTC-3:30`. */
export function formatZone(utcOffsetMinutes: number): string {
	if (utcOffsetMinutes === 0) return 'UTC';
	const minutes = Math.abs(utcOffsetMinutes);
	const rest = minutes % 60 === 0 ? '' : `:${two(minutes % 60)}`;
	return `UTC${utcOffsetMinutes < 0 ? '-' : '+'}${Math.floor(minutes / 60)}${rest}`;
}

const two = (value: number): string => `${value}`.padStart(2, '0');
