import {readFileSync} from 'node:fs';
import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import pty from '@lydell/node-pty';
import {writeEightLanes} from './eight-lanes.ts';
import {type Bench, type Figures, formatMiB, formatRatio, takeTurns} from './figures.ts';
import {builtProgram, runProgram} from './run-program.ts';

const TIMES = 10;
const FIRST_FRAME_MS = 130;
const PATIENCE_MS = 1000;

/** What a person waits for before anything happens. */
export async function benchStart({program, folder}: Bench): Promise<Figures> {
	const start = (args: readonly string[]) => async () =>
		(await runProgram(process.execPath, args, {cwd: folder})).wallMs;
	const frame = (args: readonly string[], wanted: string) => () => startOnTerminal(args, wanted, folder);
	const run = await writeEightLanes(join(folder, 'outputs'), 5);
	const {size} = await stat(builtProgram);
	const measures = [
		...[start(['-e', '0']), start([program, '--version']), start([program, 'plan', 'quick_test'])],
		...[frame([program], 'numa_study'), frame([program, 'replay', run], 'GPU 0')],
	];
	// The first time warms the caches and does not count.
	await takeTurns(1, measures);
	const [node = 0, version = 0, plan = 0, picker = 0, replay = 0] = await takeTurns(TIMES, measures);
	const work = (args: readonly string[], wanted: string) => async () =>
		(await watchStart(args, wanted, folder)).processorMs;
	const [nodeWork = 0, pickerWork = 0] = await takeTurns(TIMES, [
		work(['-e', "console.log('ready'); setTimeout(() => {}, 60_000)"], 'ready'),
		work([program], 'numa_study'),
	]);
	return {
		title: `Start of the built program (median of ${TIMES}, the compiled program kept as bin/warpdeck keeps it)`,
		rows: [
			{label: 'node -e 0', value: format(node)},
			{label: 'warpdeck --version', value: format(version)},
			{label: 'warpdeck plan quick_test', value: format(plan)},
			{label: 'warpdeck, names of the suites', value: `${format(picker)}, ${formatRatio(picker / node)} node`},
			{
				label: 'the same, processor time of its main thread',
				value: `${format(pickerWork)}, ${formatRatio(pickerWork / nodeWork)} node`,
			},
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

/** From the start of the process on a terminal until the text is written to it. */
export const startOnTerminal = async (args: readonly string[], wanted: string | RegExp, folder: string) =>
	(await watchStart(args, wanted, folder)).wallMs;

const NOT_STARTED = {wallMs: Number.NaN, processorMs: Number.NaN};

/** `processorMs` is the main thread's, which others' work lengthens less. */
type Started = {readonly wallMs: number; readonly processorMs: number};

async function watchStart(args: readonly string[], wanted: string | RegExp, folder: string): Promise<Started> {
	const startedAt = performance.now();
	const env = {
		...{...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8'},
		...{NODE_COMPILE_CACHE: join(folder, 'compiled'), WARPDECK_CONFIG_DIR: join(folder, 'settings')},
	};
	const child = pty.spawn(process.execPath, [...args], {cols: 120, rows: 40, cwd: folder, env});
	let written = '';
	const drawn = Promise.withResolvers<Started>();
	const ended = new Promise<void>((resolve) => child.onExit(() => resolve()));
	child.onData((data) => {
		written += data;
		if (written.search(wanted) >= 0)
			drawn.resolve({wallMs: performance.now() - startedAt, processorMs: readProcessorMs(child.pid)});
	});
	const started = await Promise.race([drawn.promise, ended.then(() => NOT_STARTED)]);
	// Left by its own key where that asks nothing, so that what it has compiled is kept for the next time; a greeting takes one.
	child.write('qq');
	const insist = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
	await ended;
	clearTimeout(insist);
	return started;
}

const readProcessorMs = (pid: number): number =>
	Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
