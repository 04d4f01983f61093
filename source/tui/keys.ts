import type {Key} from 'ink';
import {wrapText} from '../report/text.ts';
import {type Line, pack, part} from './parts/line.ts';
import type {Glyphs} from './theme.ts';

export type ScreenName = 'dashboard' | 'summary';

export type Action =
	| 'leave'
	| 'toggle-screen'
	| 'up'
	| 'down'
	| 'page-up'
	| 'page-down'
	| 'top'
	| 'bottom'
	| 'redraw'
	| 'help';

type KeyRow = {
	/** As `readKeys` names them. */
	readonly keys: readonly string[];
	/** As a person reads them. */
	readonly name: string;
	readonly where: readonly ScreenName[];
	/** For the line at the bottom of a screen; what has none there is only in the help. */
	readonly line?: {readonly [screen in ScreenName]?: string};
	readonly does: string;
	readonly action: Action;
};

const BOTH: readonly ScreenName[] = ['dashboard', 'summary'];

/** The only table of keys: what a key does, the line at the bottom and the help all come from here. */
export const KEYS: readonly KeyRow[] = [
	{
		keys: ['q', 'ctrl-c'],
		name: 'q, Ctrl-C',
		where: BOTH,
		does: 'first: start nothing more; second: stop the running ones; third: kill them; leaves once the run is closed',
		action: 'leave',
	},
	{
		keys: ['?'],
		name: '?',
		where: BOTH,
		line: {dashboard: '? help', summary: '? help'},
		does: 'show this list; any key closes it',
		action: 'help',
	},
	{
		keys: ['tab', 's'],
		name: 'Tab, s',
		where: BOTH,
		line: {dashboard: 'Tab summary', summary: 'Tab dashboard'},
		does: 'change between dashboard and summary',
		action: 'toggle-screen',
	},
	{
		keys: ['up', 'k'],
		name: 'Up, k',
		where: BOTH,
		does: 'dashboard: the lane above; summary: one line up',
		action: 'up',
	},
	{
		keys: ['down', 'j'],
		name: 'Down, j',
		where: BOTH,
		line: {dashboard: 'j/k lane', summary: 'j/k scroll'},
		does: 'dashboard: the lane below; summary: one line down',
		action: 'down',
	},
	{keys: ['pageup'], name: 'PgUp', where: ['summary'], does: 'one screen up', action: 'page-up'},
	{
		keys: ['pagedown', ' '],
		name: 'PgDn, Space',
		where: ['summary'],
		line: {summary: 'PgUp/PgDn page'},
		does: 'one screen down',
		action: 'page-down',
	},
	{keys: ['g', 'home'], name: 'g, Home', where: BOTH, does: 'the first lane or line', action: 'top'},
	{keys: ['G', 'end'], name: 'G, End', where: BOTH, does: 'the last lane or line', action: 'bottom'},
	{
		keys: ['ctrl-l'],
		name: 'Ctrl-L',
		where: BOTH,
		line: {dashboard: 'Ctrl-L redraw', summary: 'Ctrl-L redraw'},
		does: 'draw the screen anew',
		action: 'redraw',
	},
];

export const findAction = (pressed: string, screen: ScreenName): Action | undefined =>
	KEYS.find(({keys, where}) => keys.includes(pressed) && where.includes(screen))?.action;

/** Names of the keys in one event of Ink: a slow line delivers `jjjj` at once, and that is four keys. */
export function readKeys(input: string, key: Key): readonly string[] {
	if (key.ctrl) return [`ctrl-${input.toLowerCase()}`];
	if (key.upArrow) return ['up'];
	if (key.downArrow) return ['down'];
	if (key.pageUp) return ['pageup'];
	if (key.pageDown) return ['pagedown'];
	if (key.home) return ['home'];
	if (key.end) return ['end'];
	if (key.tab) return ['tab'];
	if (key.escape) return ['escape'];
	return [...input];
}

/** The line at the bottom; `leaving` says what the next q does. */
export function layKeyLine(screen: ScreenName, leaving: string, width: number, glyphs: Glyphs): Line {
	const texts = KEYS.flatMap(({line}) => line?.[screen] ?? []);
	const parts = texts.map((text, index) => part(text, 'dim', 8 - index));
	return pack([part(`q ${leaving}`, 'strong', 9), ...parts], width, glyphs);
}

/** One line a key, in the order of the table. */
export function layHelp(width: number, glyphs: Glyphs): readonly Line[] {
	const column = Math.max(...KEYS.map(({name}) => name.length));
	return KEYS.flatMap(({name, does}) =>
		wrapText(does, Math.max(10, width - column - 4)).map((text, index) =>
			pack([part(`  ${(index === 0 ? name : '').padEnd(column)}`, 'strong', 9), part(text)], width, glyphs),
		),
	);
}
