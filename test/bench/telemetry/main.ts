import {type ChildProcess, spawn} from 'node:child_process';
import {setTimeout as pause} from 'node:timers/promises';
import {queryGpus} from '../../../source/effects/nvidia-smi.ts';
import type {WatchedGpu} from '../../../source/effects/nvml-gpu.ts';
import {type Figures, formatFigures} from '../figures.ts';
import {benchSources} from './bench-sources.ts';
import {measureCalls} from './calls.ts';
import {benchComparison} from './compare.ts';

const HELP = `node telemetry.mjs cost [SECONDS]          a sample by NVML, stream and one-shot, and the share of a monitor at 1 Hz
node telemetry.mjs calls                   what each function of NVML takes
node telemetry.mjs compare [SECONDS] [PROGRAM ARGUMENT…]
                                           10 Hz NVML beside one-shots: idle, then while the program loads the GPU
The bundle runs on a bare host: node bin/build.mjs test/bench/telemetry/main.ts /tmp/t/telemetry.mjs, then copy /tmp/t.
`;

const [verb = '', seconds = '60', ...load] = process.argv.slice(2);
const forMs = Number(seconds) * 1000;
const WARM_MS = 8000;

async function run(): Promise<void> {
	if (verb === 'cost') print(await benchSources(gpus, forMs));
	else if (verb === 'calls')
		print({
			title: 'Functions of NVML, median of 50 calls',
			rows: measureCalls(gpus[0] as WatchedGpu),
			aims: [],
			skipped: [],
		});
	else if (verb === 'compare') await compareTwice();
	else process.stdout.write(HELP);
}

async function compareTwice(): Promise<void> {
	await compareAndPrint('idle');
	const [program, ...args] = load;
	if (program === undefined) return;
	const busy = spawn(program, args, {stdio: ['ignore', 'inherit', 'inherit']});
	await pause(WARM_MS);
	await compareAndPrint(isRunning(busy) ? 'under load' : 'under load (the program has ended already)');
	busy.kill('SIGKILL');
}

const compareAndPrint = async (when: string): Promise<void> => print(await benchComparison(gpus, forMs, when));

const isRunning = ({exitCode, signalCode}: ChildProcess): boolean => exitCode === null && signalCode === null;

function print(figures: Figures): void {
	process.stdout.write(`${formatFigures(figures)}\n\n`);
}

const {
	gpus: listed,
	driverVersion,
	problem,
} = await queryGpus({procRoot: '/proc', env: process.env, timeoutMs: 60_000});
const gpus: readonly WatchedGpu[] = listed.map(({index, uuid}) => ({gpuIndex: index, uuid}));
if (gpus.length === 0) {
	process.stderr.write(`There is no GPU here.\n${problem ? `  ${problem}\n` : ''}`);
	process.exitCode = 3;
} else {
	const [first] = listed;
	process.stdout.write(`${gpus.length} x ${first?.name}, driver ${driverVersion}, Node ${process.version}\n\n`);
	await run();
}
