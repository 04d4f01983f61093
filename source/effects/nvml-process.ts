import {existsSync} from 'node:fs';
import {basename} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {GpuSample} from '../journal/event.ts';
import {type LineProcess, openLineProcess} from './line-process.ts';
import type {WatchedGpu} from './nvml-gpu.ts';
import type {NvmlMessage, NvmlOrder} from './nvml-messages.ts';

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

/** Its heap holds one sample, so that a small one is collected sooner and the process stays small. */
const NODE_OPTIONS = ['--max-semi-space-size=1', '--max-old-space-size=64'];

/** A sample of sixteen GPUs with a hundred programs each. */
const MAX_LINE_BYTES = 1 << 20;

type NvmlProcessOptions = {
	readonly gpus: readonly WatchedGpu[];
	readonly everyMs: number;
	readonly env: NodeJS.ProcessEnv;
	/** `tookMs` is what reading all of them took. */
	readonly onSamples: (samples: readonly GpuSample[], tookMs: number) => void;
	/** NVML cannot be used at all; the process ends by itself. */
	readonly onRefused: (reason: string) => void;
	/** How the process ended, with its last words. */
	readonly onEnd: (how: string) => void;
};

/** Reads NVML in a process of its own. Throws where its program is not, or the system has no room for another process. */
export function openNvmlProcess({gpus, everyMs, env, onSamples, onRefused, onEnd}: NvmlProcessOptions): LineProcess {
	if (!existsSync(PROGRAM)) throw new Error(`${basename(PROGRAM)} is not beside this program`);
	const order: NvmlOrder = {gpus, everyMs, libraries: NVML_LIBRARIES};
	// Not NODE_OPTIONS, which could load anything.
	const {NODE_OPTIONS: _, ...childEnv} = env;
	return openLineProcess({
		program: process.execPath,
		args: [...NODE_OPTIONS, PROGRAM, JSON.stringify(order)],
		env: childEnv,
		maxLineBytes: MAX_LINE_BYTES,
		takeLine: (line) => {
			const message = parseMessage(line);
			if (message?.kind === 'gpus') onSamples(message.samples, message.tookMs);
			if (message?.kind === 'refused') onRefused(message.reason);
			return message !== null;
		},
		onEnd: (how, said) => onEnd(said ? `${how}: ${said}` : how),
	});
}

function parseMessage(line: string): NvmlMessage | null {
	try {
		return line.startsWith('{') ? (JSON.parse(line) as NvmlMessage) : null;
	} catch {
		return null;
	}
}
