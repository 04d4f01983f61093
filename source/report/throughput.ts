import type {Device, ExperimentResult} from '../domain/experiment.ts';
import type {ExperimentRecord} from '../journal/state.ts';
import {getResult, getThroughput, groupBy} from './cells.ts';
import {labelModel} from './groups.ts';
import {averageKnown, computeMean} from './statistics.ts';
import type {ThroughputRow} from './summary.ts';

type Measured = {
	readonly model: string;
	readonly device: Device;
	readonly samplesPerS: number;
	readonly result: ExperimentResult;
};

/**
 * Rows by model and device. Degraded results are left out, because their numbers are not those of the declared
 * configuration; repeated cells share experiments, so each result counts once.
 */
export function averageThroughput(records: readonly ExperimentRecord[]): readonly ThroughputRow[] {
	const measured = records.map(measure).filter((one) => one !== null);
	return [...groupBy(measured, ({model, device}) => JSON.stringify([model, device])).values()].flatMap(buildRow);
}

function measure(record: ExperimentRecord): Measured | null {
	const result = getResult(record);
	const samplesPerS = getThroughput(result);
	if (!result?.device || result.status !== 'succeeded' || samplesPerS === null) return null;
	return {model: labelModel(record.experiment.model), device: result.device, samplesPerS, result};
}

function buildRow(measured: readonly Measured[]): readonly ThroughputRow[] {
	const [first] = measured;
	const rates = measured.map(({samplesPerS}) => samplesPerS);
	const meanSamplesPerS = computeMean(rates);
	if (!first || meanSamplesPerS === null) return [];
	return [
		{
			model: first.model,
			device: first.device,
			n: rates.length,
			meanSamplesPerS,
			minSamplesPerS: rates.reduce((least, rate) => Math.min(least, rate)),
			maxSamplesPerS: rates.reduce((most, rate) => Math.max(most, rate)),
			p50Ms: averageKnown(measured.map(({result}) => result.latencyMs.p50)),
		},
	];
}
