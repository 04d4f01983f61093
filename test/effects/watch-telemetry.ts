import {createTelemetry} from '../../source/effects/telemetry.ts';

const ignore = () => {};

/** A warpdeck in miniature for the tests that end it: it watches one GPU until a signal tells it to exit. */
createTelemetry({gpuIndexes: [0], everyMs: 50, diskPath: '.'}).watch({onGpus: ignore, onHost: ignore, onLost: ignore});
process.once('SIGTERM', () => process.exit(0));
