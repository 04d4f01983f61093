import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {CampaignPhase} from '../../source/domain/campaign.ts';
import type {Fact} from '../../source/journal/event.ts';
import {judgeGate} from '../../source/report/judge-gate.ts';
import {phase, phasedRun} from '../rig/phased-run.ts';
import {failed, play, postponed, ran, spoilt} from '../rig/story.ts';

const IDS = ['a', 'b', 'c', 'd'];
const judge = (gate: CampaignPhase['gate'], ...told: readonly Fact[]): readonly string[] => {
	const runs = IDS.map((id, index) => `${id}:${index}`);
	return judgeGate(play(...phasedRun([{phase: phase('one', gate ? {gate} : {}), runs}]), ...told), 'one');
};
const speeds = (...values: readonly number[]): readonly Fact[] =>
	values.flatMap((speed, index) => ran(IDS[index] ?? '', {metrics: {speed}}));

suite('a gate', () => {
	test('holds where there is none', () => {
		assert.deepEqual(judge(undefined, ...failed('a')), []);
	});

	test('of a success rate leaves out what was postponed, and counts what is invalid against it', () => {
		const told = [...ran('a'), ...ran('b'), ...ran('c'), postponed('d')];

		assert.deepEqual(judge({successRate: 1}, ...told), []);
		assert.deepEqual(judge({successRate: 0.75}, ...told.slice(0, 12), ...spoilt('d')), []);
		assert.deepEqual(judge({successRate: 0.9}, ...told.slice(0, 12), ...spoilt('d')), [
			'3 of 4 succeeded (75 %), and its gate asks for 90 %',
		]);
		assert.deepEqual(judge({successRate: 0}), ['nothing of it has ended, so that there is no success rate']);
	});

	for (const [of, value] of [
		['mean', 4],
		['median', 2.5],
		['least', 1],
		['most', 10],
	] as const) {
		test(`compares the ${of} of a metric with both bounds, which it may reach`, () => {
			const told = speeds(1, 10, 3, 2);
			const at = (min: number, max: number) => judge({metrics: [{metric: 'speed', of, min, max}]}, ...told);

			assert.deepEqual(at(value, value), []);
			assert.deepEqual(at(value + 1, value + 2), [`the ${of} of speed is ${value}, under ${value + 1}`]);
			assert.deepEqual(at(value - 2, value - 1), [`the ${of} of speed is ${value}, over ${value - 1}`]);
		});
	}

	test('knows warpdeck’s own figures by name', () => {
		const told = ran('a', {throughputSamplesPerS: 900});

		assert.deepEqual(judge({metrics: [{metric: 'throughput_samples_per_s', of: 'mean', min: 1000}]}, ...told), [
			'the mean of throughput_samples_per_s is 900, under 1000',
		]);
	});

	test('does not hold where the metric is missing from a success, is no number, or nothing succeeded', () => {
		const gate = {metrics: [{metric: 'speed', of: 'mean', min: 0}]} as const;

		assert.deepEqual(judge(gate, ...speeds(1, 2), ...ran('c'), ...ran('d', {metrics: {speed: null}})), [
			'2 of 4 successes have no number speed',
		]);
		assert.deepEqual(judge(gate, ...failed('a')), ['nothing of it has succeeded, so that there is no speed']);
	});
});
