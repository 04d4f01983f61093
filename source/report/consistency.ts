import {type Json, type JsonObject, readNumber} from '../domain/json.ts';
import {MODEL_KEYS, TEST_KEYS} from '../domain/setting-names.ts';

type Claim = {
	/** As the bundled workload names them: samples, batches, passes, window_s (s), throughput_samples_per_s. */
	readonly metrics: JsonObject;
	readonly declaredParams: JsonObject;
	/** Read back from the workload's objects; null for a key that has no meaning in this run. */
	readonly effective: JsonObject;
	/** Of the process, epoch ms. */
	readonly startedAt: number;
	readonly endedAt: number;
	/** A bundled workload has to confirm every key and to give every figure; a user's program is held to what it says. */
	readonly isBundled: boolean;
};

/** Reasons to call a result degraded; none when the workload did what was declared and its figures agree. */
export const checkConsistency = (claim: Claim): readonly string[] => [
	...compareConfigurations(claim),
	...checkFigures(claim).map((problem) => `inconsistent: ${problem}`),
];

/** warpdeck itself enforces the time limit, so the workload has nothing to confirm. */
const CONFIRMED: ReadonlySet<string> = new Set([...MODEL_KEYS, ...TEST_KEYS].filter((key) => key !== 'timeout_s'));

/** One key as it was declared and as the workload's own objects had it; undefined where a side does not name it. */
export type Setting = {
	readonly key: string;
	readonly declared: Json | undefined;
	readonly effective: Json | undefined;
	readonly verdict: 'same' | 'differs' | 'not confirmed' | 'no meaning here' | 'not compared' | 'read back';
};

type Sides = Pick<Claim, 'declaredParams' | 'effective' | 'isBundled'>;

/** Every key of both sides, the declared ones first. */
export const compareSettings = ({declaredParams, effective, isBundled}: Sides): readonly Setting[] => [
	...Object.entries(declaredParams).map(([key, declared]): Setting => {
		const got = effective[key];
		const isCompared = isBundled ? key !== 'timeout_s' : CONFIRMED.has(key) && got !== undefined;
		return {key, declared, effective: got, verdict: isCompared ? judgeSetting(declared, got) : 'not compared'};
	}),
	...Object.entries(effective)
		.filter(([key]) => !Object.hasOwn(declaredParams, key))
		.map(([key, got]): Setting => ({key, declared: undefined, effective: got, verdict: 'read back'})),
];

function judgeSetting(declared: Json, got: Json | undefined): Setting['verdict'] {
	if (got === undefined) return 'not confirmed';
	if (got === null) return 'no meaning here';
	return showSetting(got) === showSetting(declared) ? 'same' : 'differs';
}

function compareConfigurations(claim: Claim): readonly string[] {
	return compareSettings(claim).flatMap(({key, declared = null, effective = null, verdict}) => {
		if (verdict === 'not confirmed')
			return [`${key}: declared ${showSetting(declared)}, not confirmed by the workload`];
		if (verdict !== 'differs') return [];
		return [`${key}: declared ${showSetting(declared)}, effective ${showSetting(effective)}`];
	});
}

export const showSetting = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

function checkFigures({metrics, declaredParams, effective, isBundled, startedAt, endedAt}: Claim): readonly string[] {
	const samples = readMeasured(metrics.samples);
	const windowS = readMeasured(metrics.window_s);
	const missing = isBundled ? REQUIRED.filter((name) => (metrics[name] ?? null) === null) : [];
	const batchSize = readMeasured(effective.batch_size ?? declaredParams.batch_size);
	const passes = readMeasured(metrics.passes) ?? 1;
	return [
		...missing.map((name) => `the result has no ${name}`),
		...Object.entries(metrics).map(([name, value]) => checkValue(name, value)),
		checkSamples(samples, readMeasured(metrics.batches), batchSize, passes),
		checkPasses(samples, readMeasured(effective.num_samples), readMeasured(metrics.passes)),
		checkThroughput(samples, windowS, readMeasured(metrics.throughput_samples_per_s)),
		checkWindow(windowS, (endedAt - startedAt) / 1000),
		checkLeastWindow(windowS, readMeasured(effective.min_window_s)),
	].filter((problem) => problem !== null);
}

const COUNTS: readonly string[] = ['samples', 'batches', 'passes'];
const REQUIRED = ['samples', 'batches', 'window_s', 'throughput_samples_per_s'];
const KNOWN: ReadonlySet<string> = new Set([...REQUIRED, ...COUNTS, 'peak_host_memory_mib', 'peak_gpu_memory_mib']);

/** A quantity that something can have; null where it is absent, no number, or below 0. */
export function readMeasured(value: Json | undefined): number | null {
	const number = readNumber(value);
	return number !== null && number >= 0 ? number : null;
}

/** Other metrics are the program's own, and may be anything; null is a metric that it does not have. */
function checkValue(name: string, value: Json): string | null {
	if (value === null || !KNOWN.has(name)) return null;
	const measured = readMeasured(value);
	if (measured === null) return `${name} is ${JSON.stringify(value)}, which is no quantity`;
	return COUNTS.includes(name) && !Number.isInteger(measured) ? `${name} is ${value}, which is no count` : null;
}

/** Only the last batch of a pass may be smaller than the others. */
function checkSamples(
	samples: number | null,
	batches: number | null,
	batchSize: number | null,
	passes: number,
): string | null {
	if (samples === null || batches === null || batchSize === null) return null;
	if (samples > (batches - passes) * batchSize && samples <= batches * batchSize) return null;
	return `${samples} samples do not fit ${batches} batches of ${batchSize}`;
}

/** A window is made of whole passes over the samples. */
function checkPasses(samples: number | null, passSamples: number | null, passes: number | null): string | null {
	if (samples === null || passSamples === null || passes === null || samples === passSamples * passes) return null;
	return `${samples} samples are not ${passes} passes over ${passSamples}`;
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

function checkLeastWindow(windowS: number | null, leastS: number | null): string | null {
	if (windowS === null || leastS === null || windowS >= leastS) return null;
	return `it measured for ${round(windowS)} s, and not for at least ${round(leastS)} s`;
}

const round = (value: number): string => String(Number(value.toPrecision(6)));
