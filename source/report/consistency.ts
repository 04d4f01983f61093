import {type Json, type JsonObject, readNumber} from '../domain/json.ts';
import {TEST_KEYS} from '../domain/suite.ts';

export type Claim = {
	/** As the bundled workload names them: samples, batches, window_s (s), throughput_samples_per_s. */
	readonly metrics: JsonObject;
	readonly declaredParams: JsonObject;
	/** Read back from the workload's objects; null for a key that has no meaning in this run. */
	readonly effective: JsonObject;
	/** Of the process, epoch ms. */
	readonly startedAt: number;
	readonly endedAt: number;
};

/** Reasons to call a bundled workload's result degraded; none when it did what was declared and its figures agree. */
export const checkConsistency = (claim: Claim): readonly string[] => [
	...compareConfigurations(claim.declaredParams, claim.effective),
	...checkFigures(claim).map((problem) => `inconsistent: ${problem}`),
];

/** warpdeck itself enforces the time limit, so the workload has nothing to confirm. */
const CONFIRMED: ReadonlySet<string> = new Set(
	['patch_size', 'depth', 'heads', 'dim', 'mlp_dim', ...TEST_KEYS].filter((key) => key !== 'timeout_s'),
);

function compareConfigurations(declared: JsonObject, effective: JsonObject): readonly string[] {
	return Object.entries(declared)
		.filter(([key]) => CONFIRMED.has(key))
		.flatMap(([key, wanted]) => {
			const got = effective[key];
			if (got === undefined) return [`${key}: declared ${show(wanted)}, not confirmed by the workload`];
			return got === null || show(got) === show(wanted)
				? []
				: [`${key}: declared ${show(wanted)}, effective ${show(got)}`];
		});
}

const show = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

function checkFigures({metrics, declaredParams, effective, startedAt, endedAt}: Claim): readonly string[] {
	const samples = readNumber(metrics.samples);
	const windowS = readNumber(metrics.window_s);
	const missing = REQUIRED.filter((name) => readNumber(metrics[name]) === null);
	return [
		...missing.map((name) => `the result has no ${name}`),
		checkSamples(samples, readNumber(metrics.batches), readNumber(effective.batch_size ?? declaredParams.batch_size)),
		checkThroughput(samples, windowS, readNumber(metrics.throughput_samples_per_s)),
		checkWindow(windowS, (endedAt - startedAt) / 1000),
	].filter((problem) => problem !== null);
}

const REQUIRED = ['samples', 'batches', 'window_s', 'throughput_samples_per_s'];

/** Only the last batch may be smaller than the others. */
function checkSamples(samples: number | null, batches: number | null, batchSize: number | null): string | null {
	if (samples === null || batches === null || batchSize === null) return null;
	if (samples > (batches - 1) * batchSize && samples <= batches * batchSize) return null;
	return `${samples} samples do not fit ${batches} batches of ${batchSize}`;
}

const TOLERANCE = 0.01;

function checkThroughput(samples: number | null, windowS: number | null, rate: number | null): string | null {
	if (samples === null || windowS === null || rate === null) return null;
	const implied = rate * windowS;
	if (Math.abs(implied - samples) <= TOLERANCE * samples) return null;
	return `${round(rate)} samples/s x ${round(windowS)} s = ${round(implied)} samples, but it counted ${samples}`;
}

function checkWindow(windowS: number | null, lifeS: number): string | null {
	if (windowS === null || windowS <= lifeS) return null;
	return `it measured for ${round(windowS)} s, but its process lived ${round(lifeS)} s`;
}

const round = (value: number): string => String(Number(value.toPrecision(6)));
