import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {readMetadata} from '../../../source/report/profile/capture-metadata.ts';
import {createNameReader} from '../../../source/report/profile/range-name.ts';

suite('the name of a range', () => {
	const read = createNameReader();

	for (const [text, pattern, group, stage, number] of [
		['test_h2d_batch_12', 'test_h2d_batch_#', 'test', 'h2d', 12],
		['test_compute_batch_0', 'test_compute_batch_#', 'test', 'compute', 0],
		['test_batch_3', 'test_batch_#', 'test', null, 3],
		['batch_3', 'batch_#', '', null, 3],
		['d2h_batch_1', 'd2h_batch_#', '', 'd2h', 1],
		['test_graph_2', 'test_graph_#', null, null, 2],
		['test_double_buffer', 'test_double_buffer', null, null, null],
		['test_vit_forward_7', 'test_vit_forward_#', null, null, 7],
	] as const) {
		test(`${text} is ${group === null ? 'no batch' : `batch ${number} of '${group}'`}`, () => {
			const {name, number: found} = read(text);

			assert.deepEqual([name.pattern, name.group, name.stage, found], [pattern, group, stage, number]);
		});
	}

	test('says what is warm-up and what is the measured part', () => {
		const names = ['warmup_batch_0', 'warm-up', 'test_batch_0', 'test', 'testing', 'measure'].map(
			(text) => read(text).name,
		);

		assert.deepEqual(
			names.map(({isWarmUp, isTest}) => [isWarmUp, isTest]),
			[
				[true, false],
				[true, false],
				[false, true],
				[false, true],
				[false, false],
				[false, false],
			],
		);
	});
});

suite('what a capture is of', () => {
	for (const [name, gpu, node, model] of [
		['pipeline_gpu1_numa2_vit32x6x512', 1, 2, 'vit32x6x512'],
		['gpu0_numa2_vit32x6x512_compiled', 0, 2, 'vit32x6x512_compiled'],
		['h2d_d2h_gpu3_numa0', 3, 0, null],
	] as const) {
		test(`is read from the name ${name}`, () => {
			assert.deepEqual(readMetadata(name, null), {
				runId: name,
				model,
				gpuIndex: gpu,
				numaNode: node,
				params: {},
				from: 'file name',
			});
		});
	}

	test('is unknown where the name does not say it', () => {
		assert.equal(readMetadata('report1', null).from, 'nothing');
	});

	for (const text of ['{"run_id": "a"}', '[1]', 'null', '{broken', '"text"']) {
		test(`is not read from a JSON file that is no side-car: ${text}`, () => {
			assert.equal(readMetadata('gpu0_numa1_vit', text).from, 'file name');
		});
	}
});
