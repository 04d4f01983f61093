import {queryGpus} from '../../source/effects/nvidia-smi.ts';
import type {WatchedGpu} from '../../source/effects/nvml-gpu.ts';
import {buildNvmlStub, uuidOf} from '../effects/nvml-stub.ts';
import type {Figures} from './figures.ts';
import {aimAtShare, benchSources, describeNvml} from './telemetry/bench-sources.ts';
import {benchComparison} from './telemetry/compare.ts';
import {watchByNvml} from './telemetry/sources.ts';

const MONITOR_MS = 60_000;
const COMPARISON_MS = 20_000;
const STUB_MS = 15_000;
const STUB_GPUS = [0, 1, 2, 3, 4, 5, 6, 7].map((gpuIndex) => ({gpuIndex, uuid: uuidOf(gpuIndex)}));

/** What watching GPUs costs; without a GPU only what it costs us, on a library that answers at once. */
export async function benchTelemetry(): Promise<Figures> {
	const gpus = await listGpus();
	return gpus.length > 0 ? benchSources(gpus, MONITOR_MS) : benchStub();
}

export async function benchTelemetryComparison(): Promise<Figures> {
	const gpus = await listGpus();
	if (gpus.length > 0) return benchComparison(gpus, COMPARISON_MS, 'as the GPUs are now');
	return {title: 'NVML beside nvidia-smi', rows: [], aims: [], skipped: ['there is no GPU here']};
}

async function benchStub(): Promise<Figures> {
	const env = {...process.env, LD_LIBRARY_PATH: buildNvmlStub()};
	const slow = await watchByNvml(STUB_GPUS, 1000, STUB_MS, env);
	const fast = await watchByNvml(STUB_GPUS, 100, STUB_MS, env);
	return {
		title: 'A sample of 8 GPUs ON THE STUB: our own part, without any driver',
		rows: describeNvml(slow, fast),
		aims: [aimAtShare(slow, STUB_MS)],
		skipped: ['stream and one-shot: there is no GPU here'],
	};
}

async function listGpus(): Promise<readonly WatchedGpu[]> {
	const {gpus} = await queryGpus({procRoot: '/proc', env: process.env, timeoutMs: 60_000});
	return gpus.map(({index, uuid}) => ({gpuIndex: index, uuid}));
}
