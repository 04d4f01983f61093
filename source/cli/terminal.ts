import type {Palette} from '../tui/theme.ts';
import type {Flags} from './arguments.ts';

/** How a person sees a run: a live screen, a line an event, JSON lines, or nothing, because a screen of its own shows it. */
export type View = 'screen' | 'lines' | 'json' | 'none';

export function chooseView({json, headless}: Flags): View {
	if (json) return 'json';
	const isTerminal = process.stdout.isTTY && process.stdin.isTTY && process.env.TERM !== 'dumb';
	return isTerminal && !headless ? 'screen' : 'lines';
}

/** What the screen must know of the terminal that it is drawn on. */
export const describeTerminal = (flags: Flags) => ({
	utcOffsetMinutes: -new Date().getTimezoneOffset(),
	ascii: flags.ascii === true || !isUnicode(),
	palette: choosePalette(process.env),
});

/** A light background is known where the terminal says so; NO_COLOR counts when it is not empty (no-color.org). */
function choosePalette({NO_COLOR, COLORFGBG = ''}: NodeJS.ProcessEnv): Palette {
	if (NO_COLOR) return 'none';
	const background = Number(COLORFGBG.split(';').at(-1) || 0);
	return background === 7 || background === 15 ? 'light' : 'dark';
}

const isUnicode = (): boolean => /utf-?8/i.test(process.env.LC_ALL || process.env.LC_CTYPE || process.env.LANG || '');
