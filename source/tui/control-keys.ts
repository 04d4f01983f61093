import type {KeyRow, ScreenName} from './key-row.ts';

/** Where one experiment is chosen. */
const CHOOSING: readonly ScreenName[] = ['results', 'detail'];

/** Rows of the table of keys that ask something of the run. */
export const CONTROL_KEYS: readonly KeyRow[] = [
	{
		keys: ['T'],
		name: 'T',
		where: ['dashboard', 'results', 'detail', 'summary', 'campaign'],
		does: 'take the control from the screen that has it; asks first, and that screen is told',
		action: 'take-control',
	},
	{
		keys: ['a'],
		name: 'a',
		where: ['campaign'],
		line: {campaign: 'a approve'},
		does: 'give the OK that the phase waits for, go on behind its pause, or in spite of a gate that failed; asks first',
		action: 'approve',
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
];
