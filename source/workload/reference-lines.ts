import type {WorkloadLine} from '../domain/workload-protocol.ts';
import {readCpuName, readCpusAllowed} from './cpu-facts.ts';
import type {ReferenceSettings} from './reference-settings.ts';

export type Write = (line: string) => void;

/** Values that the protocol allows beside those that warpdeck reads. */
type Said = WorkloadLine & {readonly pid?: number; readonly name?: string};

/** Writes one line for warpdeck. */
export const tell = (write: Write, said: Said): void => write(`::warpdeck ${JSON.stringify(said)}`);

export function introduce(write: Write, {name, ...settings}: ReferenceSettings): void {
	const cpu = readCpuName();
	const device = {device: 'cpu-reference', device_name: cpu, gpu_uuid: null, pid: process.pid, name} as const;
	tell(write, {
		event: 'ready',
		...device,
		versions: {node: process.versions.node},
		cpus_allowed: readCpusAllowed(),
		interpreter: process.execPath,
	});
	const {vit} = settings;
	for (const line of [
		'GPU ID: none',
		`GPU: none (reference pipeline in Node on ${cpu})`,
		'Compute Capability: none',
		`Tensor Shape: (${settings.shape.join(', ')})`,
		`Batch Size: ${settings.batchSize}`,
		`Total Samples: ${settings.samples}`,
		`Warmup Samples: ${settings.warmupSamples}`,
		`CPU Memory Pool: ${settings.poolMiB} MB (${settings.fillPattern})`,
		`ViT Config: patch_size=${vit.patchSize}, depth=${vit.depth}, heads=${vit.heads}, dim=${vit.dim}, mlp_dim=${vit.mlpDim}`,
		'Pin Memory: False',
		`Sync Frequency: ${settings.syncFrequency}`,
		'Deterministic: True',
		`Compile Model: ${settings.compileWanted ? 'True' : 'False'} (mode: ${settings.compileMode})`,
	]) {
		write(line);
	}
}

type Summary = {readonly samples: number; readonly windowS: number};

export function writeSummary(write: Write, {samples, windowS}: Summary): void {
	write('=== Pipeline Results Summary ===');
	write(`Test Samples: ${samples}`);
	write(`Total Time: ${windowS.toFixed(6)}s`);
	write(`Average Throughput: ${(samples / windowS).toFixed(2)} samples/s`);
}

const SAMPLES_A_LINE = 500;

export function writeLatencies(write: Write, latenciesMs: readonly number[]): void {
	for (let first = 0; first < latenciesMs.length; first += SAMPLES_A_LINE) {
		tell(write, {event: 'samples', latency_ms: latenciesMs.slice(first, first + SAMPLES_A_LINE)});
	}
}

/** Reports completed samples: a line for people every so many batches, one for warpdeck about ten times a second. */
export function createProgress(
	write: Write,
	total: number,
	everyBatches: number,
	now: () => number,
): (rows: number) => void {
	let [done, batches, toldAtMs] = [0, 0, Number.NEGATIVE_INFINITY];
	return (rows) => {
		done += rows;
		batches++;
		if (batches % everyBatches === 0) write(`  Progress: ${((100 * done) / total).toFixed(1)}% (${done}/${total})`);
		if (now() - toldAtMs < 100 && done < total) return;
		toldAtMs = now();
		tell(write, {event: 'progress', done, total});
	};
}
