import {PassThrough, Writable} from 'node:stream';
import {render} from 'ink';
import type {GpuSample} from '../../source/journal/event.ts';
import {reduce} from '../../source/journal/reduce.ts';
import {App} from '../../source/tui/app.tsx';
import {createFrames} from '../../source/tui/frames.ts';
import {createTheme} from '../../source/tui/theme.ts';
import {gpuSample, onGpus} from '../tui/run-stories.ts';

const LANES = 8;
const UPDATES_A_MINUTE = 600;
/** `node --expose-gc soak-screen.mjs MINUTES`: half an hour of 10 Hz updates as fast as they can be drawn, each drawn. */
const minutes = Number(process.argv[2]);

let state = onGpus(LANES);
let now = state.at;
const frames = createFrames({store: {get: () => state}, clock: {now: () => now}, viewer: {now: () => now}});
const input = Object.assign(new PassThrough(), {
	isTTY: true,
	setRawMode: () => input,
	ref: () => input,
	unref: () => input,
});
const sink = Object.assign(new Writable({write: (_chunk, _encoding, done) => done()}), {
	columns: 120,
	rows: 40,
	isTTY: true,
});
const instance = render(
	<App
		isOwner
		frames={frames}
		theme={createTheme({ascii: false, palette: 'dark'})}
		utcOffsetMinutes={0}
		files={[]}
		onEffect={() => {}}
	/>,
	{
		stdout: sink as unknown as NodeJS.WriteStream,
		stdin: input as unknown as NodeJS.ReadStream,
		alternateScreen: true,
		incrementalRendering: true,
		maxFps: 100_000,
		patchConsole: false,
		exitOnCtrlC: false,
		interactive: true,
	},
);

const sample = (gpuIndex: number, update: number): GpuSample =>
	gpuSample(gpuIndex, {celsius: 60 + ((update + gpuIndex) % 9), powerWatts: 400 + ((update * 7) % 90)});

const heapsMiB: number[] = [];
for (let update = 0; update < minutes * UPDATES_A_MINUTE; update++) {
	// A second of the viewer's for each, because frames of measurements come once a second.
	now += 1000;
	const samples = Array.from({length: LANES}, (_, gpuIndex) => sample(gpuIndex, update));
	state = reduce(state, {type: 'gpus', samples, seq: update + 1, at: now});
	frames.tick();
	await instance.waitUntilRenderFlush();
	if ((update + 1) % UPDATES_A_MINUTE === 0) heapsMiB.push(measureHeapMiB());
}
instance.unmount();
process.stdout.write(`${JSON.stringify(heapsMiB)}\n`);
process.exit(0);

function measureHeapMiB(): number {
	globalThis.gc?.();
	return process.memoryUsage().heapUsed / 2 ** 20;
}
