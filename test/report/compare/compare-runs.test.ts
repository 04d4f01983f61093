import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {ExperimentResult} from '../../../source/domain/experiment.ts';
import type {RunState} from '../../../source/journal/state.ts';
import {compareRuns} from '../../../source/report/compare/compare-runs.ts';
import type {ComparedRow, Comparison} from '../../../source/report/compare/comparison.ts';
import {readTolerances} from '../../../source/report/compare/tolerance.ts';
import {isNear} from '../../rig/goldens.ts';
import {cell, opened, planned, play, ran, withControls} from '../../rig/story.ts';
import {around, tellRun} from '../../rig/two-runs.ts';

const one = [cell()];

function rowOf({metrics}: Comparison, metric = 'throughput', index = 0): ComparedRow {
	const row = metrics.find((found) => found.metric === metric)?.rows[index];
	assert.ok(row, `no row of ${metric}`);
	return row;
}

/** The first row of throughput of a run of 1 000 samples a second against another. */
const against = (samplesPerS: number, {blocks = 6, sd = 0.004} = {}): ComparedRow =>
	rowOf(
		compareRuns(
			tellRun('a', {cells: one, blocks, measure: around(1000, 1, sd)}),
			tellRun('b', {cells: one, blocks, measure: around(samplesPerS, 2, sd)}),
		),
	);

suite('two runs of the same, cell by cell', () => {
	for (const [samplesPerS, verdict] of [
		[1000, 'within'],
		[980, 'within'],
		[925, 'outside'],
		[1080, 'outside'],
		[800, 'far'],
	] as const) {
		test(`are ${verdict} where B does ${samplesPerS} samples a second and A 1000`, () => {
			const row = against(samplesPerS);
			assert.equal(row.verdict, verdict);
			assert.equal(row.sure, true);
			const {low, high} = row.interval ?? {low: 0, high: 0};
			assert.ok(low < (row.difference ?? 0) && (row.difference ?? 0) < high);
		});
	}

	test('are unsure where the interval reaches over the edge, inside as well as outside', () => {
		for (const samplesPerS of [960, 930]) {
			const row = against(samplesPerS, {sd: 0.03});
			assert.equal(row.sure, false, JSON.stringify(row));
		}
	});

	test('have no interval where each was run once, and keep the verdict', () => {
		const row = against(930, {blocks: 1});
		assert.deepEqual([row.interval, row.p, row.sure, row.verdict], [null, null, false, 'outside']);
	});

	test('turn round when A and B change places', () => {
		const [a, b] = [tellRun('a', {measure: around(1000, 1)}), tellRun('b', {measure: around(930, 2)})];
		const [there, back] = [rowOf(compareRuns(a, b)), rowOf(compareRuns(b, a))];
		isNear(1 + Number(back.difference) / 100, 1 / (1 + Number(there.difference) / 100));
		isNear(1 + Number(back.interval?.low) / 100, 1 / (1 + Number(there.interval?.high) / 100));
		assert.equal(back.p, there.p);
	});

	test('do not change with the unit of both', () => {
		const tell = (factor: number) =>
			compareRuns(tellRun('a', {measure: around(1000 * factor, 1)}), tellRun('b', {measure: around(930 * factor, 2)}));
		isNear(Number(rowOf(tell(50)).difference), Number(rowOf(tell(1)).difference));
	});

	test('count what was planned: blocks that did not run, in both sides', () => {
		const {a, b} = rowOf(
			compareRuns(tellRun('a', {blocks: 8}), tellRun('b', {blocks: 8, done: 5, measure: around(1000)})),
		);
		assert.deepEqual([a.n, a.planned, b.n, b.planned], [8, 8, 5, 8]);
	});

	test('are one family of all rows of all metrics', () => {
		const comparison = compareRuns(tellRun('a', {measure: around(1000, 1)}), tellRun('b', {measure: around(990, 2)}));
		const rows = comparison.metrics.flatMap((metric) => metric.rows);
		const least = Math.min(...rows.flatMap(({p}) => p ?? []));
		assert.equal(rows.length, comparison.rows);
		isNear(Math.min(...rows.flatMap(({pHolm}) => pHolm ?? [])), Math.min(1, least * rows.length));
	});

	test('leave out what is degraded or invalid, warm-ups and controls', () => {
		const odd: Partial<ExperimentResult> = {status: 'degraded', degraded: ['another batch'], throughputSamplesPerS: 1};
		const a = tellRun('a', {cells: one});
		const b = tellRun('b', {cells: one, measure: (_, block) => (block === 2 ? odd : {})});
		assert.deepEqual([rowOf(compareRuns(a, b)).b.n, rowOf(compareRuns(a, b)).difference], [5, 0]);
		const controlled = play(
			opened({token: 'c'}),
			withControls(planned(one, {blocks: 1}), one),
			...ran('gpu0_numa0_vit32x2x256'),
			...ran('gpu0_numa0_vit32x2x256.aa', {throughputSamplesPerS: 5}),
		);
		assert.equal(rowOf(compareRuns(a, controlled)).b.mean, 1000);
	});

	test('are lost where one side alone has a value, and silent where neither has', () => {
		const failedRun = (token: string, failing: readonly (number | null)[]): RunState =>
			tellRun(token, {
				blocks: 1,
				measure: ({numaNode}) => (failing.includes(numaNode) ? {status: 'failed', throughputSamplesPerS: null} : {}),
			});
		const lost = compareRuns(tellRun('a', {blocks: 1}), failedRun('b', [2]));
		assert.deepEqual([rowOf(lost, 'throughput', 1).verdict, rowOf(lost, 'throughput', 1).a.n], ['lost', 1]);
		assert.ok(lost.outside > 0);
		const silent = compareRuns(failedRun('a', [2]), failedRun('b', [2]));
		assert.deepEqual(silent.silent, [{runId: 'gpu0_numa2_vit32x2x256', a: 'failed', b: 'failed'}]);
		assert.equal(silent.outside, 0);
	});

	test('name the cells that only one of them has, and match the others', () => {
		const {matched, onlyA, onlyB} = compareRuns(
			tellRun('a', {cells: [cell(), cell({model: 'large'})]}),
			tellRun('b', {cells: [cell({model: 'small'}), cell()]}),
		);
		assert.deepEqual([matched, onlyA, onlyB], [1, ['gpu0_numa0_large'], ['gpu0_numa0_small']]);
	});

	test('match cells by what they are: the jobs of a sweep may stand in another order', () => {
		const swept = (batch: number) => cell({runId: `batch${batch}`, params: {batch_size: batch, depth: 2}});
		const {matched, metrics, objections} = compareRuns(
			tellRun('a', {cells: [swept(5), swept(10)]}),
			tellRun('b', {cells: [swept(10), swept(5)], measure: around(1000)}),
		);
		assert.deepEqual([matched, objections], [2, []]);
		assert.deepEqual(
			metrics[0]?.rows.map(({runId}) => runId),
			['batch5', 'batch10'],
		);
	});
});

