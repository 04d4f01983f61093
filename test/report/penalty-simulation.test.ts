import assert from 'node:assert/strict';
import {suite, type TestContext, test} from 'node:test';
import type {PenaltyRow} from '../../source/report/summary.ts';
import {createNormal, runStudies} from '../rig/studies.ts';

/** Of the log throughput of one experiment: about 1 % from process to process. */
const SD = 0.01;
const STUDIES = 2000;

const share = <T>(items: readonly T[], holds: (item: T) => boolean): number =>
	items.filter(holds).length / items.length;

/** The seed stands with the rate, so that whoever doubts it can draw it again. */
function report(t: TestContext, what: string, rate: number, seed: number): void {
	t.diagnostic(`${what}: ${(rate * 100).toFixed(2)} % (seed ${seed})`);
}

const covers =
	(percent: number) =>
	({interval}: PenaltyRow): boolean =>
		interval !== null && interval.lowPercent <= percent && percent <= interval.highPercent;

const isFound = ({finding}: PenaltyRow): boolean => finding === 'penalty';
const isRemote = ({numaNode}: {readonly numaNode: number | null}): boolean => numaNode === 2;

suite('over many simulated studies', () => {
	for (const [blocks, seed] of [
		[6, 61],
		[10, 101],
		[20, 201],
	] as const) {
		test(`an interval of ${blocks} blocks covers the true penalty in 93 to 97 % of them`, (t) => {
			const normal = createNormal(seed);
			const rows = runStudies(
				{studies: STUDIES / 5, blocks, comparisons: 5},
				(cell) => 1000 * (isRemote(cell) ? 0.97 : 1) * Math.exp(SD * normal()),
			).flat();

			const coverage = share(rows, covers(3));
			report(t, `coverage at n = ${blocks}`, coverage, seed);
			assert.equal(rows.length, STUDIES);
			assert.ok(coverage >= 0.93 && coverage <= 0.97, `${coverage}`);
		});
	}

	test('local against local is called a penalty in at most 6 %, and anywhere in a family of four in at most 6 %', (t) => {
		const seed = 4;
		const normal = createNormal(seed);
		const studies = runStudies({studies: STUDIES, blocks: 6, comparisons: 4}, () => 1000 * Math.exp(SD * normal()));

		const alone = share(studies.flat(), (row) => !covers(0)(row));
		const anywhere = share(studies, (rows) => rows.some(isFound));
		report(t, 'false alarms of a comparison', alone, seed);
		report(t, 'false alarms of a family', anywhere, seed);
		assert.ok(alone >= 0.04 && alone <= 0.06, `${alone}`);
		assert.ok(anywhere >= 0.03 && anywhere <= 0.06, `${anywhere}`);
	});

	test('drift leaves false alarms at 6 % at most, because blocks alternate their order', (t) => {
		const seed = 7;
		const normal = createNormal(seed);
		const rows = runStudies(
			{studies: STUDIES, blocks: 10},
			(_, place) => 1000 * Math.exp(SD * normal() - 0.005 * place),
		).flat();

		const alarms = share(rows, isFound);
		report(t, 'false alarms under drift of 0.5 % an experiment', alarms, seed);
		assert.ok(alarms <= 0.06, `${alarms}`);
	});

	test('correlated samples within a process leave false alarms at 6 % at most, because a block is one value', (t) => {
		const seed = 9;
		const normal = createNormal(seed);
		const rows = runStudies(
			{studies: STUDIES, blocks: 6},
			() => 1000 * Math.exp(0.005 * normal() + drawCorrelated(normal)),
		).flat();

		const alarms = share(rows, isFound);
		report(t, 'false alarms with lag-1 correlation 0.9', alarms, seed);
		assert.ok(alarms <= 0.06, `${alarms}`);
	});

	test('a penalty of 5 % is found in 80 % of them where ten blocks scatter as much as it is large', (t) => {
		const seed = 5;
		const normal = createNormal(seed);
		const sd = -Math.log(0.95) / Math.SQRT2;
		const rows = runStudies(
			{studies: STUDIES, blocks: 10},
			(cell) => 1000 * (isRemote(cell) ? 0.95 : 1) * Math.exp(sd * normal()),
		).flat();

		const power = share(rows, isFound);
		report(t, 'power at 1.00 standard deviations', power, seed);
		assert.ok(power >= 0.8 && power < 0.83, `${power}`);
	});

	test('a penalty of 5 % is found in all of them where experiments scatter by 1 %', (t) => {
		const seed = 6;
		const normal = createNormal(seed);
		const rows = runStudies(
			{studies: 200, blocks: 10},
			(cell) => 1000 * (isRemote(cell) ? 0.95 : 1) * Math.exp(SD * normal()),
		).flat();

		report(t, 'power at 3.6 standard deviations', share(rows, isFound), seed);
		assert.equal(share(rows, isFound), 1);
	});

	test('a penalty of 2 % is called none above 2 % in at most 6 %, and no penalty at all in most', (t) => {
		const seed = 8;
		const normal = createNormal(seed);
		const find = (remote: number) =>
			runStudies(
				{studies: STUDIES / 2, blocks: 10},
				(cell) => 1000 * (isRemote(cell) ? remote : 1) * Math.exp(SD * normal()),
			).flat();

		const wrong = share(find(0.98), ({finding}) => finding === 'none');
		const right = share(find(1), ({finding}) => finding === 'none');
		report(t, 'none above 2 % where it is 2 %', wrong, seed);
		report(t, 'none above 2 % where there is none', right, seed);
		assert.ok(wrong <= 0.06, `${wrong}`);
		assert.ok(right >= 0.9, `${right}`);
	});
});

suite('linear drift', () => {
	const drift = 0.01;

	test('has no effect on a penalty of an even number of blocks', () => {
		const [[row] = []] = runStudies(
			{studies: 1, blocks: 6},
			(cell, place) => 1000 * (isRemote(cell) ? 0.95 : 1) * Math.exp(-drift * place),
		);

		assert.ok(row && Math.abs(row.penaltyPercent - 5) < 1e-9, `${row?.penaltyPercent}`);
	});
});

/** Mean deviation of 100 samples of which each keeps 0.9 of the one before it, with a standard deviation of 1 %. */
function drawCorrelated(normal: () => number): number {
	let [sample, sum] = [normal(), 0];
	for (let index = 0; index < 100; index++) {
		sum += sample;
		sample = 0.9 * sample + Math.sqrt(1 - 0.9 ** 2) * normal();
	}
	return (0.01 * sum) / 100;
}
