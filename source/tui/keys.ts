export type ScreenName = 'picker' | 'dashboard' | 'results' | 'detail' | 'summary';

export type Action =
	| 'leave'
	| 'interrupt'
	| 'stop'
	| 'back'
	| 'next-screen'
	| 'previous-screen'
	| 'open'
	| 'up'
	| 'down'
	| 'left'
	| 'right'
	| 'next-pane'
	| 'previous-pane'
	| 'edit'
	| 'page-up'
	| 'page-down'
	| 'top'
	| 'bottom'
	| 'filter'
	| 'failed-only'
	| 'sort'
	| 'reverse'
	| 'copy'
	| 'copy-path'
	| 'show-overview'
	| 'show-latency'
	| 'show-log'
	| 'show-command'
	| 'show-config'
	| 'show-gpu'
	| 'next-tab'
	| 'previous-tab'
	| 'search'
	| 'next-match'
	| 'previous-match'
	| 'follow'
	| 'wrap'
	| 'other-log'
	| 'redraw'
	| 'pause-lane'
	| 'pause-all'
	| 'more-workers'
	| 'fewer-workers'
	| 'retry'
	| 'retry-failed'
	| 'skip'
	| 'postpone'
	| 'move-up'
	| 'move-down'
	| 'move-lane'
	/** The lane with that digit. */
	| `lane-${number}`
	| 'help';

type KeyRow = {
	/** As `readKeys` names them. */
	readonly keys: readonly string[];
	/** As a person reads them. */
	readonly name: string;
	readonly where: readonly ScreenName[];
	/** For the line at the bottom of a screen; what has none there is only in the help. */
	readonly line?: {readonly [screen in ScreenName]?: string};
	/** What it does, in the help and in docs/keys.md. */
	readonly does: string;
	/** Of several keys that do not mean the same each has its own. */
	readonly action: Action | ((key: string) => Action);
};

const RUN: readonly ScreenName[] = ['dashboard', 'results', 'detail', 'summary'];
const PICKER: readonly ScreenName[] = ['picker'];
const CYCLE: readonly ScreenName[] = ['dashboard', 'results', 'summary'];
const DETAIL: readonly ScreenName[] = ['detail'];
/** Where one experiment is chosen. */
const CHOOSING: readonly ScreenName[] = ['results', 'detail'];
const ALL: readonly ScreenName[] = ['picker', ...RUN];

