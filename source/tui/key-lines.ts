import {wrapText} from '../report/text.ts';
import {KEYS, type ScreenName} from './keys.ts';
import {type Line, pack, part} from './parts/line.ts';
import type {Glyphs} from './theme.ts';

/** The line at the bottom; `leaving` says what the next q does. */
export function layKeyLine(screen: ScreenName, leaving: string, width: number, glyphs: Glyphs): Line {
	const texts = KEYS.flatMap(({line}) => line?.[screen] ?? []);
	const parts = texts.map((text, index) => part(text, 'dim', 8 - index));
	return pack([part(`q ${leaving}`, 'strong', 9), ...parts], width, glyphs);
}

/** What can be pressed on a screen, one row a key, in the order of the table. */
export function layHelp(screen: ScreenName, width: number, glyphs: Glyphs): readonly Line[] {
	const rows = KEYS.filter(({where}) => where.includes(screen));
	const column = Math.max(...rows.map(({name}) => name.length));
	return rows.flatMap(({name, does}) =>
		wrapText(does, Math.max(10, width - column - 4)).map((text, index) =>
			pack([part(`  ${(index === 0 ? name : '').padEnd(column)}`, 'strong', 9), part(text)], width, glyphs),
		),
	);
}
