import {existsSync} from 'node:fs';
import {basename} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {GpuSample} from '../journal/event.ts';
import {type LineProcess, openLineProcess} from './line-process.ts';
import type {WatchedGpu} from './nvml-gpu.ts';
import type {NvmlMessage, NvmlOrder, NvmlWish} from './nvml-messages.ts';
import {createRowReader} from './nvml-rows.ts';

/** The build puts it beside the program, where koffi's native half lies, too. */
const PROGRAM = fileURLToPath(
	new URL(import.meta.url.endsWith('.ts') ? './nvml-child.ts' : './nvml.cjs', import.meta.url),
);

/** The loader's own search first, then where containers, older distributions and Windows' Linux put the library. */
export const NVML_LIBRARIES = [
	'libnvidia-ml.so.1',
	'/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1',
	'/usr/lib/aarch64-linux-gnu/libnvidia-ml.so.1',
	'/usr/lib64/libnvidia-ml.so.1',
	'/usr/local/nvidia/lib64/libnvidia-ml.so.1',
	'/usr/lib/wsl/lib/libnvidia-ml.so.1',
];

/** Its heap holds one sample: a small one stays small, and needs no threads beside it, which wake up for nothing. */
const NODE_OPTIONS = ['--max-semi-space-size=1', '--max-old-space-size=64', '--single-threaded'];

/** A sample of sixteen GPUs with a hundred programs each. */
const MAX_LINE_BYTES = 1 << 20;

type NvmlProcessOptions = {
	readonly gpus: readonly WatchedGpu[];
	readonly everyMs: number;
	readonly env: NodeJS.ProcessEnv;
	/** `tookMs` is what reading all of them took. */
	readonly onSamples: (samples: readonly GpuSample[], tookMs: number) => void;
	/** The answer to a wish for an edge: a sample with counters. */
	readonly onEdge?: (sample: GpuSample) => void;
	/** NVML cannot be used at all; the process ends by itself. */
	readonly onRefused: (reason: string) => void;
	/** How the process ended, with its last words. */
	readonly onEnd: (how: string) => void;
};

export type NvmlProcess = LineProcess & {readonly wish: (wish: NvmlWish) => void};

/** Reads NVML in a process of its own. Throws where its program is not, or the system has no room for another process. */
export function openNvmlProcess(options: NvmlProcessOptions): NvmlProcess {
	const {gpus, everyMs, env, onEnd} = options;
	if (!existsSync(PROGRAM)) throw new Error(`${basename(PROGRAM)} is not beside this program`);
	const order: NvmlOrder = {gpus, everyMs, libraries: NVML_LIBRARIES};
	// Not NODE_OPTIONS, which could load anything.
	const {NODE_OPTIONS: _, ...childEnv} = env;
	const take = createTaker(options);
	const child = openLineProcess({
		program: process.execPath,
		args: [...NODE_OPTIONS, PROGRAM, JSON.stringify(order)],
		env: childEnv,
		maxLineBytes: MAX_LINE_BYTES,
		takeLine: (line) => {
			const message = parseMessage(line);
			if (message) take(message);
			return message !== null;
		},
		onEnd: (how, said) => onEnd(said ? `${how}: ${said}` : how),
	});
	return {...child, wish: child.write};
}

function createTaker({gpus, onSamples, onEdge, onRefused}: NvmlProcessOptions): (message: NvmlMessage) => void {
	const readRow = createRowReader(gpus);
	return (message) => {
		const [kind, first, ...rows] = message;
		if (kind === 'refused') onRefused(first);
		if (kind === 'gpus')
			onSamples(
				rows.map((row, position) => readRow(position, row)),
				first,
			);
		if (kind === 'edge') onEdge?.(readRow(first, message[2]));
	};
}

function parseMessage(line: string): NvmlMessage | null {
	try {
		return line.startsWith('[') ? (JSON.parse(line) as NvmlMessage) : null;
	} catch {
		return null;
	}
}
