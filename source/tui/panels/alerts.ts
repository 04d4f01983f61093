import type {Alert} from '../../journal/select.ts';
import {formatRunning} from '../parts/duration.ts';
import {clean, truncate} from '../parts/fit.ts';
import {type Line, part, spread} from '../parts/line.ts';
import type {Glyphs} from '../theme.ts';
import {alertTone} from './lane-words.ts';

type AlertsLayout = {readonly width: number; readonly rows: number; readonly glyphs: Glyphs};

/** Exactly `rows` lines, the first alerts there are; those that have no room are counted on the last one. */
export function layAlerts(alerts: readonly Alert[], {width, rows, glyphs}: AlertsLayout): readonly Line[] {
	const hidden = alerts.length - rows;
	return alerts.slice(0, rows).map((alert, index) => {
		const more = index === rows - 1 && hidden > 0 ? `+${hidden} more` : '';
		return layAlert(alert, more, width, glyphs);
	});
}

/** The text is cut where it is too long, because a line without it would say nothing. */
function layAlert(alert: Alert, more: string, width: number, glyphs: Glyphs): Line {
	const {level, text, advice, forMs} = alert;
	const tone = alertTone(alert);
	const right = [forMs === null ? '' : `for ${formatRunning(forMs)}`, more].filter((words) => words !== '');
	const mark = `! ${level}`;
	const room = width - right.reduce((sum, words) => sum + words.length + 2, mark.length + 2);
	const left = [
		part(mark, tone, 9),
		part(truncate(clean(text, glyphs.ascii), Math.max(1, room), glyphs.ellipsis), tone, 8),
		part(`try: ${advice}`, 'plain', 2),
	];
	return spread(
		left,
		right.map((words) => part(words, 'plain', 7)),
		width,
		glyphs,
	);
}
