import {wrapText} from '../report/text.ts';
import {layHelp} from './key-lines.ts';
import type {ScreenName} from './keys.ts';
import {type Line, pack, part, rule} from './parts/line.ts';
import type {Layout, Question} from './screen.ts';
import {MIN_COLUMNS, MIN_ROWS} from './screens/layout.ts';
import type {Glyphs} from './theme.ts';

/** All keys of a screen, from the line `offset`. */
export function layHelpPage(screen: ScreenName, offset: number, {columns, rows, theme}: Layout): readonly Line[] {
	const {glyphs} = theme;
	const keys = layHelp(screen, columns, glyphs);
	const page = rows - 2;
	const more =
		keys.length > page ? `, lines ${offset + 1}-${Math.min(keys.length, offset + page)} of ${keys.length}` : '';
	return [
		rule(`keys of the ${screen}${more}`, columns, glyphs),
		...keys.slice(offset, offset + page),
		pack([part(`  ${more ? 'j and k scroll; any other' : 'Any'} key closes this list.`, 'dim')], columns, glyphs),
	];
}

export const findMaxHelpOffset = (screen: ScreenName, {columns, rows, theme}: Layout): number =>
	Math.max(0, layHelp(screen, columns, theme.glyphs).length - (rows - 2));

/** A question takes the whole screen, so that nothing moves behind it while one reads. */
export function layQuestion({lines, yes}: Question, {columns, rows, theme}: Layout): readonly Line[] {
	const {glyphs} = theme;
	const texts = lines.flatMap((line) => wrapText(line, Math.max(10, columns - 4)));
	return [
		rule('are you sure', columns, glyphs),
		[],
		...texts.map((text) => pack([part(`  ${text}`)], columns, glyphs)),
		[],
		pack([part('  y', 'failed', 9), part(yes, 'strong', 9)], columns, glyphs),
		pack([part('  n, Enter, Esc or any other key', 'strong', 9), part('no, go on', 'plain', 9)], columns, glyphs),
	].slice(0, rows);
}

/** In the place of the line of keys, because no other key has its meaning now. */
export const layAnswers = ({yes}: Question, width: number, glyphs: Glyphs): Line =>
	pack([part(`y ${yes}`, 'strong', 8), part('any other key: no', 'strong', 9)], width, glyphs);

/** Says what is missing, and that the run does not mind. */
export const layTooSmall = (columns: number, rows: number, {theme}: Pick<Layout, 'theme'>): readonly Line[] =>
	[
		`This terminal has ${columns}x${rows}.`,
		`warpdeck needs ${MIN_COLUMNS}x${MIN_ROWS}.`,
		'Enlarge it: the run goes on.',
	].map((text) => pack([part(text)], Math.max(1, columns - 1), theme.glyphs));
