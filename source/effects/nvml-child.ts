import {createInterface} from 'node:readline';
import {createGpuReader, type GpuReader} from './nvml-gpu.ts';
import type {Nvml} from './nvml-library.ts';
import type {NvmlMessage, NvmlOrder} from './nvml-messages.ts';
import {createXidListener} from './nvml-xids.ts';

// A program of its own, because a native call that hangs makes a process that only SIGKILL ends.
const order: NvmlOrder = JSON.parse(process.argv[2] ?? '');
openLibrary(order.libraries)
	.then((nvml) => watch(nvml, order))
	// Node lists behind the first line who asked for a module.
	.catch(({message}: Error) => tell({kind: 'refused', reason: message.split('\n', 1).join()}));

/** Loaded late, so that a machine for which koffi has no binary gets a reason and not a crash. */
async function openLibrary(libraries: readonly string[]): Promise<Nvml> {
	const {CODES, openNvml} = await import('./nvml-library.ts');
	const nvml = openNvml(libraries);
	const code = nvml.call('nvmlInit_v2');
	if (code !== CODES.success) throw new Error(`NVML refuses: ${nvml.explain(code)}`);
	return nvml;
}

function watch(nvml: Nvml, {gpus, everyMs}: NvmlOrder): void {
	const xids = createXidListener(nvml);
	const readers = gpus.map((gpu) => createGpuReader(gpu, {nvml, xids, gpuCount: gpus.length}));
	readOnDemand(readers);
	repeat(everyMs, (now) => {
		const startedAt = performance.now();
		xids.take();
		const samples = readers.map((reader) => reader.read(now));
		tell({kind: 'gpus', samples, tookMs: performance.now() - startedAt});
	});
}

/** Whoever knows that nothing is measured just now asks for the traffic of one GPU, by its index on a line. */
function readOnDemand(readers: readonly GpuReader[]): void {
	createInterface({input: process.stdin})
		.on('line', (line) => readers.find(({gpuIndex}) => gpuIndex === Number(line))?.readTraffic())
		// The runner has gone.
		.on('close', () => process.exit());
}

/** Ticks are planned from the first one, so that they do not drift; one that is late is left out, not caught up. */
function repeat(everyMs: number, tick: (now: number) => void): void {
	const startedAt = performance.now();
	const run = () => {
		tick(performance.now() - startedAt);
		const spent = performance.now() - startedAt;
		setTimeout(run, (Math.floor(spent / everyMs) + 1) * everyMs - spent);
	};
	run();
}

function tell(message: NvmlMessage): void {
	process.stdout.write(`${JSON.stringify(message)}\n`);
}