/** The only table of keys: what a key does, the line at the bottom, the help and docs/keys.md all come from here. */
export const KEYS: readonly KeyRow[] = [
	{
		keys: ['q'],
		name: 'q',
		where: ['picker', ...CYCLE],
		does: 'leave; while something runs it asks first, and no is the answer of every key but y',
		action: 'leave',
	},
	{
		keys: ['escape'],
		name: 'Esc',
		where: ['dashboard', 'results', 'summary'],
		does: 'back: to the screen before, out of a filter or a question',
		action: 'back',
	},
	{
		keys: ['escape', 'q'],
		name: 'Esc, q',
		where: ['detail'],
		line: {detail: 'Esc back'},
		does: 'back to the screen before',
		action: 'back',
	},
	{
		keys: ['ctrl-c'],
		name: 'Ctrl-C',
		where: ALL,
		does: 'once: start nothing more; twice: stop what runs; three times: kill it; leaves when nothing runs',
		action: 'interrupt',
	},
	{
		keys: ['X'],
		name: 'X',
		where: RUN,
		line: {dashboard: 'X stop'},
		does: 'stop the run, after a question that says what that will do',
		action: 'stop',
	},
	{
		keys: ['?'],
		name: '?',
		where: ALL,
		line: {picker: '? help', dashboard: '? help', results: '? help', detail: '? help', summary: '? help'},
		does: 'show these keys; j and k scroll them, any other key closes them',
		action: 'help',
	},
	{
		keys: ['tab'],
		name: 'Tab',
		where: CYCLE,
		line: {dashboard: 'Tab results', results: 'Tab summary', summary: 'Tab dashboard'},
		does: 'the next screen: dashboard, results, summary',
		action: 'next-screen',
	},
	{
		keys: ['shift-tab'],
		name: 'Shift-Tab',
		where: CYCLE,
		does: 'the screen before',
		action: 'previous-screen',
	},
	{
		keys: ['enter'],
		name: 'Enter',
		where: PICKER,
		line: {picker: 'Enter start'},
		does: 'start what the command at the bottom says; the command stays in your scrollback',
		action: 'open',
	},
	{
		keys: ['o'],
		name: 'o',
		where: PICKER,
		line: {picker: 'o overrides'},
		does: 'type overrides, as in a shell; Enter takes them, Esc leaves them as they were',
		action: 'edit',
	},
	{
		keys: ['tab'],
		name: 'Tab',
		where: PICKER,
		line: {picker: 'Tab options'},
		does: 'from the suites to the options, to the overrides',
		action: 'next-pane',
	},
	{keys: ['shift-tab'], name: 'Shift-Tab', where: PICKER, does: 'back from there', action: 'previous-pane'},
	{
		keys: ['left', 'h'],
		name: 'Left, h',
		where: PICKER,
		does: 'options: the value before; it is written into the overrides',
		action: 'left',
	},
	{keys: ['right', 'l'], name: 'Right, l', where: PICKER, does: 'options: the next value', action: 'right'},
	{
		keys: ['enter'],
		name: 'Enter',
		where: ['dashboard', 'results'],
		line: {dashboard: 'Enter look into', results: 'Enter look into'},
		does: 'look into the experiment that is chosen: latencies, log, command, attempts',
		action: 'open',
	},
	{
		keys: ['up', 'k'],
		name: 'Up, k',
		where: ALL,
		does: 'the line, lane or row above',
		action: 'up',
	},
	{
		keys: ['down', 'j'],
		name: 'Down, j',
		where: ALL,
		line: {picker: 'j/k suite', dashboard: 'j/k lane', results: 'j/k row', detail: 'j/k scroll', summary: 'j/k scroll'},
		does: 'the line, lane or row below',
		action: 'down',
	},
	{keys: ['pageup', 'ctrl-u'], name: 'PgUp, Ctrl-U', where: ALL, does: 'one page up', action: 'page-up'},
	{
		keys: ['pagedown', 'ctrl-d', ' '],
		name: 'PgDn, Ctrl-D, Space',
		where: ALL,
		line: {picker: 'PgUp/PgDn plan', summary: 'PgUp/PgDn page'},
		does: 'one page down',
		action: 'page-down',
	},
	{keys: ['g', 'home'], name: 'g, Home', where: ALL, does: 'the first line, lane or row', action: 'top'},
	{keys: ['G', 'end'], name: 'G, End', where: ALL, does: 'the last line, lane or row', action: 'bottom'},
	{
		keys: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
		name: '0-9',
		where: ['dashboard'],
		does: 'the lane with that number',
		action: (key) => `lane-${Number(key)}`,
	},
	{
		keys: ['/'],
		name: '/',
		where: ['results'],
		line: {results: '/ filter'},
		does: 'show only what has these words: text, or gpu:2 state:failed model:vit16 node:0; Esc clears it',
		action: 'filter',
	},
	{
		keys: ['f'],
		name: 'f',
		where: ['results'],
		line: {results: 'f failed'},
		does: 'only what failed, and again everything',
		action: 'failed-only',
	},
	{
		keys: ['s'],
		name: 's',
		where: ['results'],
		line: {results: 's sort'},
		does: 'sort by the next column',
		action: 'sort',
	},
	{keys: ['S'], name: 'S', where: ['results'], does: 'sort the other way round', action: 'reverse'},
	{
		keys: ['y'],
		name: 'y',
		where: ['summary'],
		line: {summary: 'y copy'},
		does: 'copy the summary as Markdown to the clipboard of this terminal (OSC 52)',
		action: 'copy',
	},
	{
		keys: ['Y'],
		name: 'Y',
		where: ['summary'],
		line: {summary: 'Y copy path'},
		does: "copy the path of the run's folder",
		action: 'copy-path',
	},
	{keys: ['1'], name: '1', where: DETAIL, line: {detail: '1-6 pages'}, does: 'the overview', action: 'show-overview'},
	{keys: ['2'], name: '2', where: DETAIL, does: 'latency over time, and how often which came', action: 'show-latency'},
	{keys: ['3'], name: '3', where: DETAIL, does: 'the log: stdout or stderr', action: 'show-log'},
	{keys: ['4'], name: '4', where: DETAIL, does: 'the command and its environment', action: 'show-command'},
	{keys: ['5'], name: '5', where: DETAIL, does: 'declared against effective configuration', action: 'show-config'},
	{keys: ['6'], name: '6', where: DETAIL, does: 'the GPU while it ran', action: 'show-gpu'},
	{keys: ['tab', ']'], name: 'Tab, ]', where: DETAIL, does: 'the next page of the experiment', action: 'next-tab'},
	{keys: ['shift-tab', '['], name: 'Shift-Tab, [', where: DETAIL, does: 'the page before', action: 'previous-tab'},
	{
		keys: ['/'],
		name: '/',
		where: DETAIL,
		line: {detail: '/ find'},
		does: 'find a text in the log; Enter goes to it, Esc forgets it',
		action: 'search',
	},
	{keys: ['n'], name: 'n', where: DETAIL, does: 'the next match in the log', action: 'next-match'},
	{keys: ['N'], name: 'N', where: DETAIL, does: 'the match before', action: 'previous-match'},
	{
		keys: ['f'],
		name: 'f',
		where: DETAIL,
		line: {detail: 'f follow'},
		does: 'the log: follow its end, or stay where it is',
		action: 'follow',
	},
	{keys: ['w'], name: 'w', where: DETAIL, does: 'the log: wrap long lines, or cut them', action: 'wrap'},
	{
		keys: ['o'],
		name: 'o',
		where: DETAIL,
		line: {detail: 'o stdout/stderr'},
		does: 'the log: the other one of stdout and stderr',
		action: 'other-log',
	},
	{keys: ['left', 'h'], name: 'Left, h', where: DETAIL, does: 'cut lines of the log: to the left', action: 'left'},
	{keys: ['right', 'l'], name: 'Right, l', where: DETAIL, does: 'cut lines of the log: to the right', action: 'right'},
	{
		keys: ['y'],
		name: 'y',
		where: DETAIL,
		line: {detail: 'y copy command'},
		does: 'copy the command of the latest attempt to the clipboard of your terminal',
		action: 'copy',
	},
	{
		keys: ['p'],
		name: 'p',
		where: ['dashboard'],
		line: {dashboard: 'p pause'},
		does: 'pause the lane, or let it go on: nothing more starts there, what runs may end',
		action: 'pause-lane',
	},
	{keys: ['P'], name: 'P', where: ['dashboard'], does: 'pause every lane, or let all go on', action: 'pause-all'},
	{
		keys: ['+'],
		name: '+',
		where: ['dashboard'],
		does: 'one experiment more at once; never more than one a lane',
		action: 'more-workers',
	},
	{
		keys: ['-'],
		name: '-',
		where: ['dashboard'],
		does: 'one fewer at once; what runs may end',
		action: 'fewer-workers',
	},
	{
		keys: ['r'],
		name: 'r',
		where: CHOOSING,
		line: {results: 'r retry'},
		does: 'try the experiment again, at its old place; after a success it asks first',
		action: 'retry',
	},
	{
		keys: ['R'],
		name: 'R',
		where: ['results'],
		does: 'try everything again that failed; asks first',
		action: 'retry-failed',
	},
	{
		keys: ['x'],
		name: 'x',
		where: ['dashboard', ...CHOOSING],
		line: {results: 'x skip'},
		does: 'skip the experiment: it is not tried before somebody asks; one that runs is ended, and it asks first',
		action: 'skip',
	},
	{
		keys: ['z'],
		name: 'z',
		where: CHOOSING,
		does: 'postpone what waits: a resume of the run tries it again',
		action: 'postpone',
	},
	{
		keys: ['K'],
		name: 'K',
		where: CHOOSING,
		does: 'what waits goes one place up in the queue of its lane',
		action: 'move-up',
	},
	{keys: ['J'], name: 'J', where: CHOOSING, does: 'one place down', action: 'move-down'},
	{
		keys: ['m'],
		name: 'm',
		where: CHOOSING,
		does: 'move what waits to another GPU of its kind, the one with the least to do; asks first',
		action: 'move-lane',
	},
	{keys: ['ctrl-l'], name: 'Ctrl-L', where: ALL, does: 'draw the screen anew', action: 'redraw'},
];

export function findAction(pressed: string, screen: ScreenName): Action | undefined {
	const action = KEYS.find(({keys, where}) => keys.includes(pressed) && where.includes(screen))?.action;
	return typeof action === 'function' ? action(pressed) : action;
}
