import type {Glyphs, Tone} from '../theme.ts';
import {clean, displayWidth, truncate} from './fit.ts';

/** A line is laid out as text before Ink sees it, so that it cannot be wider than the screen. */
export type Line = readonly Segment[];
type Segment = {readonly text: string; readonly tone: Tone};
/** What keeps longest when room is short has the highest `keep`. */
export type Part = Segment & {readonly keep: number};

const GAP = '  ';

export const part = (text: string, tone: Tone = 'plain', keep = 5): Part => ({text, tone, keep});

/** Parts with two blanks between them; those with the least `keep` leave until the rest fits. */
export const pack = (parts: readonly Part[], width: number, glyphs: Glyphs): Line => spread(parts, [], width, glyphs);

/** The same, with some of the parts at the right end; both sides compete for the room. */
export function spread(left: readonly Part[], right: readonly Part[], width: number, glyphs: Glyphs): Line {
	const kept = keep([...left, ...right], width, glyphs);
	const start = join(kept.filter(({source}) => left.includes(source)));
	const end = join(kept.filter(({source}) => !left.includes(source)));
	if (end.length === 0) return start;
	const blanks = ' '.repeat(Math.max(0, width - lineWidth(start) - lineWidth(end)));
	return [...start, {text: blanks, tone: 'plain'}, ...end];
}

type Kept = Part & {readonly source: Part};

function keep(parts: readonly Part[], width: number, glyphs: Glyphs): readonly Kept[] {
	const kept = parts
		.map((source) => ({...source, source, text: clean(source.text, glyphs.ascii)}))
		.filter(({text}) => text !== '');
	while (kept.length > 1 && widthOf(kept) > width) {
		const least = kept.reduce((low, one) => Math.min(low, one.keep), Number.POSITIVE_INFINITY);
		kept.splice(
			kept.findLastIndex((one) => one.keep === least),
			1,
		);
	}
	return kept.map((one) => ({...one, text: truncate(one.text, width, glyphs.ellipsis)}));
}

const join = (parts: readonly Part[]): Line =>
	parts.map(({text, tone}, index) => ({text: index === 0 ? text : `${GAP}${text}`, tone}));

/** A line across the screen with a name in it. */
export function rule(title: string, width: number, glyphs: Glyphs): Line {
	const name = title === '' ? '' : ` ${clean(title, glyphs.ascii)} `;
	const text = truncate(`${glyphs.rule.repeat(name ? 2 : 0)}${name}`, width, glyphs.ellipsis);
	return [{text: text + glyphs.rule.repeat(Math.max(0, width - displayWidth(text))), tone: 'dim'}];
}

export const lineText = (line: Line): string => line.map(({text}) => text).join('');
export const lineWidth = (line: Line): number => displayWidth(lineText(line));

const widthOf = (parts: readonly Part[]): number =>
	parts.reduce((sum, {text}) => sum + displayWidth(text), GAP.length * (parts.length - 1));