suite('tolerances', () => {
	const withMetrics = (token: string, metrics: ExperimentResult['metrics']) =>
		tellRun(token, {cells: one, blocks: 1, measure: () => ({metrics})});

	test('are absolute for differences of logits and for calibration', () => {
		const a = withMetrics('a', {logit_diff: 3.1, quality: {ece: 0.2}, loss: 1});
		const b = withMetrics('b', {logit_diff: 3.14, quality: {ece: 0.215}, loss: 2});
		const comparison = compareRuns(a, b);
		assert.deepEqual(
			comparison.metrics.slice(-2).map(({metric, tolerance, rows}) => [metric, tolerance, rows[0]?.verdict]),
			[
				['logit_diff', {kind: 'absolute', amount: 0.05}, 'within'],
				['quality.ece', {kind: 'absolute', amount: 0.01}, 'outside'],
			],
		);
		isNear(Number(rowOf(comparison, 'logit_diff').difference), 0.04);
		assert.deepEqual(comparison.others, ['loss']);
	});

	test('are what somebody says, and bring in any number that a workload gave', () => {
		const [a, b] = [withMetrics('a', {loss: 1}), withMetrics('b', {loss: 1.2})];
		const verdict = (word: string) => rowOf(compareRuns(a, b, readTolerances([word])), 'loss').verdict;
		assert.deepEqual(['loss=25%', 'loss=15%', 'loss=5%', 'loss=0.3', 'loss=.05'].map(verdict), [
			'within',
			'outside',
			'far',
			'within',
			'far',
		]);
	});

	test('of a number that is 0 or below go by the mean of A', () => {
		const [a, b] = [withMetrics('a', {loss: -2}), withMetrics('b', {loss: -2.2})];
		isNear(Number(rowOf(compareRuns(a, b, readTolerances(['loss=5%'])), 'loss').difference), -10);
		const zero = compareRuns(withMetrics('a', {loss: 0}), withMetrics('b', {loss: 0}), readTolerances(['loss=5%']));
		assert.equal(rowOf(zero, 'loss').verdict, 'within');
		const fromZero = compareRuns(withMetrics('a', {loss: 0}), withMetrics('b', {loss: 1}), readTolerances(['loss=5%']));
		assert.equal(rowOf(fromZero, 'loss').verdict, 'far');
	});

	test('of a number that nobody measured are refused with the nearest name', () => {
		assert.throws(
			() => compareRuns(tellRun('a'), tellRun('b'), readTolerances(['throughputs=5%'])),
			(error: Error & {tryThis?: readonly string[]}) => {
				assert.match(error.message, /Neither run has a number throughputs/);
				assert.equal(error.tryThis?.[0], '--tolerance throughput=5%');
				return true;
			},
		);
	});

	for (const word of ['throughput', 'throughput=', '=5%', 'throughput=5 percent', 'throughput=-1%', 'throughput=NaN'])
		test(`are no ${JSON.stringify(word)}`, () => assert.throws(() => readTolerances([word]), /is no METRIC=NUMBER/));
});
