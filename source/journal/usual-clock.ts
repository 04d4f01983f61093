import type {Experiment, GpuTelemetry} from '../domain/experiment.ts';
import {findGpu} from '../domain/topology.ts';
import type {ExperimentRecord, RunState} from './state.ts';
import {iterate} from './vector.ts';

/** What fewer results agree on is not called usual. */
const LEAST_RESULTS = 3;

/** Only where the program said when it measured: over a whole process the clock is mostly that of an idle GPU. */
export const readClock = (telemetry: GpuTelemetry | null | undefined): number | null =>
	telemetry?.window === 'measure' ? telemetry.smClockMHz.mean : null;

/**
 * Mean SM clock, MHz, of what is like this experiment and came out as declared; null while it is too little to tell. It
 * walks all experiments: ask when one has ended, not with every frame.
 */
export function findUsualClock(
	{experiments, opened}: Pick<RunState, 'experiments' | 'opened'>,
	experiment: Experiment,
) {
	const nameGpu = ({gpuId}: Experiment) =>
		opened && gpuId !== null ? findGpu(opened.topology, gpuId)?.name : undefined;
	let [sumMHz, count] = [0, 0];
	for (const record of iterate(experiments)) {
		const clockMHz = readValidClock(record);
		if (clockMHz === null || !isAlike(record.experiment, experiment)) continue;
		if (nameGpu(record.experiment) !== nameGpu(experiment)) continue;
		sumMHz += clockMHz;
		count++;
	}
	return count < LEAST_RESULTS ? null : sumMHz / count;
}

/** A result that is not as declared, or whose clock is unknown, says nothing of what is usual. */
const readValidClock = ({experiment, stage}: ExperimentRecord): number | null =>
	experiment.profiler === undefined && stage.kind === 'committed' && stage.result.status === 'succeeded'
		? readClock(stage.result.telemetry)
		: null;

/** The same work, on whichever GPU and node: a larger batch may run at a lower clock. */
const isAlike = (one: Experiment, other: Experiment): boolean =>
	one.job === other.job && one.model === other.model && JSON.stringify(one.axes) === JSON.stringify(other.axes);
