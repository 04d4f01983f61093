import {setImmediate} from 'node:timers/promises';
import {UserError} from '../domain/errors.ts';
import {readCpusAllowed, readPeakMemoryMiB} from './cpu-facts.ts';
import {measureChecksum} from './deterministic-values.ts';
import {readEffective} from './reference-effective.ts';
import {createProgress, introduce, tell, type Write, writeLatencies, writeSummary} from './reference-lines.ts';
import {parseReferenceSettings, type ReferenceSettings} from './reference-settings.ts';
import {type BatchRun, createStages, type Stages} from './reference-stages.ts';

/**
 * Runs the pipeline of vit_pipeline.py in JavaScript, for machines without PyTorch: real copies, the same arithmetic,
 * the same lines. `write` gets one line without its newline. Resolves to the exit code.
 */
export async function runReferencePipeline(argv: readonly string[], write: Write): Promise<number> {
	try {
		await runSettings(parseReferenceSettings(argv), write);
		return 0;
	} catch (error) {
		if (error instanceof UserError) {
			const message = `${error.message} Try ${error.tryThis.join(' or ')}`;
			return refuse(write, error.exitCode === 3 ? 'no_cuda' : 'config', message, error.exitCode === 3 ? 1 : 2);
		}
		if (isOutOfMemory(error)) {
			return refuse(
				write,
				'host_oom',
				`The host gave no memory (${error.message}). Try a smaller --memory-size-mb or --batch-size`,
				1,
			);
		}
		tell(write, {event: 'error', kind: 'other', message: String(error)});
		throw error;
	}
}

async function runSettings(settings: ReferenceSettings, write: Write): Promise<void> {
	write('=== GPU NUMA Pipeline Performance Test ===');
	write(`Process PID: ${process.pid}`);
	write(`CPU Affinity: ${readCpusAllowed()}`);
	tell(write, {event: 'phase', name: 'load'});
	introduce(write, settings);
	const stages = load(settings, write);
	const startupS = performance.now() / 1000;
	const warmedUp = settings.warmupSamples > 0 ? await warmUp(stages, settings, write) : 0;
	const boxLeftMs = settings.timeBoxS * 1000 - (performance.now() - startupS * 1000);
	const firstOutput = new Float32Array(settings.batchSize * stages.outputValues);
	const measured = await measure(stages, settings, write, {boxLeftMs, firstOutput});
	report(stages, settings, write, {...measured, firstOutput, startupS, warmedUp});
}

function load(settings: ReferenceSettings, write: Write): Stages {
	write(`Allocating ${settings.poolMiB} MB CPU memory pool...`);
	const stages = createStages(settings);
	write(`CPU memory pool allocated: ${(stages.pool.byteLength / 2 ** 20).toFixed(2)} MB`);
	write('Pre-generating test data...');
	write(`Generated ${stages.slots * settings.batchSize} CPU tensors`);
	const reason = 'JavaScript does not tell where a buffer lies';
	tell(write, {event: 'placement', what: 'input pool', node_pages: {}, reason, cpus_allowed: readCpusAllowed()});
	if (process.env.WARPDECK_CAPTURE)
		tell(write, {
			event: 'degraded',
			reason: 'not captured: it computes on the CPU, where a profiler of GPUs sees nothing',
		});
	if (!stages.vit) write('No-op compute mode: depth=0, skipping ViT model creation');
	for (const unfulfilled of settings.unfulfilled) {
		write(`Warning: ${unfulfilled}`);
		tell(write, {event: 'degraded', reason: unfulfilled});
	}
	return stages;
}

/** The warm-up may take a quarter of the time box, so that most of it is left to measure. */
async function warmUp(stages: Stages, settings: ReferenceSettings, write: Write): Promise<number> {
	const {warmupSamples, timeBoxS} = settings;
	tell(write, {event: 'phase', name: 'warmup'});
	write(`Warmup phase: ${warmupSamples} samples...`);
	const {samples} = await runPhase(stages, settings, {samples: warmupSamples, boxMs: timeBoxS * 250, write});
	write('Warmup completed');
	if (samples < warmupSamples)
		tell(write, {event: 'degraded', reason: `time-boxed: ${samples} of ${warmupSamples} warm-up samples`});
	return samples;
}

type Box = {readonly boxLeftMs: number; readonly firstOutput: Float32Array};

