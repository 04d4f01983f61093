import type {Experiment} from '../domain/experiment.ts';
import type {Command} from './build-command.ts';

/** Tells a bundled workload that it is looked into, and by which name its capture is found again. */
const CAPTURE_VARIABLE = 'WARPDECK_CAPTURE';

/** A name for what a process captures that serves one request after the other: each has the name of its own run_id. */
const BY_REQUEST = 'by-request';

/** Begins the NVTX range around what is captured; behind it stands the experiment's id. */
export const CAPTURE_RANGE = 'warpdeck ';

/** Puts the profiler around all of a profile's command; that of any other experiment stays as it is. */
export function wrapInProfiler({id, profiler, capture}: Experiment, command: Command, runDir: string): Command {
	if (profiler === undefined || capture === undefined) return command;
	const {argv, env, worker} = command;
	const path = `${runDir}/${worker ? `${nameWorkerFolder(capture.report, worker.key)}/capture` : capture.report}`;
	// Both fill in `%p`, `%h` and the like.
	const report = path.replaceAll('%', '%%');
	const wrapper =
		profiler === 'nsys'
			? ['nsys', 'profile', '-o', report, ...capture.options]
			: ['ncu', ...capture.options, '--log-file', `${report}.csv`];
	return {...command, argv: [...wrapper, ...argv], env: {...env, [CAPTURE_VARIABLE]: worker ? BY_REQUEST : id}};
}

/** Where the reports of one worker are made, before anybody knows whose they are. */
export const nameWorkerFolder = (report: string, key: string): string =>
	`${report.replace(/\/[^/]*$/, '')}/worker-${key}`;
