import {type ExperimentResult, getDurationS, listInvalid} from '../../../domain/experiment.ts';
import {VALIDITY} from '../../../journal/event.ts';
import type {AttemptView} from '../../../journal/list-attempts.ts';
import {describeOutcome} from '../../../report/outcome-text.ts';
import {formatClock, formatDuration, formatZone} from '../../parts/duration.ts';
import {type Line, pack, part} from '../../parts/line.ts';
import type {DetailModel} from './model.ts';
import {layField, layNote, type PageLayout, STATUS_TONES} from './page.ts';

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

function layAttempt(one: AttemptView, layout: PageLayout): readonly Line[] {
	const {width, glyphs, utcOffsetMinutes} = layout;
	const clock = (at: number | null) => (at === null ? '-'.padEnd(CLOCK_COLUMNS) : formatClock(at, utcOffsetMinutes));
	const {attempt, launchedAt, endedAt, result, repeated} = one;
	const durationS = result ? getDurationS(result) : null;
	const took = durationS !== null ? durationS * 1000 : result || endedAt === null ? null : endedAt - launchedAt;
	const times = `${`${attempt}`.padStart(3)}  ${clock(launchedAt)}  ${clock(endedAt)}  ${(took === null ? '-' : formatDuration(took)).padStart(TOOK_COLUMNS)}`;
	const line = pack(
		[part(times, 'plain', 9), part(describeEnd(one), result ? STATUS_TONES[result.status] : 'plain', 8)],
		width,
		glyphs,
	);
	if (!repeated) return [line];
	return [
		line,
		...layInvalid(result, layout),
		pack([part(`     ${describeRepeat(repeated, clock)}`, 'dim')], width, glyphs),
	];
}

type Repeated = NonNullable<AttemptView['repeated']>;

function describeRepeat({at, why, by}: Repeated, clock: (at: number) => string): string {
	if (by === VALIDITY) return `repeated once at ${clock(at)}, because it is invalid`;
	const who = by === 'resume' ? ' by warpdeck resume' : by === null ? '' : ` by ${by}`;
	return `repeated${who} at ${clock(at)}${why === 'unknown' ? '; the journal does not say why' : `: ${why}`}`;
}

/** The state above has the reasons of the latest attempt only. */
const layInvalid = (result: ExperimentResult | null, layout: PageLayout): readonly Line[] =>
	result ? listInvalid(result).flatMap((reason) => layField('', reason, layout, 'invalid')) : [];

function describeEnd({outcome, result, startedAt, repeated}: AttemptView): string {
	const words = [result?.status ?? '', outcome ? describeOutcome(outcome) : ''].filter(Boolean).join(': ');
	if (words) return words;
	if (repeated) return 'its end was never written';
	return startedAt === null ? 'launching' : 'running';
}
