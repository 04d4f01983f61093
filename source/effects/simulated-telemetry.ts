import type {Gpu, Topology} from '../domain/topology.ts';
import type {Clock, Telemetry} from '../engine/ports.ts';
import type {GpuSample, HostSample} from '../journal/event.ts';
import type {SimulatedRates} from './simulated-rates.ts';
import type {GpuLoad} from './simulated-script.ts';

type SimulatedTelemetryOptions = {
	readonly topology: Topology;
	readonly rates: SimulatedRates;
	readonly clock: Clock;
	/** By GPU index: what runs there now. */
	readonly loads: ReadonlyMap<number, GpuLoad>;
};

const EVERY_MS = 1000;
/** Share of the way to its new temperature that a GPU goes in a second. */
const WARMING = 0.2;

/** The real host is not the simulated one, so none of its figures may stand here. */
const UNKNOWN_HOST: HostSample = {
	cpuPercent: null,
	memoryUsedMiB: null,
	memoryTotalMiB: null,
	swapUsedMiB: null,
	diskFreeMiB: null,
};

const IDLE: GpuLoad = {utilizationPercent: 0, memoryUsedMiB: 0};

/** Samples that follow what is played on each GPU. */
export function createSimulatedTelemetry({topology, rates, clock, loads}: SimulatedTelemetryOptions): Telemetry {
	return {
		markEdge: async () => {},
		watch: ({onGpus, onHost}) => {
			const celsius = new Map<number, number>();
			const startedAt = clock.now();
			let isStopped = false;
			const sample = (): void => {
				const playedS = (clock.now() - startedAt) / 1000;
				const samples = topology.gpus.map((gpu) => ({
					...sampleGpu(gpu, loads.get(gpu.index) ?? IDLE, rates, celsius),
					...findFault(gpu, rates, playedS),
				}));
				onGpus(samples);
				onHost(UNKNOWN_HOST);
				if (!isStopped) cancel = clock.after(EVERY_MS, sample);
			};
			let cancel = clock.after(0, sample);
			return () => {
				isStopped = true;
				cancel();
			};
		},
	};
}

function findFault({index}: Gpu, {faults}: SimulatedRates, playedS: number): Pick<GpuSample, 'lost' | 'xid'> {
	const fault = faults.findLast(({gpu, afterS}) => gpu === index && playedS >= afterS);
	return fault ? {lost: fault.lost, xid: fault.xid} : {};
}

function sampleGpu(gpu: Gpu, load: GpuLoad, {gpu: rates}: SimulatedRates, celsius: Map<number, number>): GpuSample {
	const share = load.utilizationPercent / 100;
	const target = rates.idleCelsius + share * (rates.busyCelsius - rates.idleCelsius);
	const before = celsius.get(gpu.index) ?? rates.idleCelsius;
	const now = before + WARMING * (target - before);
	celsius.set(gpu.index, now);
	return {
		gpuIndex: gpu.index,
		celsius: Math.round(now),
		utilizationPercent: load.utilizationPercent,
		memoryUsedMiB: load.memoryUsedMiB,
		memoryTotalMiB: gpu.memoryTotalMiB,
		powerWatts: Math.round(rates.idleWatts + share * (rates.busyWatts - rates.idleWatts)),
		powerLimitWatts: rates.powerLimitWatts,
		smClockMHz: null,
		memoryClockMHz: null,
		throttleReasons: null,
	};
}
