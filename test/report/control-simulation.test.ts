import assert from 'node:assert/strict';
import {suite, type TestContext, test} from 'node:test';
import type {PenaltyRow, Summary} from '../../source/report/summary.ts';
import {createNormal, runControlledStudies} from '../rig/studies.ts';

/** Of the log throughput of one experiment: about 1 % from process to process. */
const SD = 0.01;
const STUDIES = 2000;

const share = <T>(items: readonly T[], holds: (item: T) => boolean): number =>
	items.filter(holds).length / items.length;

function report(t: TestContext, what: string, rate: number, seed: number): void {
	t.diagnostic(`${what}: ${(rate * 100).toFixed(2)} % (seed ${seed})`);
}

const rowsOf = ({penalties}: Summary): readonly PenaltyRow[] => (penalties.kind === 'none' ? [] : penalties.rows);
const isAlarm = ({controls}: Summary): boolean => controls !== null && controls.rejected > 0;
const isFound = ({finding}: PenaltyRow): boolean => finding === 'penalty';
const isRemote = ({numaNode}: {readonly numaNode: number | null}): boolean => numaNode === 2;

/** A session without noise but the one that is named, in which nothing is to be found. */
function countAlarms(
	t: TestContext,
	what: string,
	seed: number,
	draw: (normal: () => number, place: number) => number,
) {
	const normal = createNormal(seed);
	const studies = runControlledStudies(
		{studies: STUDIES, blocks: 10},
		(_, place) => 1000 * Math.exp(draw(normal, place)),
	);
	const alarms = share(studies, isAlarm);
	report(t, `sessions called invalid ${what}`, alarms, seed);
	const penalties = share(studies.flatMap(rowsOf), isFound);
	report(t, `penalties found ${what}`, penalties, seed);
	return {alarms, penalties};
}

suite('local against local over many simulated studies', () => {
	test('makes a session invalid in at most 6 %, and finds a penalty in no more than that', (t) => {
		const {alarms, penalties} = countAlarms(t, 'where experiments scatter', 21, (normal) => SD * normal());

		assert.ok(alarms >= 0.04 && alarms <= 0.06, `${alarms}`);
		assert.ok(penalties <= 0.06, `${penalties}`);
	});

	test('does so under drift, because blocks alternate their order', (t) => {
		const {alarms, penalties} = countAlarms(t, 'under drift', 22, (normal, place) => SD * normal() - 0.005 * place);

		assert.ok(alarms <= 0.06, `${alarms}`);
		assert.ok(penalties <= 0.06, `${penalties}`);
	});

	test('does so with correlated samples, because a block is one value', (t) => {
		const {alarms, penalties} = countAlarms(t, 'with lag-1 correlation 0.9', 23, (normal) => {
			let [sample, sum] = [normal(), 0];
			for (let index = 0; index < 30; index++) {
				sum += sample;
				sample = 0.9 * sample + Math.sqrt(1 - 0.9 ** 2) * normal();
			}
			return 0.005 * normal() + (0.01 * sum) / 30;
		});

		assert.ok(alarms <= 0.06, `${alarms}`);
		assert.ok(penalties <= 0.06, `${penalties}`);
	});

	test('does so for a family of four, whose every control may be the one', (t) => {
		const [seed, studies] = [24, STUDIES / 4];
		const normal = createNormal(seed);
		const all = runControlledStudies({studies, blocks: 6, comparisons: 4}, () => 1000 * Math.exp(SD * normal()));

		const alarms = share(all, isAlarm);
		report(t, 'sessions of four comparisons called invalid', alarms, seed);
		assert.ok(alarms <= 0.06, `${alarms}`);
	});

	test('costs no power, whether the penalty is as large as the scatter or twice that', (t) => {
		const [seed, blocks] = [25, 10];
		const normal = createNormal(seed);
		const find = (units: number) => {
			const sd = -Math.log(0.95) / Math.SQRT2 / units;
			const studies = runControlledStudies(
				{studies: STUDIES / 4, blocks},
				(cell) => 1000 * (isRemote(cell) ? 0.95 : 1) * Math.exp(sd * normal()),
			);
			return studies.filter((study) => !isAlarm(study)).flatMap(rowsOf);
		};

		const [same, twice] = [find(1), find(2)];
		const excludes0 = share(same, ({pHolm}) => pHolm !== null && pHolm < 0.05);
		report(t, 'interval excludes 0 at 1.00 standard deviations', excludes0, seed);
		report(t, 'and is above the A/A bound', share(same, isFound), seed);
		report(t, 'both at 2.00 standard deviations', share(twice, isFound), seed);
		assert.ok(excludes0 >= 0.77 && excludes0 <= 0.83, `${excludes0}`);
		// 0.80 by the table of minimal detectable effects, and 0.02 is a standard error of 500 studies.
		assert.ok(share(same, isFound) >= 0.76 && share(same, isFound) <= excludes0, `${share(same, isFound)}`);
		assert.ok(share(twice, isFound) >= 0.97);
	});

	test('has no bias under linear drift with an even number of blocks', () => {
		const [study] = runControlledStudies(
			{studies: 1, blocks: 6},
			(cell, place) => 1000 * (isRemote(cell) ? 0.95 : 1) * Math.exp(-0.01 * place),
		);

		assert.ok(study);
		const [row] = rowsOf(study);
		assert.ok(Math.abs(Number(row?.penaltyPercent) - 5) < 1e-9);
		assert.ok(Math.abs(Number(row?.control?.differencePercent)) < 1e-9);
	});
});
