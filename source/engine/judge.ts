import type {Experiment, ExperimentResult, Failure, Outcome} from '../domain/experiment.ts';
import type {Json, JsonObject} from '../domain/json.ts';
import {checkConsistency, readMeasured} from '../report/consistency.ts';
import {summarizeLatency} from '../report/latency.ts';
import {classifyLeft, type LeftVerdict} from '../report/left/judge-left.ts';
import type {GpuReport} from './gpu-window.ts';
import type {Observation} from './observe.ts';
import type {ProcessReport, ProfileOutcome} from './ports.ts';
import {explainProfile} from './profile-pass.ts';
import {checkValidity} from './validity.ts';

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
	/** Mean SM clock of what is like it, MHz; null while too few of these have ended. */
	readonly usualClockMHz: number | null;
	/** What it read is not what it was planned with. */
	readonly changedInputs?: readonly string[];
	/** Name of the profiler around it. */
	readonly profiled?: string;
	/** What that one left; null where nobody looked. */
	readonly profile?: ProfileOutcome | null;
	/** What the suite's rules make of what it left; absent where it has none. */
	readonly left?: LeftVerdict | null;
	readonly stdoutLog: string;
	readonly stderrLog: string;
	readonly simulated: boolean;
};

/** Turns what happened into the record that is committed: every derived number of a run is made here. */
export function judgeAttempt(attempt: Attempt): ExperimentResult {
	const {experiment, observation, report, outcome} = attempt;
	const profiled = experiment.profiler ?? attempt.profiled;
	const isProfile = experiment.role === 'profile';
	const ending = {
		outcome,
		stdoutTail: report?.stdoutTail ?? '',
		stderrTail: report?.stderrTail ?? '',
		said: observation.error,
		timeoutMs: experiment.timeoutMs,
		argv: attempt.argv,
		expectsResult: attempt.isBundled,
		hasResult: observation.result !== null,
	};
	const found = explainProfile(attempt.profile) ?? classifyLeft(ending, attempt.left ?? null);
	const tooMuch = found && isTooMuch(experiment, found) ? found : null;
	const failure = tooMuch ? null : found;
	const {invalid, accepted} = found ? {invalid: [], accepted: []} : checkValidity({...attempt, profiled});
	const doubts = found ? [] : [...(attempt.left?.doubts ?? []), ...accepted, ...doubt(attempt)];
	const degraded = [...observation.degraded, ...doubts];
	const metrics = observation.result?.metrics ?? {};
	return {
		status: failure ? 'failed' : invalid.length > 0 ? 'invalid' : degraded.length > 0 ? 'degraded' : 'succeeded',
		failure,
		...(tooMuch ? {tooMuch: {kind: tooMuch.kind, message: tooMuch.message}} : {}),
		degraded,
		invalid,
		...(profiled === undefined ? {} : {profiled}),
		...(attempt.profile?.kind === 'figures' ? {profile: attempt.profile.figures} : {}),
		device: observation.ready?.device ?? null,
		deviceName: observation.ready?.device_name ?? null,
		durationS: (attempt.endedAt - attempt.startedAt) / 1000,
		exitCode: readExitCode(outcome),
		// A profile's own are among its figures, and nowhere else can they be taken for timed ones.
		throughputSamplesPerS: isProfile || tooMuch ? null : readRate(metrics.throughput_samples_per_s),
		windowS: readMeasured(metrics.window_s),
		latencyMs: summarizeLatency(isProfile ? [] : observation.latencyMs),
		metrics,
		effective: observation.result?.effective ?? {},
		versions: observation.ready?.versions ?? {},
		placement: observation.placements,
		phasesS: observation.phasesS,
		...(observation.stagesS && Object.keys(observation.stagesS).length > 0 ? {stagesS: observation.stagesS} : {}),
		peakHostMemoryMiB: readPeak(report, metrics),
		peakGpuMemoryMiB: readMeasured(metrics.peak_gpu_memory_mib),
		telemetry: attempt.gpu.telemetry,
		stdoutLog: attempt.stdoutLog,
		stderrLog: attempt.stderrLog,
		droppedLogBytes: report?.droppedLogBytes ?? 0,
		errorTail: found ? (report?.stderrTail ?? null) : null,
		simulated: attempt.simulated,
	};
}

/** A search expects to run out of memory; of the host's only where that is what it looks for. */
const isTooMuch = ({search, device}: Experiment, {kind}: Failure): boolean =>
	search !== undefined && (kind === 'cuda-out-of-memory' || (kind === 'host-out-of-memory' && device !== 'cuda'));

/** What makes a number that came out well less than it claims to be. */
function doubt({
	experiment,
	observation,
	startedAt,
	endedAt,
	suspendedMs = 0,
	isBundled,
	report,
	changedInputs = [],
}: Attempt): readonly string[] {
	const {ready, result} = observation;
	const reasons: string[] = [...changedInputs];
	if (experiment.movedFrom !== undefined) {
		reasons.push(`moved: planned for lane ${experiment.movedFrom}, ran on ${experiment.lane}`);
	}
	for (const [key, declared] of Object.entries(experiment.declared ?? {})) {
		reasons.push(
			`lowered: ran with ${key} ${JSON.stringify(experiment.params[key] ?? experiment.axes[key])} instead of ${JSON.stringify(declared)}`,
		);
	}
	if (suspendedMs > 0) reasons.push(`suspended: it stood still for ${(suspendedMs / 1000).toFixed(1)} s while it ran`);
	if (ready && isBundled && ready.device !== experiment.device) {
		reasons.push(`device: planned ${experiment.device}, the workload ran on ${ready.device}`);
	}
	const declaredParams = experiment.params;
	if (result) reasons.push(...checkConsistency({...result, declaredParams, startedAt, endedAt, isBundled}));
	// Profilers leave helpers of their own behind, which is no doubt about what they measured.
	if ((report?.leftOvers ?? 0) > 0 && experiment.role !== 'profile')
		reasons.push(`${report?.leftOvers} processes were left over and had to be ended`);
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
