import {readSync, writeSync} from 'node:fs';
import {createLineSplitter} from './line-splitter.ts';
import {createGpuReader, type GpuReader} from './nvml-gpu.ts';
import type {Nvml} from './nvml-library.ts';
import type {NvmlMessage, NvmlOrder} from './nvml-messages.ts';
import {createXidListener} from './nvml-xids.ts';

const MOST_INPUT_BYTES = 4096;

// A program of its own, because a native call that hangs makes a process that only SIGKILL ends.
const order: NvmlOrder = JSON.parse(process.argv[2] ?? '');
openLibrary(order.libraries)
	.then(({nvml, waitForInput}) => watch(nvml, waitForInput))
	// Node lists behind the first line who asked for a module.
	.catch(({message}: Error) => tell(['refused', message.split('\n', 1).join()]));

type WaitForInput = (ms: number) => boolean;

/** Loaded late, so that a machine for which koffi has no binary gets a reason and not a crash. */
async function openLibrary(libraries: readonly string[]): Promise<{nvml: Nvml; waitForInput: WaitForInput}> {
	const {CODES, openInputWait, openNvml} = await import('./nvml-library.ts');
	const nvml = openNvml(libraries);
	const code = nvml.call('nvmlInit_v2');
	if (code !== CODES.success) throw new Error(`NVML refuses: ${nvml.explain(code)}`);
	return {nvml, waitForInput: openInputWait()};
}

/** Until the runner goes. Ticks are planned from the first one, so that they do not drift; one that is late is left out. */
function watch(nvml: Nvml, waitForInput: WaitForInput): void {
	const xids = createXidListener(nvml);
	const {gpus, everyMs} = order;
	const readers = gpus.map((gpu, at) => createGpuReader(gpu, {nvml, xids, stagger: at / gpus.length}));
	const traffic = {isRead: false};
	const hear = openWishes((wish) => obey(wish, readers, traffic));
	const startedAt = performance.now();
	let nextAt = startedAt;
	for (;;) {
		const restMs = nextAt - performance.now();
		if (restMs > 0) {
			if (waitForInput(restMs) && !hear()) return;
		} else {
			readTick(readers, xids.take);
			traffic.isRead = false;
			nextAt = startedAt + (Math.floor((performance.now() - startedAt) / everyMs) + 1) * everyMs;
		}
	}
}

function readTick(readers: readonly GpuReader[], takeXids: () => void): void {
	const startedAt = performance.now();
	takeXids();
	const rows = readers.map((reader) => reader.read(startedAt));
	tell(['gpus', performance.now() - startedAt, ...rows]);
}

/** Returns a function that takes what was written to us, and tells whether the runner is still there. */
function openWishes(onWish: (wish: string) => void): () => boolean {
	const input = Buffer.alloc(MOST_INPUT_BYTES);
	const lines = createLineSplitter(onWish, MOST_INPUT_BYTES);
	return () => {
		const length = readSync(0, input);
		lines.push(input.subarray(0, length));
		return length > 0;
	};
}

/**
 * Counters are answered at once, because they lie at an edge in time; traffic stands in the next tick, of one GPU only: a
 * runner that was held up has several wishes at once, and each takes the driver 40 ms.
 */
function obey(wish: string, readers: readonly GpuReader[], traffic: {isRead: boolean}): void {
	const [what, gpuIndex] = wish.split(' ');
	const position = readers.findIndex((reader) => reader.gpuIndex === Number(gpuIndex));
	const reader = readers[position];
	if (what === 'traffic' && reader && !traffic.isRead) {
		traffic.isRead = true;
		reader.readTraffic();
	}
	if (what !== 'edge' || !reader) return;
	reader.readCounters();
	tell(['edge', position, reader.read(performance.now())]);
}

function tell(message: NvmlMessage): void {
	writeSync(1, `${JSON.stringify(message)}\n`);
}
