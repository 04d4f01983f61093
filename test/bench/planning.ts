import {type Bench, type Figures, formatSeconds, median} from './figures.ts';
import {bundle, runProgram} from './run-program.ts';

const TIMES = 3;
const LIMIT_MS = 3000;

/** 33 334 jobs of three models. */
export const WORDS: readonly string[] = ['experiment=quick_test', 'experiment.test.num_samples=range(1,33335)'];

/** A sweep of 100 002 cells: composed and expanded, and printed as JSON by the built program. */
export async function benchPlanning({program, folder}: Bench): Promise<Figures> {
	const alone = await bundle('plan-cells.ts', folder);
	const inProcess: number[] = [];
	const printed: number[] = [];
	let cells = '';
	for (let time = 0; time < TIMES; time++) {
		const {stdout} = await runProgram(process.execPath, [alone, ...WORDS]);
		const [ms, total = ''] = stdout.trim().split(' ');
		inProcess.push(Number(ms));
		cells = total;
		const words = [program, 'plan', '-m', ...WORDS, '--json'];
		printed.push((await runProgram(process.execPath, words, {cwd: folder, outputFile: '/dev/null'})).wallMs);
	}
	const [plan, print] = [median(inProcess), median(printed)];
	return {
		title: `Planning ${cells} cells (median of ${TIMES})`,
		rows: [{label: 'warpdeck plan --json > /dev/null', value: formatSeconds(print)}],
		aims: [
			{text: 'compose and expand, at most 3 s', value: formatSeconds(plan), isMet: plan <= LIMIT_MS},
			{text: 'the whole command, at most 3 s', value: formatSeconds(print), isMet: print <= LIMIT_MS},
		],
		skipped: [],
	};
}
