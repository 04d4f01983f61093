import type {WatchedGpu} from '../../../source/effects/nvml-gpu.ts';
import type {Figures} from '../figures.ts';
import {askByOneShots, type Cost, type Watched, watchByNvml, watchByStream} from './sources.ts';

const EVERY_MS = 1000;
const FAST_MS = 100;
const ONE_SHOTS = 20;
const MOST_SHARE = 0.005;
const LEAST_RATIO = 100;

/** All three sources one after the other in one run, at the rate at which a run is watched. */
export async function benchSources(gpus: readonly WatchedGpu[], forMs: number): Promise<Figures> {
	const nvml = await watchByNvml(gpus, EVERY_MS, forMs);
	const fast = await watchByNvml(gpus, FAST_MS, Math.min(forMs, 20_000));
	const stream = await watchByStream(gpus.length, EVERY_MS, Math.min(forMs, 20_000));
	const oneShot = await askByOneShots(ONE_SHOTS);
	const [wall, processor] = [oneShot.wallMs / nvml.wallMs, oneShot.processorMs / nvml.processorMs];
	return {
		title: `A sample of ${gpus.length} GPU${gpus.length === 1 ? '' : 's'}, processor time with the system's`,
		rows: [
			{label: 'NVML at 1 Hz', value: `${describe(nvml)}   ${describeShare(nvml)}`},
			{label: 'NVML at 10 Hz', value: `${describe(fast)}   ${describeShare(fast)}`},
			{label: 'nvidia-smi stream', value: `${describe(stream)}   (first line to last line)`},
			{label: 'nvidia-smi one-shot', value: describe(oneShot)},
		],
		aims: [
			{
				text: `one-shot against NVML, wall time (aim ${LEAST_RATIO} x)`,
				value: `${wall.toFixed(0)} x`,
				isMet: wall >= LEAST_RATIO,
			},
			{
				text: `one-shot against NVML, processor time (aim ${LEAST_RATIO} x)`,
				value: `${processor.toFixed(0)} x`,
				isMet: processor >= LEAST_RATIO,
			},
			aimAtShare(nvml, forMs),
		],
		skipped: [],
	};
}

export const aimAtShare = ({share}: Watched, forMs: number) => ({
	text: `monitor at 1 Hz for ${forMs / 1000} s (aim below ${MOST_SHARE * 100} % of a core)`,
	value: `${(share * 100).toFixed(3)} %`,
	isMet: share < MOST_SHARE,
});

export const describe = ({wallMs, processorMs, ticks}: Cost): string =>
	`${wallMs.toFixed(2).padStart(8)} ms wall ${processorMs.toFixed(2).padStart(8)} ms processor   ${ticks} samples`;

export const describeShare = ({share, residentMiB}: Watched): string =>
	`${(share * 100).toFixed(2)} % of a core, ${residentMiB.toFixed(0)} MiB resident`;
