import type {Topology} from '../domain/topology.ts';
import {countVitOperations} from '../domain/vit-operations.ts';
import type {SimulatedRates} from './simulated-rates.ts';
import {fitToPatch, type SimulatedSettings} from './simulated-settings.ts';

const BYTES = 4;
const LOCAL_DISTANCE = 10;

export type SimulatedSpeed = {
	/** Without noise, ms. */
	readonly batchMs: (rows: number) => number;
	/** Share of a whole batch's time in which the GPU computes, 0 to 1. */
	readonly computeShare: number;
	readonly h2dBytes: number;
	readonly d2hBytes: number;
	/** Weights and the batches in flight. */
	readonly gpuMemoryMiB: number;
};

/** What the rates of a host make of a configuration: the slowest of copying in, working and copying out, or their sum. */
export function estimateSpeed(settings: SimulatedSettings, rates: SimulatedRates, topology: Topology): SimulatedSpeed {
	const sizes = measureSizes(settings);
	const slowdown = findSlowdown(settings, rates, topology);
	const launchMs = slowdown * estimateLaunchMs(settings, rates);
	const copyMs = (bytes: number) => (slowdown * bytes) / (rates.copyGBPerS * 1e6);
	const computeMs = (rows: number) => (rows * sizes.operations) / (rates.teraflops * 1e9);
	const batchMs = (rows: number): number => {
		const parts = [
			copyMs(rows * sizes.inputBytes),
			Math.max(launchMs, computeMs(rows)),
			copyMs(rows * sizes.outputBytes),
		];
		return settings.isAsync ? Math.max(...parts) : parts.reduce((sum, part) => sum + part);
	};
	return {
		batchMs,
		computeShare: Math.min(1, computeMs(settings.batchSize) / batchMs(settings.batchSize)),
		h2dBytes: settings.samples * sizes.inputBytes,
		d2hBytes: settings.samples * sizes.outputBytes,
		gpuMemoryMiB: estimateMemoryMiB(settings, sizes),
	};
}

/** How many times as long the host's part takes from where the process is bound. */
function findSlowdown(
	{gpu, node}: Pick<SimulatedSettings, 'gpu' | 'node'>,
	{slowdownPerDistance}: Pick<SimulatedRates, 'slowdownPerDistance'>,
	{nodes}: Topology,
): number {
	const position = nodes.findIndex(({id}) => id === gpu.numaNode);
	const distance = nodes.find(({id}) => id === node)?.distances[position] ?? LOCAL_DISTANCE;
	return 1 + slowdownPerDistance * Math.max(0, distance - LOCAL_DISTANCE);
}

function estimateLaunchMs({depth, compileMode}: SimulatedSettings, rates: SimulatedRates): number {
	const eagerMs = rates.batchLaunchMs + depth * rates.layerLaunchMs;
	return compileMode !== null && depth > 0 ? rates.compiledLaunchShare * eagerMs : eagerMs;
}

type Sizes = {
	readonly inputBytes: number;
	readonly outputBytes: number;
	readonly weightBytes: number;
	/** Additions and multiplications for one sample. */
	readonly operations: number;
};

/** Of one sample. */
function measureSizes(settings: SimulatedSettings): Sizes {
	const {depth, dim, mlpDim, patchSize, preprocessing} = settings;
	const [channels, height, width] = fitToPatch(settings);
	const imageBytes = BYTES * channels * height * width;
	const rawBytes = BYTES * settings.shape.reduce((product, side) => product * side, 1);
	const inputBytes = preprocessing === 'gpu' ? rawBytes : imageBytes;
	if (depth === 0) return {inputBytes, outputBytes: imageBytes, weightBytes: 0, operations: 0};
	const patches = (height / patchSize) * (width / patchSize);
	const tokens = patches + 1;
	const layerWeights = 4 * dim * dim + 2 * dim * mlpDim;
	const embedWeights = channels * patchSize * patchSize * dim;
	return {
		inputBytes,
		outputBytes: BYTES * tokens * dim,
		weightBytes: BYTES * (depth * layerWeights + embedWeights),
		operations: countVitOperations({depth, dim, mlpDim, patchSize, shape: [channels, height, width]}),
	};
}

function estimateMemoryMiB({batchSize, queueDepth, isAsync}: SimulatedSettings, sizes: Sizes): number {
	const inFlight = (isAsync ? queueDepth : 1) * batchSize * (sizes.inputBytes + sizes.outputBytes);
	return Math.round(((sizes.weightBytes + inFlight) / 2 ** 20) * 10) / 10;
}
