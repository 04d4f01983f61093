import type {Since} from '../../journal/select-since.ts';
import {wrapText} from '../../report/text.ts';
import {formatClock, formatDuration} from '../parts/duration.ts';
import {type Line, pack, part, rule} from '../parts/line.ts';
import type {Layout} from '../screen.ts';
import type {Tone} from '../theme.ts';

/** What one comes back for, before anything else: how many ended, what went wrong, whether it goes on. */
export function laySince(since: Since, {columns, rows, theme, utcOffsetMinutes}: Layout): readonly Line[] {
	const {glyphs} = theme;
	const say = (text: string, tone: Tone = 'plain'): readonly Line[] =>
		wrapText(text, Math.max(10, columns - 4)).map((line) => pack([part(`  ${line}`, tone)], columns, glyphs));
	const clock = (at: number) => formatClock(at, utcOffsetMinutes);
	const {succeeded, degraded, failed, postponed, failures, throttled, lost, warnings} = since;
	const lines = [
		rule(`${describeFrom(since)}, ${formatDuration(since.to - since.from)} ago at ${clock(since.from)}`, columns, glyphs),
		[],
		...say(`${succeeded} succeeded`, succeeded > 0 ? 'ok' : 'dim'),
		...(degraded > 0 ? say(`${degraded} degraded`, 'degraded') : []),
		...say(`${failed} failed`, failed > 0 ? 'failed' : 'dim'),
		...failures.flatMap(({id, at, message}) => say(`  ${clock(at)} ${id}: ${message}`)),
		...(failed > failures.length ? say(`  and ${failed - failures.length} more`) : []),
		...(postponed > 0 ? say(`${postponed} postponed`, 'degraded') : []),
		...lost.flatMap((text) => say(`given up: ${text}`, 'failed')),
		...throttled.slice(0, failures.length + 3).flatMap(({id, reasons}) => say(`slowed down (${reasons}): ${id}`, 'degraded')),
		...[...new Set(warnings)].flatMap((text) => say(`warning: ${text}`, 'degraded')),
		[],
		...say(
			since.closed === null
				? `${since.running} running, ${since.waiting} waiting`
				: `the run has ended: ${since.closed}`,
			'strong',
		),
	];
	const shown = lines.length > rows - 1 ? [...lines.slice(0, rows - 2), ...say('…')] : lines;
	return [...shown.slice(0, rows - 1), pack([part('  Any key goes on to the run.', 'dim')], columns, glyphs)];
}

const describeFrom = ({isWhole}: Since): string => (isWhole ? 'since the run began' : 'since you left');
