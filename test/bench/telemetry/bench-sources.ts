import type {WatchedGpu} from '../../../source/effects/nvml-gpu.ts';
import type {Figures} from '../figures.ts';
import {measureCallsOfSample} from './calls.ts';
import {askByOneShots, type Cost, type Watched, watchByNvml, watchByStream} from './sources.ts';

const EVERY_MS = 1000;
const FAST_MS = 100;
const ONE_SHOTS = 20;
const MOST_SHARE = 0.005;
const LEAST_RATIO = 100;

/** All three sources one after the other in one run, at the rate at which a run is watched. */
export async function benchSources(gpus: readonly WatchedGpu[], forMs: number): Promise<Figures> {
	const shortMs = Math.min(forMs, 20_000);
	const nvml = await watchByNvml(gpus, EVERY_MS, forMs);
	const fast = await watchByNvml(gpus, FAST_MS, shortMs);
	const callsMs = await measureCallsOfSample(gpus, EVERY_MS, shortMs);
	const stream = await watchByStream(gpus.length, EVERY_MS, shortMs);
	const oneShot = await askByOneShots(ONE_SHOTS);
	return {
		title: `A sample of ${gpus.length} GPU${gpus.length === 1 ? '' : 's'}, processor time with the system's`,
		rows: [
			...describeNvml(nvml, fast),
			{
				label: 'calls only at 1 Hz',
				value: `${callsMs.toFixed(3).padStart(9)} ms wall   (inside NVML and on the way to it)`,
			},
			{label: 'nvidia-smi stream', value: `${describe(stream)}   (first line to last line)`},
			{label: 'nvidia-smi one-shot', value: describe(oneShot)},
		],
		aims: [
			aimAtRatio('calls only, wall time', oneShot.wallMs / callsMs),
			aimAtRatio('whole sample, wall time', oneShot.wallMs / nvml.wallMs),
			aimAtRatio('whole process, processor time', oneShot.processorMs / nvml.processorMs),
			aimAtShare(nvml, forMs),
		],
		skipped: [],
	};
}

/** A whole sample is all that our process does for it: waking up, asking, writing the line. */
export const describeNvml = (nvml: Watched, fast: Watched) => [
	{label: 'NVML at 1 Hz', value: `${describe(nvml)}   ${describeShare(nvml)}`},
	{label: 'NVML at 10 Hz', value: `${describe(fast)}   ${describeShare(fast)}`},
	{
		label: 'counters at an edge',
		value: `${nvml.edgeMs.toFixed(3).padStart(9)} ms wall   (one GPU, asked until answered)`,
	},
];

const aimAtRatio = (what: string, ratio: number) => ({
	text: `one-shot against NVML, ${what} (aim ${LEAST_RATIO} x)`,
	value: `${ratio.toFixed(0)} x`,
	isMet: ratio >= LEAST_RATIO,
});

export const aimAtShare = ({share}: Watched, forMs: number) => ({
	text: `monitor at 1 Hz for ${forMs / 1000} s (aim below ${MOST_SHARE * 100} % of a core)`,
	value: `${(share * 100).toFixed(3)} %`,
	isMet: share < MOST_SHARE,
});

const describe = ({wallMs, processorMs, ticks}: Cost): string =>
	`${wallMs.toFixed(3).padStart(9)} ms wall ${processorMs.toFixed(3).padStart(9)} ms processor   ${ticks} samples`;

const describeShare = ({share, residentMiB, systemShare}: Watched): string => {
	const split = systemShare === null ? '' : `, ${(systemShare * 100).toFixed(0)} % of it system time`;
	return `${(share * 100).toFixed(3)} % of a core${split}, ${residentMiB.toFixed(0)} MiB resident`;
};
