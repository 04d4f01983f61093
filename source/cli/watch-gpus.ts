import type {JsonObject} from '../domain/json.ts';
import {type Suite, suiteSchema} from '../domain/suite.ts';
import {createTelemetry} from '../effects/telemetry.ts';
import type {Clock, Telemetry} from '../engine/ports.ts';
import type {Lane} from '../journal/event.ts';

type Watch = {
	readonly lanes: readonly Lane[];
	readonly telemetry: Suite['experiment']['telemetry'] | undefined;
	/** Where the run is written. */
	readonly diskPath: string;
	readonly clock: Clock;
};

/** Watches the GPUs of the lanes and the host as the suite asks. */
export function watchGpusOf({lanes, telemetry, diskPath, clock}: Watch): Telemetry {
	const gpus = lanes.flatMap(({gpuId, gpuUuid}) =>
		gpuId === null || gpuUuid === null ? [] : [{gpuIndex: gpuId, uuid: gpuUuid}],
	);
	const asked = telemetry && {everyMs: 1000 / telemetry.hz, pcieTraffic: telemetry.pcie_traffic};
	return createTelemetry({gpus, diskPath, clock, ...asked});
}

/** What the suite of an earlier run asked; undefined for runs from before it could. */
export const readTelemetryOf = (config: JsonObject): Watch['telemetry'] =>
	suiteSchema.safeParse(config).data?.experiment.telemetry;
