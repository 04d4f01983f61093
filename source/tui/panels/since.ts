import type {SinceView} from '../../journal/select-since.ts';
import {wrapText} from '../../report/text.ts';
import {formatClock, formatDuration} from '../parts/duration.ts';
import {type Line, pack, part, rule} from '../parts/line.ts';
import type {Layout} from '../screen.ts';
import type {Tone} from '../theme.ts';

/** What is said first to somebody who comes back; times in epoch ms. */
export type Greeting = {
	readonly view: SinceView;
	readonly now: number;
	/** Nobody has looked before, so that it is the whole run. */
	readonly isWhole: boolean;
	readonly running: number;
	readonly waiting: number;
};

type Rows = SinceView['failed'];

const MOST_ROWS = 8;
const INDENT = 4;

/** What one comes back for, before anything else: how many ended, what went wrong, whether it goes on. */
export function laySince(greeting: Greeting, {columns, rows, theme, utcOffsetMinutes}: Layout): readonly Line[] {
	const {glyphs} = theme;
	const {view, now, isWhole, running, waiting} = greeting;
	const clock = (at: number) => formatClock(at, utcOffsetMinutes);
	const say = (text: string, tone: Tone = 'plain', indent = 2): readonly Line[] =>
		wrapText(text, Math.max(10, columns - indent - 2)).map((line) =>
			pack([part(`${' '.repeat(indent)}${line}`, tone)], columns, glyphs),
		);
	const list = (what: string, found: Rows, tone: Tone): readonly Line[] => {
		if (found.length === 0) return [];
		const shown = found.slice(-MOST_ROWS);
		const more = found.length - shown.length;
		return [
			...say(`${found.length} ${what}`, tone),
			...(more > 0 ? say(`${more} earlier ones; Tab shows all results`, 'dim', INDENT) : []),
			...shown.flatMap((row) =>
				say(`${clock(row.at)} ${[row.what, row.why].filter(Boolean).join(': ')}`, 'plain', INDENT),
			),
		];
	};
	const lines = [
		...say(`${view.succeeded} succeeded`, view.succeeded > 0 ? 'ok' : 'dim'),
		...(view.degraded > 0 ? say(`${view.degraded} degraded`, 'degraded') : []),
		...list('failed', view.failed, 'failed'),
		...list('given up', view.lost, 'failed'),
		...list('held', view.held, 'degraded'),
		...list('postponed', view.postponed, 'degraded'),
		...list('skipped', view.skipped, 'degraded'),
		...list('slowed down', view.throttled, 'degraded'),
		...list(view.warnings.length === 1 ? 'warning' : 'warnings', view.warnings, 'degraded'),
		[],
		...say(
			view.closed === null ? `${running} running, ${waiting} waiting` : `the run has ended: ${view.closed}`,
			'strong',
		),
	];
	const room = rows - 3;
	const shown =
		lines.length > room
			? [...lines.slice(0, room - 1), ...say(`${glyphs.ellipsis} and more than has room here`)]
			: lines;
	const title = `since ${isWhole ? 'the run began' : 'you left'}, ${formatDuration(now - view.since)} ago at ${clock(view.since)}`;
	return [
		rule(title, columns, glyphs),
		[],
		...shown,
		pack([part('  Any key goes on to the run.', 'dim')], columns, glyphs),
	];
}
