import type {NcuCsv} from './ncu-csv.ts';

/** Why a report of ncu has no figures: a sentence without its end, and what to type next. */
export type NcuProblem = {readonly error: string; readonly tryThis: string};

const FORBIDDEN = /ERR_NVGPUCTRPERM/;
const UNKNOWN_METRIC = /Failed to find metric (?:regex:)?(\S+)/;
const NOTHING = /No kernels were profiled/;

export function explainEmpty({errors, warnings, isSummary}: NcuCsv): NcuProblem {
	const said = [...errors, ...warnings];
	if (said.some((text) => FORBIDDEN.test(text))) {
		return {
			error: 'this user may not read the performance counters of the GPU (ERR_NVGPUCTRPERM)',
			tryThis:
				'warpdeck doctor   # the administrator allows it by: options nvidia NVreg_RestrictProfilingToAdminUsers=0',
		};
	}
	const metric = errors.map((text) => UNKNOWN_METRIC.exec(text)?.[1]).find((name) => name !== undefined);
	if (metric !== undefined) {
		return {
			error: `ncu has no metric ${cleanMetric(metric)} for this GPU`,
			tryThis: 'ncu --query-metrics   # lists those that it has',
		};
	}
	if (isSummary) {
		return {
			error: 'it sums launches up, so that its kernels cannot be weighted',
			tryThis: 'ncu --csv --page raw …   # without --print-summary',
		};
	}
	if (said.some((text) => NOTHING.test(text))) {
		return {
			error: 'no kernel was profiled: none was launched while the program allowed it',
			tryThis: 'ncu --profile-from-start on …   # where the program calls no cudaProfilerStart',
		};
	}
	const [first] = errors;
	return {
		error: first === undefined ? 'it has no table of ncu' : `ncu says: ${first}`,
		tryThis: 'ncu --csv --page raw --metrics lts__t_sector_hit_rate.pct,gpu__time_duration.sum --log-file FILE PROGRAM',
	};
}

/** ncu tells of a metric that it lacks as the pattern by which it sought it: `^name\.(sum|min)$`. */
const cleanMetric = (pattern: string): string =>
	pattern
		.replace(/^\^/, '')
		.replace(/\\\.\(.*$/, '')
		.replace(/[.$]+$/, '')
		.replaceAll('\\.', '.');
