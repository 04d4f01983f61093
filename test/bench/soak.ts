import {type Bench, type Figures, formatSeconds} from './figures.ts';
import {bundle, runProgram} from './run-program.ts';

const MINUTES = 30;
/** What a heap may differ by from one collection to the next. */
const NOISE_MIB = 1;

/** Half an hour of updates at 10 Hz, each drawn, as fast as they can be; the heap after each minute of them. */
export async function benchSoak({folder}: Bench): Promise<Figures> {
	const program = await bundle('soak-screen.tsx', folder);
	const {stdout, wallMs} = await runProgram(process.execPath, ['--expose-gc', program, String(MINUTES)]);
	const heapsMiB = JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]') as number[];
	const [first = 0, last = 0] = [heapsMiB[0], heapsMiB.at(-1)];
	const grownMiB = last - first;
	return {
		title: `${MINUTES} min of 10 Hz updates of 8 lanes, every one of the ${MINUTES * 600} drawn, in ${formatSeconds(wallMs)}`,
		rows: [
			{label: 'heap after the first minute', value: `${first.toFixed(2)} MiB`},
			{label: 'highest of all minutes', value: `${Math.max(...heapsMiB).toFixed(2)} MiB`},
			{label: 'heap at the end', value: `${last.toFixed(2)} MiB`},
		],
		aims: [
			{
				text: `no growth after the first minute (at most ${NOISE_MIB} MiB)`,
				value: `${grownMiB.toFixed(2)} MiB`,
				isMet: grownMiB <= NOISE_MIB,
			},
		],
		skipped: [],
	};
}
