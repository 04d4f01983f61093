import type {Cell, Experiment, ExperimentResult, GpuTelemetry} from '../../source/domain/experiment.ts';
import type {JsonObject} from '../../source/domain/json.ts';
import type {Gpu, NumaNode, Topology} from '../../source/domain/topology.ts';

/** Four GPUs and four nodes; GPUs 0 and 1 are on node 0, GPUs 2 and 3 on node 2. */
export const topology = (changes: Partial<Topology> = {}): Topology => ({
	hostname: 'story',
	kernel: '6.1.0',
	cpuModel: 'Story CPU',
	nodes: [
		numaNode(0, [10, 12, 21, 21]),
		numaNode(1, [12, 10, 21, 21]),
		numaNode(2, [21, 21, 10, 12]),
		numaNode(3, [21, 21, 12, 10]),
	],
	gpus: [gpu(0, 0), gpu(1, 0), gpu(2, 2), gpu(3, 2)],
	allowedCpus: [0, 1, 2, 3],
	allowedMemoryNodes: [0, 1, 2, 3],
	driverVersion: '580.0',
	gpuProblem: null,
	origin: 'measured',
	...changes,
});

export const numaNode = (id: number, distances: readonly number[]): NumaNode => ({
	id,
	cpus: [id],
	memoryTotalMiB: 65_536,
	memoryFreeMiB: 60_000,
	distances,
	socket: Math.floor(id / 2),
});

export const gpu = (index: number, node: number | null): Gpu => ({
	index,
	uuid: `GPU-${index}`,
	name: 'Story GPU',
	pciAddress: `0000:${(index + 1) * 10}:00.0`,
	numaNode: node,
	memoryTotalMiB: 49_140,
});

/** `gpu0_numa0_vit32x2x256` unless its values are changed; params are what a suite would declare. */
export function cell(changes: Partial<Cell> = {}): Cell {
	const {gpuId = 0, numaNode: node = 0, model = 'vit32x2x256'} = changes;
	const names = [gpuId === null ? null : `gpu${gpuId}`, node === null ? null : `numa${node}`, model];
	const runId = names.filter((name) => name !== null).join('_');
	return {runId, job: 0, gpuId, numaNode: node, model, params: PARAMS, axes: {}, duplicateOf: null, ...changes};
}

export const PARAMS: JsonObject = {
	patch_size: 32,
	depth: 2,
	heads: 4,
	dim: 256,
	mlp_dim: 1024,
	num_samples: 1000,
	batch_size: 10,
	timeout_s: 600,
};

export const experiment = ({duplicateOf: _, ...values}: Cell, block = 1): Experiment => ({
	...values,
	id: block === 1 ? values.runId : `${values.runId}.b${block}`,
	block,
	lane: values.gpuId === null ? 'cpu0' : `gpu${values.gpuId}`,
	device: values.gpuId === null ? 'cpu' : 'cuda',
	binding: values.numaNode === null ? {kind: 'off', reason: 'no node'} : {kind: 'strict', node: values.numaNode},
	exclusive: 'gpu',
	socket: values.numaNode === null ? null : Math.floor(values.numaNode / 2),
	timeoutMs: 600_000,
});

/** A success of 1 000 samples a second on a GPU. */
export const result = (id: string, changes: Partial<ExperimentResult> = {}): ExperimentResult => ({
	status: 'succeeded',
	failure: null,
	degraded: [],
	device: 'cuda',
	deviceName: 'Story GPU',
	durationS: 12.5,
	exitCode: 0,
	throughputSamplesPerS: 1000,
	windowS: 1,
	latencyMs: {p50: 9, p90: 11, p99: null, mean: 9.5, n: 100},
	metrics: {samples: 1000, batches: 100, window_s: 1, throughput_samples_per_s: 1000},
	effective: PARAMS,
	versions: {python: '3.12.3', torch: '2.11.0'},
	placement: [],
	phasesS: {load: 4, measure: 1},
	peakHostMemoryMiB: 2048,
	peakGpuMemoryMiB: 512,
	stdoutLog: `logs/${id}.stdout`,
	stderrLog: `logs/${id}.stderr`,
	droppedLogBytes: 0,
	errorTail: null,
	simulated: false,
	...changes,
});

/** What the driver said in a measured window at this mean SM clock, and nothing else. */
export function clocked(meanMHz: number | null, changes: Partial<GpuTelemetry> = {}): GpuTelemetry {
	const unknown = {mean: null, max: null, n: 0};
	return {
		window: 'measure',
		countersS: null,
		energyJ: null,
		throttledMs: {},
		celsius: unknown,
		powerWatts: unknown,
		utilizationPercent: unknown,
		smClockMHz: {mean: meanMHz, max: meanMHz, n: meanMHz === null ? 0 : 5},
		pcieGeneration: null,
		pcieWidth: null,
		peakMemoryMiB: null,
		...changes,
	};
}
