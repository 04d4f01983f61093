import type {NsysFigures} from '../../domain/profile-figures.ts';
import {readKeyFigures} from './key-figures.ts';
import type {Profile} from './profile.ts';
import type {Spread} from './tally.ts';

type OfNsys = {
	/** Path of the report relative to the run's folder. */
	readonly report: string;
	/** Of the same pass, under the profiler. */
	readonly throughputSamplesPerS: number | null;
};

/** As many names as a journal should carry for each pass; the report has them all. */
export const KEPT_KERNELS = 5;

/** Of what a capture says that part which a result keeps. */
export function readNsysFigures(profile: Profile, {report, throughputSamplesPerS}: OfNsys): NsysFigures {
	const {batches, kernels, warnings} = profile;
	const key = readKeyFigures({file: report, capture: UNKNOWN, profile});
	return {
		kind: 'nsys',
		report,
		batches: key.batches ?? 0,
		stagesMs: {h2d: toMs(batches?.h2d), compute: toMs(batches?.compute), d2h: toMs(batches?.d2h)},
		h2dGBPerS: toGB(key.h2d_bytes_per_s),
		d2hGBPerS: toGB(key.d2h_bytes_per_s),
		overlapPercent: key.copy_overlap_percent,
		idlePercent: key.idle_percent,
		topKernels: kernels.top
			.slice(0, KEPT_KERNELS)
			.map(({name, count, meanNs, sharePercent}) => ({name, count, meanUs: meanNs / 1e3, sharePercent})),
		throughputSamplesPerS,
		warnings,
	};
}

const UNKNOWN = {runId: null, model: null, gpuIndex: null, numaNode: null, params: {}, from: 'nothing'} as const;

const toMs = (spread: Spread | null | undefined): number | null => (spread ? spread.p50Ns / 1e6 : null);

const toGB = (bytesPerS: number | null): number | null => (bytesPerS === null ? null : bytesPerS / 1e9);
