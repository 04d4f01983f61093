import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {fillFromTile, makeTile, measureChecksum, TILE_LENGTH} from '../../source/workload/deterministic-values.ts';
import {evaluateInPython, skipWithoutTorch} from './run-workloads.ts';

const tile = makeTile(3);

suite('The tile of numbers', () => {
	test('lies in [-1, 1) with the mean and spread of a uniform draw', () => {
		const mean = tile.reduce((sum, value) => sum + value, 0) / TILE_LENGTH;
		const variance = tile.reduce((sum, value) => sum + value ** 2, 0) / TILE_LENGTH;
		assert.ok(tile.every((value) => value >= -1 && value < 1));
		assert.ok(Math.abs(mean) < 0.005 && Math.abs(variance - 1 / 3) < 0.005, `${mean} ${variance}`);
	});

	test('is the same in Python, to the last bit', {skip: skipWithoutTorch}, () => {
		const places = [0, 1, 2, 524_287, TILE_LENGTH - 1];
		const code = `import json, torch, vit_pipeline\nprint(json.dumps(vit_pipeline.make_tile(torch, 3)[${JSON.stringify(places)}].tolist()))`;
		assert.deepEqual(
			evaluateInPython(code),
			places.map((place) => tile[place]),
		);
	});

	test('starts elsewhere for each tensor and goes round', () => {
		const first = fillFromTile(new Float32Array(TILE_LENGTH + 2), tile, {which: 0});
		const second = fillFromTile(new Float32Array(4), tile, {which: 1});
		assert.deepEqual([...first.slice(0, 2)], [...first.slice(-2)]);
		assert.notDeepEqual([...second], [...first.slice(0, 4)]);
	});
});

suite('The checksum of an output', () => {
	const output = Float32Array.from([1, 2, 3, 4]);
	const original = measureChecksum(output, tile);

	test('changes when two values change places', () => {
		assert.notEqual(measureChecksum(Float32Array.from([2, 1, 3, 4]), tile), original);
	});

	test('turns its sign with the output', () => {
		assert.equal(
			measureChecksum(
				output.map((value) => -value),
				tile,
			),
			-(original ?? 0),
		);
	});

	test('is null for an output that is not finite', () => {
		assert.equal(measureChecksum(Float32Array.of(1, Number.NaN), tile), null);
	});
});
