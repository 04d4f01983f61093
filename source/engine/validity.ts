import type {Experiment, GpuTelemetry} from '../domain/experiment.ts';
import {readClock} from '../journal/usual-clock.ts';
import {checkPlacement} from '../report/placement.ts';
import type {GpuDoubt, GpuReport} from './gpu-window.ts';
import type {Observation} from './observe.ts';

type Validity = {
	/** Why the numbers may stand in no figure. */
	readonly invalid: readonly string[];
	/** What would be such a reason, had the suite not said that it goes on all the same, or if the numbers counted at all. */
	readonly accepted: readonly string[];
};

type Evidence = {
	readonly experiment: Experiment;
	readonly observation: Pick<Observation, 'placements'>;
	readonly gpu: GpuReport;
	/** CPUs of the node that it was bound to; empty when it was not, or nobody knows. */
	readonly nodeCpus: readonly number[];
	/** Mean SM clock of what is like it, MHz; null while too few of these have ended. */
	readonly usualClockMHz: number | null;
	/** Name of the profiler around it. */
	readonly profiled?: string | undefined;
};

/** Below this share of what is usual, a GPU was held back by something that no counter of it names. */
const LEAST_CLOCK_SHARE = 0.75;

/** Whether what was measured is what was to be measured; what nobody knows (a clock, a page) is no reason against it. */
export function checkValidity(evidence: Evidence): Validity {
	const {experiment, observation, gpu, nodeCpus} = evidence;
	const isAccepted = (doubt: GpuDoubt): boolean => accepts(experiment, doubt);
	const grave = gpu.doubts.filter(({kind}) => kind !== 'error');
	const invalid = [
		...checkPlacement(observation.placements, experiment, nodeCpus.length > 0 ? nodeCpus : undefined),
		...grave.filter((doubt) => !isAccepted(doubt)).map(({reason}) => reason),
		...(experiment.role === 'profile' ? [] : checkTime(evidence)),
	];
	const accepted = [...grave.filter(isAccepted), ...gpu.doubts.filter(({kind}) => kind === 'error')];
	const reasons = accepted.map(({reason}) => reason);
	// A warm-up or a profile stands in no timed figure, so there is nothing that it could be kept out of.
	return experiment.role === 'warm-up' || experiment.role === 'profile'
		? {invalid: [], accepted: [...invalid, ...reasons]}
		: {invalid, accepted: reasons};
}

/** What spoils a time, and is a profile's own nature. */
const checkTime = ({experiment, gpu, usualClockMHz, profiled}: Evidence): readonly string[] => [
	...checkClock(gpu.telemetry, experiment.gpuId, usualClockMHz),
	...(profiled === undefined ? [] : [`profiled: ${profiled} ran around it, which takes time of its own`]),
];

/** A suite that goes on beside others, or while the GPU slows itself down, has said what it measures. */
const accepts = ({conditions}: Experiment, {kind}: GpuDoubt): boolean =>
	(kind === 'foreign' && conditions?.foreign === 'ignore') ||
	(kind === 'slowdown' && conditions?.throttling === 'ignore');

function checkClock(telemetry: GpuTelemetry | null, gpuId: number | null, usualMHz: number | null): readonly string[] {
	const clockMHz = readClock(telemetry);
	if (clockMHz === null || usualMHz === null || clockMHz >= LEAST_CLOCK_SHARE * usualMHz) return [];
	const percent = Math.floor((clockMHz / usualMHz) * 100);
	return [
		`clock: GPU ${gpuId} ran at ${Math.round(clockMHz)} MHz, ${percent} % of the usual ${Math.round(usualMHz)} MHz`,
	];
}
