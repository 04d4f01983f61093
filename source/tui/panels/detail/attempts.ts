import type {AttemptView} from '../../../journal/list-attempts.ts';
import {describeOutcome} from '../../../report/outcome-text.ts';
import {formatClock, formatDuration, formatZone} from '../../parts/duration.ts';
import {type Line, pack, part} from '../../parts/line.ts';
import type {DetailModel} from './model.ts';
import {layNote, type PageLayout, STATUS_TONES} from './page.ts';

const CLOCK_COLUMNS = '00:00:00'.length;
const TOOK_COLUMNS = 8;

/** A line for each attempt, and below it why it was not the last. */
export function layAttempts({attempts, view}: DetailModel, layout: PageLayout): readonly Line[] {
	if (attempts.length === 0) {
		const text =
			view.attempt === 0 ? 'none yet' : `attempt ${view.attempt}; the others are not known without the journal`;
		return layNote(text, layout);
	}
	const {width, glyphs, utcOffsetMinutes} = layout;
	const titles = `${'#'.padStart(3)}  ${'start'.padEnd(CLOCK_COLUMNS)}  ${'end'.padEnd(CLOCK_COLUMNS)}  ${'took'.padStart(TOOK_COLUMNS)}  outcome, times in ${formatZone(utcOffsetMinutes)}`;
	return [pack([part(titles, 'dim')], width, glyphs), ...attempts.flatMap((one) => layAttempt(one, layout))];
}

function layAttempt(one: AttemptView, {width, glyphs, utcOffsetMinutes}: PageLayout): readonly Line[] {
	const clock = (at: number | null) => (at === null ? '-'.padEnd(CLOCK_COLUMNS) : formatClock(at, utcOffsetMinutes));
	const {attempt, launchedAt, endedAt, result, repeated} = one;
	const took = result ? result.durationS * 1000 : endedAt === null ? null : endedAt - launchedAt;
	const times = `${`${attempt}`.padStart(3)}  ${clock(launchedAt)}  ${clock(endedAt)}  ${(took === null ? '-' : formatDuration(took)).padStart(TOOK_COLUMNS)}`;
	const line = pack(
		[part(times, 'plain', 9), part(describeEnd(one), result ? STATUS_TONES[result.status] : 'plain', 8)],
		width,
		glyphs,
	);
	if (!repeated) return [line];
	const who = repeated.by === 'resume' ? ' by warpdeck resume' : repeated.by === null ? '' : ` by ${repeated.by}`;
	const cause = repeated.why === 'unknown' ? '; the journal does not say why' : `: ${repeated.why}`;
	const why = `     repeated${who} at ${clock(repeated.at)}${cause}`;
	return [line, pack([part(why, 'dim')], width, glyphs)];
}

function describeEnd({outcome, result, startedAt, repeated}: AttemptView): string {
	const words = [result?.status ?? '', outcome ? describeOutcome(outcome) : ''].filter(Boolean).join(': ');
	if (words) return words;
	if (repeated) return 'its end was never written';
	return startedAt === null ? 'launching' : 'running';
}
