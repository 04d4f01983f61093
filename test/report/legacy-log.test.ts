import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Fact} from '../../source/journal/event.ts';
import {buildExperimentSummary} from '../../source/report/experiment-summary.ts';
import {formatLogLines} from '../../source/report/legacy-log.ts';
import {cell, failed, HEAT, opened, planned, play, ran, repeated, spoilt, stamp} from '../rig/story.ts';

const A = cell({model: 'a'});
const AGAIN = cell({model: 'a', runId: `${A.runId}_2`, duplicateOf: A.runId});
const B = cell({model: 'b'});
const CLOSED = {type: 'closed', reason: 'finished'} as const;
const RESUMED = {type: 'resumed', version: 1, warpdeck: '0.1.0', pid: 1, droppedBytes: 0} as const;

/** The whole log of a story. */
const log = (...story: readonly Fact[]): readonly string[] =>
	stamp(story).flatMap((event, index) => formatLogLines(event, play(...story.slice(0, index + 1))));

const find = (lines: readonly string[], start: string) => lines.filter((line) => line.startsWith(start));

suite('experiment.log', () => {
	test('reads like that of the replaced runner', () => {
		assert.deepEqual(log(opened(), planned([A, B]), ...ran(A.runId), ...failed(B.runId), CLOSED), [
			'Generated 2 experiment runs',
			'Using 4 parallel workers',
			`Starting run: ${A.runId}`,
			`Completed run: ${A.runId} (duration: 12.5s)`,
			'Progress: 1/2 (completed: 1, failed: 0)',
			`Starting run: ${B.runId}`,
			`Failed run: ${B.runId} (exit code: 1)`,
			'Progress: 2/2 (completed: 1, failed: 1)',
			'Experiment completed: 1 successful, 1 failed',
			'='.repeat(60),
			'EXPERIMENT SUMMARY',
			'='.repeat(60),
			'experiment_name: numa_locality_study',
			'total_runs: 2',
			'successful_runs: 1',
			'failed_runs: 1',
			'success_rate: 50',
			'wall_time_s: 10.0',
			'='.repeat(60),
		]);
	});

	test('says once how much there is, however many facts the plan takes and however often it is resumed', () => {
		const lines = log(
			opened(),
			planned([A]),
			planned([B]),
			...ran(A.runId),
			RESUMED,
			...ran(B.runId),
			CLOSED,
			RESUMED,
			CLOSED,
		);

		assert.deepEqual(find(lines, 'Generated'), ['Generated 2 experiment runs']);
	});

	test('says it at the first start only, although an earlier attempt came to nothing', () => {
		const [start] = ran(A.runId);
		const lines = log(opened(), planned([A, B]), ...(start ? [start] : []), RESUMED, ...ran(B.runId));

		assert.deepEqual(find(lines, 'Generated'), ['Generated 2 experiment runs']);
	});

	test('says it at the end where nothing was started', () => {
		assert.equal(log(opened(), planned([A, B]), CLOSED)[0], 'Generated 2 experiment runs');
	});

	test('counts cells as experiment_summary.json does, those that share a result and those of several blocks', () => {
		const story = [
			opened(),
			planned([A, AGAIN, B], {blocks: 2}),
			...ran(A.runId),
			...ran(`${A.runId}.b2`),
			...failed(B.runId),
			CLOSED,
		];
		const lines = log(...story);

		assert.deepEqual(find(lines, 'Progress'), [
			'Progress: 0/3 (completed: 0, failed: 0)',
			'Progress: 2/3 (completed: 2, failed: 0)',
			'Progress: 3/3 (completed: 2, failed: 1)',
		]);
		const {total_runs, successful_runs, failed_runs} = buildExperimentSummary(play(...story), 0);
		assert.deepEqual(find(lines, 'total_runs'), [`total_runs: ${total_runs}`]);
		assert.deepEqual([total_runs, successful_runs, failed_runs], [3, 2, 1]);
	});

	test('tells how many runs a resumed one still has', () => {
		const lines = log(opened(), planned([A, AGAIN, B]), ...ran(B.runId), RESUMED);

		assert.equal(lines.at(-1), 'Resumed: 2 runs left');
	});
});

suite('experiment.log of a run with invalid results', () => {
	const lines = log(
		opened(),
		planned([A, B]),
		...spoilt(A.runId),
		repeated(A.runId),
		...spoilt(A.runId, [HEAT], 2),
		...ran(B.runId),
		CLOSED,
	);

	test('names each with its reason, and its repetition', () => {
		assert.deepEqual(find(lines, 'Invalid run'), Array(2).fill(`Invalid run: ${A.runId} (${HEAT})`));
		assert.deepEqual(find(lines, 'Repeating run'), [`Repeating run: ${A.runId} (${HEAT})`]);
	});

	test('counts them apart from failures', () => {
		assert.equal(find(lines, 'Progress').at(-1), 'Progress: 2/2 (completed: 1, failed: 0, invalid: 1)');
		assert.deepEqual(find(lines, 'Experiment completed'), ['Experiment completed: 1 successful, 0 failed, 1 invalid']);
	});
});
