import type {JsonObject} from '../domain/json.ts';
import {findNode, formatCpuList, type Topology} from '../domain/topology.ts';
import type {WorkloadLine} from '../domain/workload-protocol.ts';
import {tell} from './simulated-line.ts';
import type {SimulatedRates} from './simulated-rates.ts';
import {describeEffective, type SimulatedSettings} from './simulated-settings.ts';
import {estimateSpeed, type SimulatedSpeed} from './simulated-speed.ts';
import {measureWindow, playWindow, type SimulatedWindow} from './simulated-window.ts';

/** What a simulated process makes of its GPU from a step on. */
export type GpuLoad = {readonly utilizationPercent: number; readonly memoryUsedMiB: number};

/** Lines of stdout and when they come, ms after the launch. */
export type ScriptStep = {readonly atMs: number; readonly lines: readonly string[]; readonly load: GpuLoad};

export type Script = {readonly steps: readonly ScriptStep[]; readonly code: number; readonly stderr: string};

type ScriptOptions = {
	readonly settings: SimulatedSettings;
	readonly rates: SimulatedRates;
	readonly topology: Topology;
	/** In [0, 1): the noise. */
	readonly random: () => number;
	readonly fails: boolean;
};

const CONTEXT_MIB = 500;

/** All that one run of vit_pipeline.py would print, written before it is played. */
export function writeScript(options: ScriptOptions): Script {
	const {settings, rates, topology} = options;
	const speed = estimateSpeed(settings, rates, topology);
	const window = measureWindow(settings, speed, rates.noisePercent, options.random);
	const scaledMs = (seconds: number) => 1000 * rates.timeScale * seconds;
	// Scattered, or the lanes of a demo would move in step.
	const loadedMs = scaledMs(rates.loadS) * (0.8 + 0.4 * options.random());
	const isCompiled = settings.compileMode !== null && settings.depth > 0;
	const compiledMs = loadedMs + (isCompiled ? scaledMs(rates.compileS) : 0);
	const warmedMs = compiledMs + (settings.warmupSamples > 0 ? scaledMs(rates.leastMeasureS) / 4 : 0);
	const endMs = warmedMs + Math.max(1000 * window.seconds, scaledMs(rates.leastMeasureS));
	const loading = load(0, CONTEXT_MIB);
	const working = load(100 * speed.computeShare, CONTEXT_MIB + speed.gpuMemoryMiB);
	const opening: readonly ScriptStep[] = [
		{atMs: 0.1 * loadedMs, lines: [banner(topology), tell({event: 'phase', name: 'load'})], load: load(0, 0)},
		{atMs: 0.6 * loadedMs, lines: [introduce(options)], load: loading},
		{atMs: loadedMs, lines: [place(options), ...(isCompiled ? [phase('compile')] : [])], load: loading},
	];
	if (options.fails) return fail(opening, compiledMs, working, options);
	return {
		steps: [
			...opening,
			...(warmedMs > compiledMs ? [{atMs: compiledMs, lines: [phase('warmup')], load: working}] : []),
			{atMs: warmedMs, lines: [phase('measure'), `SIMULATED Test phase: ${settings.samples} samples`], load: working},
			...playWindow(settings, window, warmedMs, endMs).map((step) => ({...step, load: working})),
			{atMs: endMs, lines: [phase('report'), ...conclude(options, speed, window, compiledMs / 1000)], load: loading},
		],
		code: 0,
		stderr: '',
	};
}

const phase = (name: Extract<WorkloadLine, {event: 'phase'}>['name']): string => tell({event: 'phase', name});

const load = (utilizationPercent: number, memoryUsedMiB: number): GpuLoad => ({
	utilizationPercent: Math.round(utilizationPercent),
	memoryUsedMiB: Math.round(memoryUsedMiB),
});

const banner = ({hostname}: Topology): string =>
	`SIMULATED run on ${hostname}: no process was started, and no number here was measured`;

function introduce({settings, topology}: ScriptOptions): string {
	const cpus = findNode(topology, settings.node ?? -1)?.cpus;
	return tell({
		event: 'ready',
		device: 'cuda',
		device_name: settings.gpu.name.startsWith('SIMULATED') ? settings.gpu.name : `SIMULATED ${settings.gpu.name}`,
		gpu_uuid: settings.gpu.uuid,
		versions: {python: null, torch: null, cuda: null},
		...(cpus ? {cpus_allowed: formatCpuList(cpus)} : {}),
	});
}

function place({settings}: ScriptOptions): string {
	const what = 'input pool';
	if (settings.node === null) return tell({event: 'placement', what, node_pages: {}, reason: 'simulated, and unbound'});
	return tell({event: 'placement', what, node_pages: {[settings.node]: settings.poolMiB * 256}, page_kib: 4});
}

function fail(
	opening: readonly ScriptStep[],
	atMs: number,
	working: GpuLoad,
	{rates, settings}: ScriptOptions,
): Script {
	const message = `CUDA out of memory. SIMULATED: the host file lets one launch in ${rates.failOneIn} fail`;
	const lines = [
		...(settings.warmupSamples > 0 ? [phase('warmup')] : []),
		tell({event: 'error', kind: 'cuda_oom', message}),
		`SIMULATED ${message}`,
	];
	return {steps: [...opening, {atMs, lines, load: working}], code: 1, stderr: `SIMULATED ${message}\n`};
}

function conclude(
	{settings}: ScriptOptions,
	speed: SimulatedSpeed,
	window: SimulatedWindow,
	startupS: number,
): readonly string[] {
	const samples = window.passes * settings.samples;
	const throughput = samples / window.seconds;
	const isCompiled = settings.compileMode !== null && settings.depth > 0;
	const metrics: JsonObject = {
		samples,
		batches: window.latencyMs.length,
		passes: window.passes,
		window_s: window.seconds,
		throughput_samples_per_s: throughput,
		h2d_bytes: window.passes * speed.h2dBytes,
		d2h_bytes: window.passes * speed.d2hBytes,
		output_checksum: null,
		peak_gpu_memory_mib: speed.gpuMemoryMiB,
		peak_host_memory_mib: null,
		startup_s: startupS,
		compiled_graphs: isCompiled ? 1 : null,
		graph_breaks: isCompiled ? 0 : null,
	};
	return [
		`SIMULATED Average Throughput: ${throughput.toFixed(2)} samples/s`,
		tell({event: 'result', metrics, effective: describeEffective(settings)}),
	];
}
