import type {Experiment, Failure, Outcome} from '../domain/experiment.ts';
import {readMeasured} from '../report/consistency.ts';
import type {Observation} from './observe.ts';
import type {ProcessReport, ProfileOutcome, Profiling} from './ports.ts';

type EndedPass = {
	readonly experiment: Experiment;
	/** Of the process that served it; absent where it had one of its own. */
	readonly workerKey: string | undefined;
	readonly startedAt: number;
	readonly outcome: Outcome;
	readonly report: ProcessReport | null;
	readonly observation: Observation;
};

/** What the profiler left of a pass that ended well; null for a timed pass and for one that failed by itself. */
export async function readProfile(pass: EndedPass, profiling: Profiling | undefined): Promise<ProfileOutcome | null> {
	const {experiment, workerKey, startedAt, outcome, report, observation} = pass;
	if (experiment.role !== 'profile' || outcome.kind !== 'exited' || observation.error !== null) return null;
	// nsys passes its program's code on; ncu says in its report why it gave one of its own.
	if (outcome.code !== 0 && experiment.profiler === 'nsys') return null;
	if (!profiling) return {kind: 'problem', message: 'nobody reads its report', advice: 'warpdeck analyze FOLDER'};
	return profiling.collect({
		experiment,
		workerKey,
		startedAt,
		output: `${report?.stderrTail ?? ''}\n${report?.stdoutTail ?? ''}`,
		throughputSamplesPerS: readMeasured(observation.result?.metrics.throughput_samples_per_s ?? null),
	});
}

/** A pass that gave no figures is no success, whatever its program ended with. */
export const explainProfile = (outcome: ProfileOutcome | null | undefined): Failure | null =>
	outcome?.kind === 'problem' ? {kind: 'no-result', message: outcome.message, advice: outcome.advice} : null;
