import {createTelemetry} from '../../source/effects/telemetry.ts';

const ignore = () => {};

/** A warpdeck in miniature for the tests that end it: it watches one GPU until a signal tells it to exit. */
const gpus = [{gpuIndex: 0, uuid: 'GPU-00000000-0000-4000-8000-000000000000'}];
createTelemetry({gpus, everyMs: 50, diskPath: '.'}).watch({
	onGpus: ignore,
	onHost: ignore,
	onLost: ignore,
	onSource: ignore,
	isMeasuring: () => false,
});
process.once('SIGTERM', () => process.exit(0));
