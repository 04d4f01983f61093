import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {type ResultRow, selectActivity, selectResults} from '../../source/journal/select-results.ts';
import {
	cell,
	committed,
	ended,
	failed,
	gpu,
	HEAT,
	launching,
	opened,
	planned,
	play,
	ran,
	started,
	topology,
	tried,
} from '../rig/story.ts';

const LOCAL = cell({gpuId: 2, numaNode: 2, model: 'a'});
const REMOTE = cell({gpuId: 2, numaNode: 0, model: 'a'});
const CPU = cell({gpuId: null, numaNode: null, model: 'b'});

suite('the rows of the results', () => {
	test('hold the figures of a result, and whether its node is that of its GPU', () => {
		const latencyMs = {p50: 9, p90: 11, p99: 14, mean: 9.5, n: 1000};
		const [row] = selectResults(play(opened(), planned([LOCAL]), ...ran(LOCAL.runId, {latencyMs})));

		assert.deepEqual(row, {
			phase: null,
			position: 0,
			id: 'gpu2_numa2_a',
			status: 'ok',
			gpuId: 2,
			lane: 'gpu2',
			numaNode: 2,
			isLocal: true,
			model: 'a',
			block: 1,
			attempt: 1,
			samplesPerS: 1000,
			p50Ms: 9,
			p90Ms: 11,
			p99Ms: 14,
			durationS: 12.5,
			endedAt: 1_752_287_462_000 + 4000,
			reason: '',
			searched: 'gpu2_numa2_a ok gpu2 a ',
		});
	});

	test('say where each experiment stands, from the plan to the result', () => {
		const cells = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((model) => cell({model}));
		const ids = cells.map(({runId}) => runId);
		const state = play(
			opened(),
			planned(cells),
			...ran(ids[0] ?? ''),
			...ran(ids[1] ?? '', {status: 'degraded', degraded: ['batch_size: declared 10, effective 8', 'second']}),
			...failed(ids[2] ?? ''),
			launching(ids[3] ?? ''),
			ended(ids[3] ?? ''),
			launching(ids[4] ?? ''),
			started(ids[4] ?? ''),
			launching(ids[5] ?? ''),
		);

		assert.deepEqual(
			selectResults(state).map(({status, reason}) => [status, reason]),
			[
				['ok', ''],
				['degraded', 'batch_size: declared 10, effective 8; second'],
				['failed', 'exited with code 1'],
				['ended', ''],
				['running', ''],
				['launching', ''],
				['waiting', ''],
			],
		);
	});

	test('know no figure of what failed or has not ended, and no side of a node that the machine does not tell', () => {
		const host = topology({gpus: [gpu(2, null)]});
		const rows = selectResults(play(opened({topology: host}), planned([LOCAL, REMOTE, CPU]), ...failed(LOCAL.runId)));

		assert.deepEqual(
			rows.map(({samplesPerS, p50Ms, isLocal, attempt}) => [samplesPerS, p50Ms, isLocal, attempt]),
			[
				[null, null, null, 1],
				[null, null, null, 0],
				[null, null, null, 0],
			],
		);
	});

	test('are made anew only where a fact changed something', () => {
		const facts = [
			opened(),
			planned([LOCAL, REMOTE]),
			launching(LOCAL.runId),
			started(LOCAL.runId),
			ended(LOCAL.runId),
		];
		const before = play(...facts);
		const [first, second] = selectResults(before);
		const again = selectResults(before);
		const rest = selectResults({...before, experiments: play(...facts, committed(LOCAL.runId)).experiments});

		assert.ok(again[0] === first && again[1] === second);
		assert.equal(rest[0]?.status, 'ok');
	});

	test('tell of a running one what it does now, and of others nothing', () => {
		const id = LOCAL.runId;
		const state = play(
			opened(),
			planned([LOCAL, REMOTE]),
			launching(id),
			started(id),
			{type: 'phase', id, name: 'measure'},
			{type: 'progress', id, done: 40, total: 100},
		);
		const [running, waiting] = selectResults(state) as [ResultRow, ResultRow];

		assert.deepEqual(selectActivity(state, running, state.at + 7000), {
			phase: 'measure',
			progress: {done: 40, total: 100},
			elapsedMs: 9000,
		});
		assert.equal(selectActivity(state, waiting, state.at), null);
	});
});

suite('the row of an invalid result', () => {
	test('keeps its figures, with the word and the reasons that tell what they are worth', () => {
		const told = tried(LOCAL.runId, 1, {status: 'invalid', invalid: [HEAT], degraded: ['x']});
		const [row] = selectResults(play(opened(), planned([LOCAL]), ...told));

		assert.deepEqual([row?.status, row?.samplesPerS, row?.reason], ['invalid', 1000, `${HEAT}; x`]);
		assert.match(row?.searched ?? '', /invalid .*hw thermal slowdown/);
	});
});
