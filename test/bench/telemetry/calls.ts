import {setTimeout as pause} from 'node:timers/promises';
import {createDevice} from '../../../source/effects/nvml-device.ts';
import {createGpuReader, type WatchedGpu} from '../../../source/effects/nvml-gpu.ts';
import {CODES, type Nvml, openNvml} from '../../../source/effects/nvml-library.ts';
import {readProcesses} from '../../../source/effects/nvml-lists.ts';
import {QUICK_FIELDS} from '../../../source/effects/nvml-messages.ts';
import {readHandle} from '../../../source/effects/nvml-numbers.ts';
import {NVML_LIBRARIES} from '../../../source/effects/nvml-process.ts';
import {
	readCounterValues,
	readFixedValues,
	readPcieTraffic,
	readQuickValues,
	readSteadyValues,
} from '../../../source/effects/nvml-values.ts';
import {createXidListener} from '../../../source/effects/nvml-xids.ts';
import {median, type Row} from '../figures.ts';

const TIMES = 50;

/** What each function of NVML takes for one GPU, in the order in which a sample asks them. */
export function measureCalls({uuid}: WatchedGpu): readonly Row[] {
	const tookUs = new Map<string, number[]>();
	const answers = new Map<string, string>();
	const nvml = openTimed((label, us, answer) => {
		tookUs.set(label, [...(tookUs.get(label) ?? []), us]);
		answers.set(label, answer);
	});
	const handle = new Uint32Array(2);
	nvml.call('nvmlDeviceGetHandleByUUID', uuid, handle);
	const device = createDevice(nvml, readHandle(handle));
	const row = QUICK_FIELDS.map(() => null);
	for (let time = 0; time < TIMES; time++) {
		readQuickValues(device, row);
		readProcesses(device);
		readSteadyValues(device, true);
		readFixedValues(device);
		readCounterValues(device);
	}
	readPcieTraffic(device);
	return [...tookUs].map(([label, values]) => ({
		label,
		value: `${median(values).toFixed(1).padStart(8)} us   ${answers.get(label)}`,
	}));
}

/** Mean ms a sample of all GPUs spends in NVML and on the way to it, at the rate of a run; the first one is not counted. */
export async function measureCallsOfSample(
	gpus: readonly WatchedGpu[],
	everyMs: number,
	forMs: number,
): Promise<number> {
	let spentMs = 0;
	const nvml = openTimed((_, us) => {
		spentMs += us / 1000;
	});
	const xids = createXidListener(nvml);
	const readers = gpus.map((gpu, at) => createGpuReader(gpu, {nvml, xids, stagger: at / gpus.length}));
	const tick = () => {
		xids.take();
		for (const reader of readers) reader.read(performance.now());
	};
	tick();
	spentMs = 0;
	const ticks = Math.floor(forMs / everyMs);
	for (let count = 0; count < ticks; count++) {
		await pause(everyMs);
		tick();
	}
	return spentMs / ticks;
}

function openTimed(note: (label: string, us: number, answer: string) => void): Nvml {
	const nvml = openNvml(NVML_LIBRARIES);
	const code = nvml.call('nvmlInit_v2');
	if (code !== CODES.success) throw new Error(nvml.explain(code));
	return {
		...nvml,
		call: (name, ...args) => {
			const startedAt = performance.now();
			const answer = nvml.call(name, ...args);
			const us = (performance.now() - startedAt) * 1000;
			note(labelCall(name, args), us, nvml.explain(answer));
			return answer;
		},
	};
}

/** Without the handle, which is a number like any other. */
const labelCall = (name: string, [, ...args]: readonly unknown[]): string =>
	[name, ...args.filter((argument) => typeof argument === 'number')].join(' ');
