import {showScreen} from '../../source/tui/show.tsx';
import {finishedRun} from './run-stories.ts';

/** Started by pty.test.ts in a real pseudo terminal. */
const state = finishedRun();
await showScreen({
	store: {get: () => state},
	clock: {now: () => state.at},
	onRequest: () => {},
	utcOffsetMinutes: 0,
	ascii: false,
	palette: process.argv[2] === 'colour' ? 'dark' : 'none',
	files: [],
});
console.log('back on the first screen');
