import type {Key} from 'ink';

/** Names of the keys in one event of Ink: a slow line delivers `jjjj` at once, and that is four keys. */
export function readKeys(input: string, key: Key): readonly string[] {
	const named = SPECIAL_KEYS.find(([flag]) => key[flag]);
	if (key.tab && key.shift) return ['shift-tab'];
	if (named) return [named[1]];
	if (key.ctrl) return [`ctrl-${input.toLowerCase()}`];
	const signs = [...input].map((sign) => CONTROL_SIGNS.get(sign) ?? sign);
	// Esc and a letter in one chunk look like Alt and the letter, and a slow line sends them so.
	return key.meta ? ['escape', ...signs] : signs;
}

/** What Ink tells apart by a flag. */
const SPECIAL_KEYS = [
	['upArrow', 'up'],
	['downArrow', 'down'],
	['leftArrow', 'left'],
	['rightArrow', 'right'],
	['pageUp', 'pageup'],
	['pageDown', 'pagedown'],
	['home', 'home'],
	['end', 'end'],
	['return', 'enter'],
	['tab', 'tab'],
	['escape', 'escape'],
	['backspace', 'backspace'],
	['delete', 'delete'],
] as const;

/** Keys that come in the middle of a chunk of letters keep their meaning. */
const CONTROL_SIGNS: ReadonlyMap<string, string> = new Map([
	['\r', 'enter'],
	['\n', 'enter'],
	['\t', 'tab'],
	['\u007f', 'backspace'],
	['\u0003', 'ctrl-c'],
	['\u001b', 'escape'],
]);
