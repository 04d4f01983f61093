import type {Experiment, ExperimentResult, Outcome} from '../domain/experiment.ts';
import type {Json, JsonObject} from '../domain/json.ts';
import {checkConsistency, readMeasured} from '../report/consistency.ts';
import {classifyFailure} from '../report/failure.ts';
import {summarizeLatency} from '../report/latency.ts';
import {checkPlacement} from '../report/placement.ts';
import type {GpuReport} from './gpu-window.ts';
import type {Observation} from './observe.ts';
import type {ProcessReport} from './ports.ts';

/** All that is known of an attempt once it is over. */
export type Attempt = {
	readonly experiment: Experiment;
	readonly outcome: Outcome;
	/** Null when the process never started. */
	readonly report: ProcessReport | null;
	readonly observation: Observation;
	readonly gpu: GpuReport;
	readonly startedAt: number;
	readonly endedAt: number;
	/** How long its processes were stopped by us. */
	readonly suspendedMs?: number;
	readonly argv: readonly string[];
	/** A bundled workload owes a result and its every figure, whatever its exit status says. */
	readonly isBundled: boolean;
	/** CPUs of the node that it was bound to; empty when it was not, or nobody knows. */
	readonly nodeCpus: readonly number[];
	readonly stdoutLog: string;
	readonly stderrLog: string;
	readonly simulated: boolean;
};

/** Turns what happened into the record that is committed: every derived number of a run is made here. */
export function judgeAttempt(attempt: Attempt): ExperimentResult {
	const {experiment, observation, report, outcome} = attempt;
	const failure = classifyFailure({
		outcome,
		stdoutTail: report?.stdoutTail ?? '',
		stderrTail: report?.stderrTail ?? '',
		said: observation.error,
		timeoutMs: experiment.timeoutMs,
		argv: attempt.argv,
		expectsResult: attempt.isBundled,
		hasResult: observation.result !== null,
	});
	const degraded = failure ? observation.degraded : [...observation.degraded, ...doubt(attempt)];
	const metrics = observation.result?.metrics ?? {};
	return {
		status: failure ? 'failed' : degraded.length > 0 ? 'degraded' : 'succeeded',
		failure,
		degraded,
		device: observation.ready?.device ?? null,
		deviceName: observation.ready?.device_name ?? null,
		durationS: (attempt.endedAt - attempt.startedAt) / 1000,
		exitCode: readExitCode(outcome),
		throughputSamplesPerS: readRate(metrics.throughput_samples_per_s),
		windowS: readMeasured(metrics.window_s),
		latencyMs: summarizeLatency(observation.latencyMs),
		metrics,
		effective: observation.result?.effective ?? {},
		versions: observation.ready?.versions ?? {},
		placement: observation.placements,
		phasesS: observation.phasesS,
		peakHostMemoryMiB: readPeak(report, metrics),
		peakGpuMemoryMiB: readMeasured(metrics.peak_gpu_memory_mib),
		telemetry: attempt.gpu.telemetry,
		stdoutLog: attempt.stdoutLog,
		stderrLog: attempt.stderrLog,
		droppedLogBytes: report?.droppedLogBytes ?? 0,
		errorTail: failure ? (report?.stderrTail ?? null) : null,
		simulated: attempt.simulated,
	};
}

/** What makes a number that came out well less than it claims to be. */
function doubt({
	experiment,
	observation,
	gpu,
	startedAt,
	endedAt,
	suspendedMs = 0,
	isBundled,
	report,
	nodeCpus,
}: Attempt): readonly string[] {
	const {ready, result, placements} = observation;
	const reasons: string[] = [...gpu.doubts];
	if (experiment.movedFrom !== undefined) {
		reasons.push(`moved: planned for lane ${experiment.movedFrom}, ran on ${experiment.lane}`);
	}
	for (const [key, declared] of Object.entries(experiment.declared ?? {})) {
		reasons.push(
			`lowered: ran with ${key} ${JSON.stringify(experiment.params[key])} instead of ${JSON.stringify(declared)}`,
		);
	}
	if (suspendedMs > 0) reasons.push(`suspended: it stood still for ${(suspendedMs / 1000).toFixed(1)} s while it ran`);
	if (ready && isBundled && ready.device !== experiment.device) {
		reasons.push(`device: planned ${experiment.device}, the workload ran on ${ready.device}`);
	}
	const declaredParams = experiment.params;
	if (result) reasons.push(...checkConsistency({...result, declaredParams, startedAt, endedAt, isBundled}));
	reasons.push(...checkPlacement(placements, experiment.binding, nodeCpus.length > 0 ? nodeCpus : undefined));
	if ((report?.leftOvers ?? 0) > 0) reasons.push(`${report?.leftOvers} processes were left over and had to be ended`);
	return reasons;
}

/** Nothing that was measured goes at 0 samples a second. */
const readRate = (value: Json | undefined): number | null => readMeasured(value) || null;

/** As a shell reports it: 128 + N for a signal would hide what happened, so that is null. */
const readExitCode = (outcome: Outcome): number | null => {
	if (outcome.kind === 'exited') return outcome.code;
	return outcome.kind === 'timed-out' ? 124 : null;
};

/** The larger of what the workload says of itself and what was seen of its tree. */
function readPeak(report: ProcessReport | null, metrics: JsonObject): number | null {
	const known = [report?.peakHostMemoryMiB ?? null, readMeasured(metrics.peak_host_memory_mib)].filter(
		(peak) => peak !== null,
	);
	return known.length > 0 ? Math.max(...known) : null;
}
