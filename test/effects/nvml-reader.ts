import assert from 'node:assert/strict';
import type {TestContext} from 'node:test';
import {openNvmlProcess} from '../../source/effects/nvml-process.ts';
import type {GpuSample} from '../../source/journal/event.ts';
import {until} from '../rig/until.ts';
import {type NvmlStub, nvmlStub, uuidOf} from './nvml-stub.ts';

/** Samples of the real process with the real koffi, on the stub. */
export function readGpus(t: TestContext, {env}: NvmlStub, indexes: readonly number[] = [0, 1], everyMs = 50) {
	const ticks: (readonly GpuSample[])[] = [];
	const edges: GpuSample[] = [];
	const ends: string[] = [];
	const gpus = indexes.map((gpuIndex) => ({gpuIndex, uuid: uuidOf(gpuIndex)}));
	const onEnd = (how: string) => ends.push(how);
	const reader = openNvmlProcess({
		gpus,
		everyMs,
		env,
		onSamples: (samples) => ticks.push(samples),
		onEdge: (sample) => edges.push(sample),
		onRefused: onEnd,
		onEnd,
	});
	t.after(reader.close);
	const next = async (): Promise<readonly GpuSample[]> => {
		const {length} = ticks;
		await until(() => ticks.length > length || ends.length > 0, 'a tick', 90_000);
		assert.deepEqual(ends, []);
		return ticks.at(-1) ?? [];
	};
	/** The first sample of the first GPU of which this is true. */
	const find = async (what: string, is: (sample: GpuSample) => boolean) => {
		await until(() => ticks.some(([first]) => first && is(first)), what, 20_000);
		return ticks.map(([first]) => first).find((first) => first && is(first));
	};
	const markEdge = async (gpuIndex: number): Promise<GpuSample> => {
		const {length} = edges;
		reader.wish(`edge ${gpuIndex}`);
		await until(() => edges.length > length || ends.length > 0, 'the counters', 90_000);
		return edges.at(-1) ?? assert.fail(ends.join());
	};
	return {ticks, next, find, markEdge, reader};
}

/** The first sample of GPU 0 on a stub that plays these lines. */
export const readFirst = async (t: TestContext, lines: readonly string[], options = {}): Promise<GpuSample> => {
	const [sample] = await readGpus(t, nvmlStub(t, lines, options), [0]).next();
	assert.ok(sample);
	return sample;
};
