import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Fact} from '../../source/journal/event.ts';
import {type MatrixCell, selectMatrix} from '../../source/journal/select.ts';
import {cell, failed, launching, opened, planned, play, ran, spoilt} from '../rig/story.ts';

const cells = [0, 2].flatMap((numaNode) => ['a', 'b', 'c'].map((model) => cell({numaNode, model})));
const id = (model: string, numaNode = 0) => `gpu0_numa${numaNode}_${model}`;
const one = (state: MatrixCell['state'], done = 1): MatrixCell => ({state, done, total: 1});

suite('the matrix of a run', () => {
	test('has a row for each GPU and node, local or remote by the topology, and a column for each model', () => {
		const {models, rows} = selectMatrix(play(opened(), planned(cells)));

		assert.deepEqual(models, ['a', 'b', 'c']);
		assert.deepEqual(
			rows.map(({gpuId, numaNode, placement}) => [gpuId, numaNode, placement]),
			[
				[0, 0, 'local'],
				[0, 2, 'remote'],
			],
		);
	});

	test('says of each cell where it stands', () => {
		const state = play(
			opened(),
			planned(cells),
			...ran(id('a')),
			...failed(id('b')),
			...ran(id('c'), {status: 'degraded', degraded: ['x']}),
			launching(id('a', 2)),
		);

		assert.deepEqual(
			selectMatrix(state).rows.map((row) => row.cells),
			[
				[one('ok'), one('failed'), one('degraded')],
				[one('running', 0), one('waiting', 0), one('waiting', 0)],
			],
		);
	});

	test('shows of several blocks what one would ask about first, and counts them', () => {
		const plan = planned([cell({model: 'a'})], {blocks: 3});
		const cellOf = (...told: readonly Fact[]) => selectMatrix(play(opened(), plan, ...told)).rows[0]?.cells[0];

		assert.deepEqual(cellOf(...ran(id('a'))), {state: 'waiting', done: 1, total: 3});
		assert.deepEqual(cellOf(...failed(id('a')), ...ran(`${id('a')}.b2`)), {state: 'failed', done: 2, total: 3});
		assert.equal(cellOf(...failed(id('a')), launching(`${id('a')}.b2`))?.state, 'running');
	});

	test('leaves a cell empty that nobody planned', () => {
		const state = play(opened(), planned([cell({model: 'a'}), cell({model: 'b', numaNode: 2})]));

		assert.deepEqual(
			selectMatrix(state).rows.map((row) => row.cells.map((own) => own?.state ?? null)),
			[
				['waiting', null],
				[null, 'waiting'],
			],
		);
	});
});

suite('an invalid cell of the matrix', () => {
	test('is told apart from a failed one, which one would ask about first', () => {
		const blocks = [opened(), planned([cell({model: 'a'}), cell({model: 'b'})], {blocks: 2})];
		const state = play(
			...blocks,
			...spoilt(id('a')),
			...ran(`${id('a')}.b2`),
			...spoilt(id('b')),
			...failed(`${id('b')}.b2`),
		);

		assert.deepEqual(
			selectMatrix(state).rows.map((row) => row.cells.map((one) => [one?.state, one?.done, one?.total])),
			[
				[
					['invalid', 2, 2],
					['failed', 2, 2],
				],
			],
		);
	});
});
