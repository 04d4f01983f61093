import type {GpuTelemetry, Spread} from '../domain/experiment.ts';
import type {Json, JsonObject} from '../domain/json.ts';

/** `telemetry` of results.json: what the GPU did while the experiment was measured. */
export const describeTelemetry = (telemetry: GpuTelemetry | null): Json =>
	telemetry && {
		window: telemetry.window,
		counters_s: telemetry.countersS,
		energy_j: telemetry.energyJ,
		throttled_ms: telemetry.throttledMs,
		celsius: describeSpread(telemetry.celsius),
		power_watts: describeSpread(telemetry.powerWatts),
		utilization_percent: describeSpread(telemetry.utilizationPercent),
		sm_clock_mhz: describeSpread(telemetry.smClockMHz),
		pcie_generation: telemetry.pcieGeneration,
		pcie_width: telemetry.pcieWidth,
		peak_memory_mib: telemetry.peakMemoryMiB,
	};

const describeSpread = ({mean, max, n}: Spread): JsonObject => ({mean, max, n});
