import type {GpuTelemetry, Latency} from '../../../domain/experiment.ts';
import {readThrottles} from '../../../domain/gpu-limits.ts';
import type {ExperimentFiles} from '../../../journal/experiment-files.ts';
import {type AttemptView, listAttempts} from '../../../journal/list-attempts.ts';
import type {ExperimentView} from '../../../journal/select-experiment.ts';
import {MAX_LATENCIES} from '../../../journal/state.ts';
import {compareSettings, type Setting} from '../../../report/consistency.ts';
import {summarizeLatency} from '../../../report/latency.ts';
import {type SampleRange, summarizeGpuSamples, summarizeHostSamples} from '../../../report/sample-ranges.ts';
import {quoteShellWord, quoteShellWords} from '../../../report/shell-words.ts';

/** All that the pages of one experiment show. */
export type DetailModel = {
	readonly view: ExperimentView;
	readonly attempts: readonly AttemptView[];
	readonly latency: LatencyModel;
	readonly command: CommandModel | null;
	readonly problems: readonly string[];
};

export type LatencyModel = {
	/** ms, in order; of a long attempt only the last ones. */
	readonly values: readonly number[];
	/** Number of the first of them, from 1; null when it is not known. */
	readonly firstBatch: number | null;
	readonly summary: Latency;
	/** As it was committed, not computed from what is there so far. */
	readonly isFinal: boolean;
};

export type CommandModel = {
	readonly attempt: number;
	readonly env: {readonly [name: string]: string};
	/** Quoted, with the environment in front. */
	readonly shell: string;
};

export type ConfigModel = {readonly settings: readonly Setting[]; readonly hasResult: boolean};

export type GpuModel = {
	readonly title: string;
	readonly ranges: readonly SampleRange[];
	/** Epoch ms; null before the first launch. */
	readonly from: number | null;
	readonly to: number | null;
	/** What held the clock back, in words; null on a CPU lane. */
	readonly throttles: string | null;
	/** What the result keeps of its measured window; null before one is committed and on a CPU lane. */
	readonly window: GpuTelemetry | null;
};

/** `files` null: what the state alone knows. */
export function makeDetail(view: ExperimentView, files: ExperimentFiles | null): DetailModel {
	const attempts = listAttemptsOnce(files?.facts ?? []).map((one) => adoptState(one, view));
	return {
		view,
		attempts,
		latency: makeLatency(view, files),
		command: makeCommand(attempts.at(-1)),
		problems: files?.problems ?? [],
	};
}

/** The files are read a moment after the state, and one screen must not tell two stories. */
function adoptState(known: AttemptView, {attempt, endedAt, outcome, result}: ExperimentView): AttemptView {
	return known.attempt === attempt && known.repeated === null && outcome !== null
		? {...known, endedAt, outcome, result}
		: known;
}

function makeLatency({latencyMs, result}: ExperimentView, files: ExperimentFiles | null): LatencyModel {
	const fromFiles = (files?.latencyMs.length ?? 0) > 0;
	const values = fromFiles && files ? files.latencyMs : latencyMs;
	const known = {values, summary: result?.latencyMs ?? summarizeOnce(values), isFinal: result !== null};
	if (files && fromFiles) return {...known, firstBatch: files.skippedBatches + 1};
	return {...known, firstBatch: latencyMs.length < MAX_LATENCIES ? 1 : null};
}

function makeCommand(latest: AttemptView | undefined): CommandModel | null {
	if (!latest) return null;
	const {attempt, argv, env, request} = latest;
	const variables = Object.entries(env).map(([name, value]) => `${name}=${quoteShellWord(value)}`);
	// Copied into a shell, a worker reads this one request and ends.
	const asked = request === null ? '' : `${quoteShellWords(['printf', '%s\\n', JSON.stringify(request)])} | `;
	return {attempt, env, shell: `${asked}${[...variables, quoteShellWords(argv)].join(' ')}`};
}

export const makeConfig = ({experiment, result, isBundled}: ExperimentView): ConfigModel => ({
	settings: compareSettings({declaredParams: experiment.params, effective: result?.effective ?? {}, isBundled}),
	hasResult: result !== null,
});

export function makeGpu({view, attempts}: DetailModel, files: ExperimentFiles | null, now: number): GpuModel {
	const {gpuId, device} = view.experiment;
	const latest = attempts.at(-1);
	const span = {from: latest?.launchedAt ?? null, to: latest ? (latest.endedAt ?? now) : null};
	if (gpuId === null || device !== 'cuda') {
		const ranges = summarizeHostSamples(files?.hostSamples ?? []);
		return {title: 'the machine while it ran (it uses no GPU)', ranges, ...span, throttles: null, window: null};
	}
	const samples = files?.gpuSamples ?? [];
	const title = `GPU ${gpuId} while it ran, attempt ${latest?.attempt ?? view.attempt}`;
	const throttles = describeThrottles(samples.map(({sample}) => sample.throttleReasons));
	return {title, ranges: summarizeGpuSamples(samples), ...span, throttles, window: view.result?.telemetry ?? null};
}

function describeThrottles(masks: readonly (string | null)[]): string {
	const known = masks.map(readThrottles).filter((throttles) => throttles !== null);
	if (known.length === 0) return 'throttled: N/A, the driver does not tell';
	const counts = new Map<string, number>();
	for (const {words} of known.flat()) counts.set(words, (counts.get(words) ?? 0) + 1);
	if (counts.size === 0) return `throttled: in none of ${known.length} samples`;
	const found = [...counts].map(([words, count]) => `${words} in ${count}`);
	return `throttled: ${found.join(', ')} of ${known.length} samples`;
}

const summarizeOnce = rememberLast(summarizeLatency);
const listAttemptsOnce = rememberLast(listAttempts);

/** A frame comes four times a second, and its input seldom is another one. */
function rememberLast<Input, Output>(make: (input: Input) => Output): (input: Input) => Output {
	let last: {readonly input: Input; readonly output: Output} | null = null;
	return (input) => {
		if (last === null || last.input !== input) last = {input, output: make(input)};
		return last.output;
	};
}