async function measure(
	stages: Stages,
	settings: ReferenceSettings,
	write: Write,
	{boxLeftMs, firstOutput}: Box,
): Promise<Measured & {readonly passes: number}> {
	tell(write, {event: 'phase', name: 'measure'});
	write(`Test phase: ${settings.samples} samples...`);
	const first = await runPhase(stages, settings, {samples: settings.samples, boxMs: boxLeftMs, write, firstOutput});
	if (first.samples < settings.samples) {
		tell(write, {event: 'degraded', reason: `time-boxed: ${first.samples} of ${settings.samples} samples`});
	}
	return repeatPasses(first, stages, settings, boxLeftMs / 1000);
}

/** Further passes, without progress because they take a second at most, until the window is long enough or the box is full. */
async function repeatPasses(
	first: Measured,
	stages: Stages,
	settings: ReferenceSettings,
	boxS: number,
): Promise<Measured & {readonly passes: number}> {
	const leastS = Math.min(settings.minWindowS, boxS - first.windowS);
	const all = [first];
	let windowS = first.windowS;
	while (windowS < leastS) {
		const pass = await runPhase(stages, settings, {samples: first.samples, boxMs: Number.POSITIVE_INFINITY});
		all.push(pass);
		windowS += pass.windowS;
	}
	return {
		passes: all.length,
		samples: all.length * first.samples,
		windowS,
		batches: all.flatMap(({batches}) => batches),
	};
}

type Phase = {
	readonly samples: number;
	readonly boxMs: number;
	/** Absent for a pass that is not told of. */
	readonly write?: Write;
	/** Where the first batch's output goes, when it is wanted later. */
	readonly firstOutput?: Float32Array;
};

type Measured = {readonly samples: number; readonly windowS: number; readonly batches: readonly BatchRun[]};

/** Runs batch after batch until the samples are done or the batch in which the box expires is. */
async function runPhase(
	stages: Stages,
	{batchSize, syncFrequency}: ReferenceSettings,
	phase: Phase,
): Promise<Measured> {
	const landed = createProgress(phase.write ?? (() => {}), phase.samples, syncFrequency, () => performance.now());
	const output = new Float32Array(batchSize * stages.outputValues);
	const batches: BatchRun[] = [];
	const beganMs = performance.now();
	let samples = 0;
	do {
		const rows = Math.min(batchSize, phase.samples - samples);
		const target = batches.length === 0 ? (phase.firstOutput ?? output) : output;
		batches.push(stages.runBatch(batches.length, rows, target));
		samples += rows;
		landed(rows);
		await setImmediate(); // signals and writes get their turn
	} while (samples < phase.samples && performance.now() - beganMs < phase.boxMs);
	return {samples, windowS: (performance.now() - beganMs) / 1000, batches};
}

type Outcome = Measured & {
	readonly passes: number;
	readonly firstOutput: Float32Array;
	readonly startupS: number;
	readonly warmedUp: number;
};

function report(stages: Stages, settings: ReferenceSettings, write: Write, outcome: Outcome): void {
	const {samples, passes, windowS, batches, firstOutput, startupS, warmedUp} = outcome;
	const checksum = measureChecksum(firstOutput.subarray(0, (batches[0]?.rows ?? 0) * stages.outputValues), stages.tile);
	tell(write, {event: 'phase', name: 'report'});
	writeSummary(write, {samples, windowS});
	writeLatencies(
		write,
		batches.map(({latencyMs}) => Math.round(latencyMs * 1e4) / 1e4),
	);
	const metrics = {
		samples,
		batches: batches.length,
		passes,
		not_steady: null,
		rate_change: null,
		floors: null,
		launch_gap_share: null,
		output_max_abs_diff: null,
		output_max_rel_diff: null,
		window_s: windowS,
		throughput_samples_per_s: samples / windowS,
		h2d_bytes: batches.reduce((sum, {h2dBytes}) => sum + h2dBytes, 0),
		d2h_bytes: batches.reduce((sum, {d2hBytes}) => sum + d2hBytes, 0),
		output_checksum: checksum,
		peak_gpu_memory_mib: null,
		peak_host_memory_mib: readPeakMemoryMiB(),
		startup_s: startupS,
		compiled_graphs: null,
		graph_breaks: null,
	};
	tell(write, {event: 'result', metrics, effective: readEffective(stages, settings, {samples, passes, warmedUp})});
	write('=== Pipeline Test Completed ===');
}

function refuse(write: Write, kind: string, message: string, exitCode: number): number {
	write(`ERROR: ${message}`);
	tell(write, {event: 'error', kind, message});
	return exitCode;
}

const isOutOfMemory = (error: unknown): error is Error =>
	error instanceof RangeError && /allocation failed|array length/i.test(error.message);
