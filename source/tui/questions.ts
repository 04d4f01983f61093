import type {Question} from './screen.ts';

type Work = {readonly active: number; readonly waiting: number};

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

const RESUME = 'What is committed stays; warpdeck resume goes on with the rest later.';

export const askToDrain = ({active, waiting}: Work): Question => ({
	lines: [
		'The run lives in this program, so leaving ends it.',
		`Nothing more will start${waiting > 0 ? `: ${count(waiting, 'experiment')} will wait for a resume` : ''}.`,
		`${count(active, 'experiment')} that ${active === 1 ? 'runs' : 'run'} now will end by ${active === 1 ? 'itself' : 'themselves'}; then the screen is left.`,
		RESUME,
	],
	yes: 'start nothing more, then leave',
	effect: {kind: 'request', request: 'drain'},
});

export const askToStop = ({active, waiting}: Work): Question => ({
	lines: [
		`${count(active, 'experiment')} that ${active === 1 ? 'runs' : 'run'} now will be ended and recorded as stopped: what ${active === 1 ? 'it has' : 'they have'} measured so far is lost.`,
		...(waiting > 0 ? [`${count(waiting, 'experiment')} will not be started.`] : []),
		RESUME,
	],
	yes: 'stop the run',
	effect: {kind: 'request', request: 'stop'},
});

export const askToKill = ({active}: Work): Question => ({
	lines: [
		`The run is being stopped already; ${count(active, 'experiment')} ${active === 1 ? 'has' : 'have'} not ended yet.`,
		'SIGKILL ends a process at once, without a chance to clean up.',
		RESUME,
	],
	yes: 'kill what runs',
	effect: {kind: 'request', request: 'kill'},
});

export const askToRunAgain = (id: string): Question => ({
	lines: [
		`${id} has a result. It waits again at its old place, and what comes of that replaces the result.`,
		'The journal keeps what was measured before; summary and files show the newest.',
	],
	yes: 'run it again',
	effect: {kind: 'control', request: {kind: 'retry', what: {ids: [id]}}},
});

export const askToRetryAll = (): Question => ({
	lines: ['Everything that failed so far waits again, each at its old place; attempts go on counting.'],
	yes: 'try all of it again',
	effect: {kind: 'control', request: {kind: 'retry', what: 'failed'}},
});

export const askToEndOne = (id: string): Question => ({
	lines: [
		`${id} runs now. It is ended and recorded as stopped: what it has measured so far is lost.`,
		'Its lane goes on with what waits next.',
	],
	yes: 'end it',
	effect: {kind: 'control', request: {kind: 'skip', ids: [id]}},
});

export const askToMove = (id: string): Question => ({
	lines: [
		`${id} goes to another GPU of its kind, the one with the least to do.`,
		'It was planned for this one, so that its result will be degraded and left out of comparisons.',
	],
	yes: 'move it',
	effect: {kind: 'control', request: {kind: 'move', id}},
});

export const askToTake = (holder: string): Question => ({
	lines: [
		`${holder} has the control, and will only read from now on; that screen is told who took it.`,
		'The run goes on as it is. Who took it, and when, stands in its journal.',
	],
	yes: 'take the control',
	effect: {kind: 'take-control'},
});
