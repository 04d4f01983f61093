import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {applyGelu, applySoftmax, multiply, normaliseRows} from '../../source/workload/float32-kernels.ts';
import {resizeImages} from '../../source/workload/image-preparation.ts';

const wave = (length: number, step: number): Float32Array =>
	Float32Array.from({length}, (_, index) => Math.sin(step * index));

const assertClose = (actual: Float32Array | Float64Array, expected: readonly number[], tolerance = 1e-6): void => {
	assert.equal(actual.length, expected.length);
	for (const [index, value] of expected.entries())
		assert.ok(
			Math.abs((actual[index] ?? Number.NaN) - value) <= tolerance,
			`${index}: ${actual[index]} is not ${value}`,
		);
};

suite('A kernel of the reference pipeline', () => {
	for (const [rows, inner, columns] of [
		[4, 8, 8],
		[5, 7, 6],
		[1, 3, 9],
	] as const) {
		test(`multiplies ${rows}x${inner} by ${inner}x${columns} as the definition says, rests of the blocks included`, () => {
			const [values, weight, bias] = [wave(rows * inner, 0.3), wave(columns * inner, 0.7), wave(columns, 1.1)];
			const expected = Array.from({length: rows * columns}, (_, at) => {
				const [row, column] = [Math.floor(at / columns), at % columns];
				let sum = bias[column] ?? 0;
				for (let k = 0; k < inner; k++) sum += (values[row * inner + k] ?? 0) * (weight[column * inner + k] ?? 0);
				return sum;
			});
			assertClose(multiply({values, rows, columns: inner}, {weight, bias}, new Float32Array(rows * columns)), expected);
		});
	}

	test('normalises each row by itself', () => {
		const input = {values: Float32Array.of(1, 3, 10, 30), rows: 2, columns: 2};
		const plain = {weight: Float32Array.of(1, 2), bias: Float32Array.of(0, 1)};
		assertClose(normaliseRows(input, plain, new Float32Array(4)), [-1, 3, -1, 3], 1e-4);
	});

	test('gives GELU its known values', () => {
		const values = Float32Array.of(-3, -1, 0, 1, 3);
		applyGelu(values, values.length);
		assertClose(values, [-0.00404969, -0.15865525, 0, 0.84134475, 2.99595031], 5e-7);
	});

	test('keeps softmax finite for large scores', () => {
		const scores = Float64Array.of(1000, 1000, 0);
		applySoftmax(scores, 3);
		assertClose(scores, [0.5, 0.5, 0]);
	});

	test('resizes with half-pixel centres', () => {
		const enlarged = resizeImages(Float32Array.of(0, 4), 1, [1, 1, 2], [1, 1, 4], new Float32Array(4));
		assertClose(enlarged, [0, 1, 3, 4]);
	});
});
