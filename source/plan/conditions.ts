import type {Conditions, Device, Experiment} from '../domain/experiment.ts';
import type {SuiteExperiment} from '../domain/suite.ts';

/** What a suite asks of the machine beside its defaults; nothing at all for most, because a plan may have 100 000 of them. */
export function listConditions(
	{memory, guards, foreign}: SuiteExperiment,
	device: Device,
): Pick<Experiment, 'conditions'> {
	const onGpu: Conditions = {
		...(memory.gpu_mb === undefined ? {} : {gpuMiB: memory.gpu_mb}),
		...(guards.max_celsius === undefined ? {} : {maxCelsius: guards.max_celsius}),
		...(guards.throttling === 'ignore' ? {throttling: 'ignore'} : {}),
		...(guards.move ? {move: true} : {}),
		...(foreign === 'ignore' ? {foreign: 'ignore'} : {}),
	};
	const conditions: Conditions = {
		...(memory.host_mb === undefined ? {} : {hostMiB: memory.host_mb}),
		...(device === 'cuda' ? onGpu : {}),
	};
	return Object.keys(conditions).length === 0 ? {} : {conditions};
}
