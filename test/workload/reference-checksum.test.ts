import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {
	findResult,
	type Printed,
	runReference,
	runVitPipelines,
	skipWithoutTorch,
	smallArguments,
} from './run-workloads.ts';

const shapes: Readonly<Record<string, string>> = {
	'a square image': '--shape 3 64 64',
	'sides that are rounded up and resized': '--shape 1 40 60 --vit-patch-size 16 --vit-heads 2',
	'no model at all': '--vit-depth 0 --shape 3 33 32',
	'normalising on the CPU': '--preprocessing-mode cpu --shape 3 40 32',
	'normalising on the device': '--preprocessing-mode gpu --shape 3 40 32',
	'another seed and rising inputs': '--seed 7 --fill-pattern sequential',
};

const checksum = (printed: Printed): number => Number(findResult(printed).metrics.output_checksum);

suite('The reference pipeline computes what vit_pipeline.py computes', {skip: skipWithoutTorch}, () => {
	const inPython = skipWithoutTorch ? [] : runVitPipelines(Object.values(shapes).map((flags) => smallArguments(flags)));

	for (const [index, [title, flags]] of Object.entries(shapes).entries()) {
		test(`for ${title}`, async () => {
			const printed = inPython[index];
			assert.ok(printed);
			const expected = checksum(printed);
			const actual = checksum(await runReference(smallArguments(flags)));
			assert.notEqual(expected, 0);
			assert.ok(Math.abs(actual - expected) <= 1e-3 * Math.abs(expected), `${actual} is not ${expected}`);
		});
	}

	test('over the same bytes and image shape', async () => {
		const flags = shapes['sides that are rounded up and resized'] ?? '';
		const ours = findResult(await runReference(smallArguments(flags)));
		const theirs = findResult(inPython[1] as Printed);
		for (const key of ['h2d_bytes', 'd2h_bytes', 'samples', 'batches'])
			assert.equal(ours.metrics[key], theirs.metrics[key], key);
		assert.deepEqual(ours.effective.image_shape, theirs.effective.image_shape);
	});
});
