import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import {type Bench, type Figures, formatMiB, formatRatio, formatSeconds, median} from './figures.ts';
import {bundle, runProgram} from './run-program.ts';
import {EVENTS_EACH, EXPERIMENTS} from './story-of-a-night.ts';

const TIMES = 3;
const LIMIT_MS = 1500;
const MODES = ['parse', 'check', 'fold'] as const;

/** A journal of a million lines, read as a resume reads it; the modes take turns. */
export async function benchFolding({folder}: Bench): Promise<Figures> {
	const journal = join(folder, 'night.jsonl');
	await runProgram(process.execPath, [await bundle('write-night.ts', folder), journal]);
	const program = await bundle('fold-night.ts', folder);
	const times = {parse: [] as number[], check: [] as number[], fold: [] as number[]};
	for (let time = 0; time < TIMES; time++) {
		for (const mode of MODES) times[mode].push(await measure(program, journal, mode));
	}
	const [parse, check, fold] = [median(times.parse), median(times.check), median(times.fold)];
	return {
		title: `Fold of ${EXPERIMENTS} experiments x ${EVENTS_EACH} events (median of ${TIMES})`,
		rows: [
			{label: 'journal', value: formatMiB((await stat(journal)).size / 1024)},
			{label: 'read and parse alone', value: formatSeconds(parse)},
			{label: 'with every checksum verified', value: `${formatSeconds(check)}  ${formatRatio(check / parse)}`},
			{label: 'and reduced to the state', value: `${formatSeconds(fold)}  ${formatRatio(fold / parse)}`},
		],
		aims: [{text: 'at most 1.5 s', value: formatSeconds(fold), isMet: fold <= LIMIT_MS}],
		skipped: [],
	};
}

async function measure(program: string, journal: string, mode: (typeof MODES)[number]): Promise<number> {
	const {stdout} = await runProgram(process.execPath, [program, journal, mode]);
	const [ms, ...outcome] = stdout.trim().split(' ');
	if (mode === 'fold' && (outcome[0] !== String(EXPERIMENTS) || outcome[1] !== '0')) {
		throw new Error(`the fold of ${journal} is wrong: ${outcome.join(' ')}`);
	}
	return Number(ms);
}
