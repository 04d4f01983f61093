import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import pty from '@lydell/node-pty';
import {writeEightLanes} from './eight-lanes.ts';
import {type Bench, type Figures, formatMiB, formatRatio, median} from './figures.ts';
import {builtProgram, runProgram} from './run-program.ts';

const TIMES = 10;
const FIRST_FRAME_MS = 130;
const PATIENCE_MS = 1000;

/** What a person waits for before anything happens. */
export async function benchStart({program, folder}: Bench): Promise<Figures> {
	const start = (args: readonly string[]) =>
		repeat(async () => (await runProgram(process.execPath, args, {cwd: folder})).wallMs);
	const frame = (args: readonly string[], wanted: string) => repeat(() => startOnTerminal(args, wanted, folder));
	const run = await writeEightLanes(join(folder, 'outputs'), 5);
	const {size} = await stat(builtProgram);
	const node = await start(['-e', '0']);
	const [picker, replay] = [await frame([program], 'numa_study'), await frame([program, 'replay', run], 'GPU 0')];
	return {
		title: `Start of the built program (median of ${TIMES}, the compiled program kept as bin/warpdeck keeps it)`,
		rows: [
			{label: 'node -e 0', value: format(node)},
			{label: 'warpdeck --version', value: format(await start([program, '--version']))},
			{label: 'warpdeck plan quick_test', value: format(await start([program, 'plan', 'quick_test']))},
			{label: 'warpdeck, names of the suites', value: `${format(picker)}, ${formatRatio(picker / node)} node`},
			{label: 'warpdeck replay, lanes', value: `${format(replay)}, ${formatRatio(replay / node)} node`},
			{label: 'dist/main.js', value: formatMiB(size / 1024)},
		],
		aims: [
			{text: `first frame within ${FIRST_FRAME_MS} ms, warm`, value: format(picker), isMet: picker <= FIRST_FRAME_MS},
		],
		skipped: [],
	};
}

const format = (ms: number): string => `${Math.round(ms)} ms`;

/** The first time warms the caches and does not count. */
async function repeat(measure: () => Promise<number>): Promise<number> {
	await measure();
	const all: number[] = [];
	for (let time = 0; time < TIMES; time++) all.push(await measure());
	return median(all);
}

/** From the start of the process on a terminal until the text is written to it. */
export async function startOnTerminal(
	args: readonly string[],
	wanted: string | RegExp,
	folder: string,
): Promise<number> {
	const startedAt = performance.now();
	const env = {
		...{...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8'},
		...{NODE_COMPILE_CACHE: join(folder, 'compiled'), WARPDECK_CONFIG_DIR: join(folder, 'settings')},
	};
	const child = pty.spawn(process.execPath, [...args], {cols: 120, rows: 40, cwd: folder, env});
	let written = '';
	const drawn = Promise.withResolvers<number>();
	const ended = new Promise<void>((resolve) => child.onExit(() => resolve()));
	child.onData((data) => {
		written += data;
		if (written.search(wanted) >= 0) drawn.resolve(performance.now() - startedAt);
	});
	const ms = await Promise.race([drawn.promise, ended.then(() => Number.NaN)]);
	// Left by its own key where that asks nothing, so that what it has compiled is kept for the next time; a greeting takes one.
	child.write('qq');
	const insist = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
	await ended;
	clearTimeout(insist);
	return ms;
}
