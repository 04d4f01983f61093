import type {ExperimentView} from '../../../journal/select-experiment.ts';
import {wrapText} from '../../../report/text.ts';
import {clean} from '../../parts/fit.ts';
import {type Line, type Part, pack, part} from '../../parts/line.ts';
import type {Glyphs, Tone} from '../../theme.ts';

/** Room for a page of the detail screen. */
export type PageLayout = {
	readonly width: number;
	/** Rows that are there; a page that scrolls may have more. */
	readonly rows: number;
	readonly glyphs: Glyphs;
	readonly utcOffsetMinutes: number;
};

export const STATUS_TONES: {readonly [status in ExperimentView['status']]: Tone} = {
	waiting: 'dim',
	postponed: 'degraded',
	skipped: 'degraded',
	launching: 'accent',
	running: 'accent',
	ended: 'accent',
	succeeded: 'ok',
	degraded: 'degraded',
	failed: 'failed',
};

const LABEL_COLUMNS = 12;

/** A label and its text, which goes on below itself where it is longer than the line. */
export function layField(
	label: string,
	text: string,
	{width, glyphs}: PageLayout,
	tone: Tone = 'plain',
): readonly Line[] {
	const words = clean(text, glyphs.ascii);
	return wrapText(words, Math.max(10, width - LABEL_COLUMNS)).map((line, index) => [
		layLabel(index === 0 ? label : ''),
		{text: line, tone},
	]);
}

/** A label and parts of which the least important leave where there is no room. */
export const layParts = (label: string, parts: readonly Part[], {width, glyphs}: PageLayout): Line => [
	layLabel(label),
	...pack(parts, width - LABEL_COLUMNS, glyphs),
];

const layLabel = (label: string) => ({text: label.padEnd(LABEL_COLUMNS), tone: 'dim'}) as const;

export const layNote = (text: string, {width, glyphs}: PageLayout, tone: Tone = 'dim'): readonly Line[] =>
	wrapText(clean(text, glyphs.ascii), Math.max(10, width)).map((line) => pack([part(line, tone)], width, glyphs));
