import type {CaptureMetadata} from './capture-metadata.ts';
import type {AnalysedNcu} from './ncu-report.ts';
import type {Profile} from './profile.ts';

export type AnalysedCapture = {
	/** As it was found. */
	readonly file: string;
	readonly capture: CaptureMetadata;
	readonly profile: Profile;
};

export type CaptureFailure = {
	readonly file: string;
	/** A sentence without its end: "it is damaged or was cut off". */
	readonly problem: string;
	readonly tryThis: string;
};

export type Analysis = {
	readonly captures: readonly AnalysedCapture[];
	/** Of ncu; absent where there was none. */
	readonly ncu?: readonly AnalysedNcu[];
	readonly failures: readonly CaptureFailure[];
};
