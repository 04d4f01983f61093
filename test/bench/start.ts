import {stat} from 'node:fs/promises';
import {type Bench, type Figures, formatMiB, median} from './figures.ts';
import {builtProgram, runProgram} from './run-program.ts';

const TIMES = 10;

/** What a person waits for before anything happens. */
export async function benchStart({program, folder}: Bench): Promise<Figures> {
	const start = async (args: readonly string[]) => {
		const walls: number[] = [];
		for (let time = 0; time < TIMES; time++) {
			walls.push((await runProgram(process.execPath, args, {cwd: folder})).wallMs);
		}
		return `${Math.round(median(walls))} ms`;
	};
	const {size} = await stat(builtProgram);
	return {
		title: `Start of the built program (median of ${TIMES})`,
		rows: [
			{label: 'node -e 0', value: await start(['-e', '0'])},
			{label: 'warpdeck --version', value: await start([program, '--version'])},
			{label: 'warpdeck plan quick_test', value: await start([program, 'plan', 'quick_test'])},
			{label: 'dist/main.js', value: formatMiB(size / 1024)},
		],
		aims: [],
		skipped: [],
	};
}
