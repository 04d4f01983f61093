import {type Bench, type Figures, median} from './figures.ts';
import {bundle, runProgram} from './run-program.ts';
import {EXPERIMENTS} from './story-of-a-night.ts';

const LIMIT_MS = 50;

type Pressed = {readonly times: {readonly [key: string]: readonly number[]}; readonly cpuMsEach: number};

/** A person moves, sorts and filters in the table of a long night, and each key is timed until its frame is written. */
export async function benchTable({folder}: Bench): Promise<Figures> {
	const program = await bundle('press-keys.ts', folder);
	const {stdout} = await runProgram(process.execPath, [program]);
	const {times, cpuMsEach}: Pressed = JSON.parse(stdout);
	const medians = Object.entries(times).map(([key, all]) => ({label: NAMES[key] ?? key, ms: median(all)}));
	const slowest = medians.reduce((most, {ms}) => Math.max(most, ms), 0);
	return {
		title: `Results table of ${EXPERIMENTS} experiments, 120x40: from a key to its frame (median)`,
		rows: [
			...medians.map(({label, ms}) => ({label, value: formatMs(ms)})),
			{label: 'CPU a key, with the terminal that reads it', value: formatMs(cpuMsEach)},
		],
		aims: [{text: 'at most 50 ms for every key', value: formatMs(slowest), isMet: slowest <= LIMIT_MS}],
		skipped: [],
	};
}

const formatMs = (ms: number): string => `${ms.toFixed(1)} ms`;

const NAMES: {readonly [key: string]: string} = {
	j: 'j: a row down',
	' ': 'Space: a page down',
	s: 's: sort by the next column',
	S: 'S: the other way round',
	f: 'f: only failed, or everything',
	G: 'G: the last row',
	g: 'g: the first row',
	'/': '/: begin a filter',
	'7': 'a letter of the filter',
	'\u001b': 'Esc: clear the filter',
};
