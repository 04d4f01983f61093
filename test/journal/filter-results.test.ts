import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {parseResultFilter} from '../../source/journal/filter-results.ts';
import {selectResults} from '../../source/journal/select-results.ts';
import {cell, failed, launching, opened, planned, play, ran} from '../rig/story.ts';

const cells = [0, 2].flatMap((gpuId) =>
	[0, 2].flatMap((numaNode) => ['vit16x8', 'vit32x2'].map((model) => cell({gpuId, numaNode, model}))),
);
const failure = {kind: 'timeout', message: 'Still running after 600 s', advice: 'x'} as const;
const rows = selectResults(
	play(
		opened(),
		planned([...cells, cell({gpuId: null, numaNode: null, model: 'cpu_only'})]),
		...ran('gpu0_numa0_vit16x8'),
		...failed('gpu2_numa0_vit16x8', {failure}),
		launching('gpu2_numa2_vit32x2'),
	),
);

const find = (text: string) => rows.filter(parseResultFilter(text).matches).map(({id}) => id);

suite('a filter of the results', () => {
	for (const [text, ids] of [
		['gpu:2 node:0', ['gpu2_numa0_vit16x8', 'gpu2_numa0_vit32x2']],
		['state:failed', ['gpu2_numa0_vit16x8']],
		['state:fa,ok', ['gpu0_numa0_vit16x8', 'gpu2_numa0_vit16x8']],
		['state:succeeded', ['gpu0_numa0_vit16x8']],
		['STATE:Running', ['gpu2_numa2_vit32x2']],
		['node:remote model:vit16', ['gpu0_numa2_vit16x8', 'gpu2_numa0_vit16x8']],
		['600', ['gpu2_numa0_vit16x8']],
		['reason:running gpu:0,2', ['gpu2_numa0_vit16x8']],
		['lane:cpu0', ['cpu_only']],
		['gpu:none', ['cpu_only']],
		['vit16 gpu0 numa2', ['gpu0_numa2_vit16x8']],
		['id:cpu', ['cpu_only']],
		['gpu:1', []],
	] as const) {
		test(`finds by ${text} what all of its terms say`, () => assert.deepEqual(find(text), ids));
	}

	test('shows everything while it is empty or a key has no value yet', () => {
		for (const text of ['', '  ', 'gpu:', 'state:']) assert.equal(find(text).length, rows.length, text);
	});

	test('takes nothing away by a term that it does not understand, and names the nearest that it would', () => {
		const {matches, problems} = parseResultFilter('modl:vit16 gpu:2 state:fialed');

		assert.deepEqual(problems, [
			'no key modl: (did you mean model:)',
			'no state fialed (states: waiting, postponed, skipped, launching, running, ended, ok, succeeded, degraded, failed)',
		]);
		assert.equal(rows.filter(matches).length, 4);
	});

	test('names all keys where none is near', () => {
		assert.match(parseResultFilter('temperature:3').problems[0] ?? '', /keys: state, gpu, lane, node, model/);
	});
});
