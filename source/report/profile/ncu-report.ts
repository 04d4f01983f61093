import type {NcuFigures} from '../../domain/profile-figures.ts';
import type {CaptureMetadata} from './capture-metadata.ts';
import {readNcuFigures} from './ncu-figures.ts';
import type {NcuProblem} from './ncu-problem.ts';

export type AnalysedNcu = {
	/** As it was found. */
	readonly file: string;
	readonly capture: CaptureMetadata;
	readonly figures: NcuFigures;
};

/** A report as it lies there; how clocks and caches were held is said by its side-car, or by ncu itself. */
export function analyseNcuReport(file: string, text: string, capture: CaptureMetadata): AnalysedNcu | NcuProblem {
	const figures = readNcuFigures(text, {
		report: file,
		clockControl: capture.clockControl ?? (UNMODIFIED.test(text) ? 'none' : 'unknown'),
		cacheControl: capture.cacheControl ?? 'unknown',
		throughputSamplesPerS: null,
	});
	return 'error' in figures ? figures : {file, capture, figures};
}

/** ncu says this where it was told `--clock-control none`. */
const UNMODIFIED = /^==WARNING== .*unmodified GPU clocks/m;

/** Whether the beginning of a file is ncu's, and not that of any other table. */
export const looksLikeNcu = (head: string): boolean =>
	/^"ID","Process ID"/m.test(head) || /^==(?:PROF|ERROR)== /m.test(head);
