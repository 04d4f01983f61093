import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import {computeDetectablePercent, countBlocksNeeded, estimateEffect} from '../../source/report/effect.ts';
import {type Beside, judgeFamily, LEAST_BLOCKS} from '../../source/report/verdict.ts';

/** Blocks whose log ratios have exactly this mean and standard deviation. */
function blocks(n: number, mean: number, sd: number) {
	const steps = Array.from({length: n}, (_, index) => index - (n - 1) / 2);
	const scale = Math.sqrt(steps.reduce((sum, step) => sum + step ** 2, 0) / (n - 1));
	const effect = estimateEffect(steps.map((step) => mean + (step / scale) * sd));
	assert.ok(effect);
	return {effect};
}

function judge(n: number, mean: number, sd: number, size = 1) {
	const [judged] = judgeFamily([blocks(n, mean, sd)], size);
	assert.ok(judged);
	return judged.judgement;
}

suite('a verdict', () => {
	test('is a penalty with its interval where the interval leaves out 0', () => {
		const {verdict, interval, p} = judge(10, Math.log(0.95), 0.014);

		assert.equal(verdict, 'penalty 5.0 % [4.0, 5.9], no control');
		assert.ok(
			interval &&
				Math.abs(interval.lowPercent - 100 * (1 - 0.95 * Math.exp((2.262157163 * 0.014) / Math.sqrt(10)))) < 1e-6,
		);
		assert.ok(p !== null && p < 1e-5);
	});

	test('is a penalty below 0 where remote memory is faster', () => {
		assert.equal(judge(10, Math.log(1.05), 0.014).verdict, 'penalty -5.0 % [-6.1, -4.0], no control');
	});

	test('keeps a second decimal of a narrow interval', () => {
		assert.equal(judge(10, -0.0004, 0.0004).verdict, 'penalty 0.04 % [0.01, 0.07], no control');
	});

	test('is none above 2 % where both one-sided tests say so', () => {
		assert.equal(judge(10, 0, 0.014).verdict, 'none above 2 %, no control');
		assert.equal(judge(10, -0.001, 0.014).verdict, 'none above 2 %, no control');
	});

	test('is inconclusive otherwise, with what could have been found and what is missing', () => {
		const {verdict, moreBlocks} = judge(10, 0, 0.05);

		assert.equal(verdict, 'inconclusive, could detect 4.9 %, 41 more blocks needed');
		assert.equal(moreBlocks, 41);
	});

	test('asks for the blocks that would find what was seen, where 2 % would be found already', () => {
		const {finding, detectablePercent, moreBlocks} = judge(10, -0.0125, 0.0199);

		assert.equal(finding, 'inconclusive');
		assert.ok(detectablePercent !== null && detectablePercent < 2);
		assert.equal(moreBlocks, 12);
	});

	test('of five blocks is inconclusive however well they agree', () => {
		assert.match(judge(5, Math.log(0.7), 0.001).verdict, /^inconclusive, could detect 0\.2 %, 1 more block needed$/);
	});

	test('does not name more blocks than anybody would wait for', () => {
		const {verdict, moreBlocks} = judge(6, 0, 0.9);

		assert.match(verdict, /more than 1000 more blocks needed$/);
		assert.equal(moreBlocks, null);
	});

	test('of a large family asks for more, also in what it calls detectable', () => {
		const [alone, amid] = [judge(10, Math.log(0.985), 0.014), judge(10, Math.log(0.985), 0.014, 24)];

		assert.deepEqual([alone.finding, amid.finding], ['penalty', 'inconclusive']);
		assert.deepEqual(alone.interval, amid.interval);
		assert.ok(Number(amid.detectablePercent) > 1.5 * Number(alone.detectablePercent));
	});

	test('of identical blocks is certain, and 0 is no penalty', () => {
		assert.equal(judge(6, 0, 0).verdict, 'none above 2 %, no control');
		assert.equal(judge(6, Math.log(0.5), 0).verdict, 'penalty 50.00 % [50.00, 50.00], no control');
	});
});

const beside = (n: number, mean: number, sd: number, by: Beside) => {
	const [judged] = judgeFamily([{...blocks(n, mean, sd), beside: by}], 1);
	assert.ok(judged);
	return judged.judgement;
};

suite('a verdict beside an A/A control', () => {
	const LOSS = Math.log(0.95);

	test('is a penalty only above what equal sides may differ by', () => {
		assert.equal(beside(10, LOSS, 0.014, {kind: 'bound', percent: 1.2}).verdict, 'penalty 5.0 % [4.0, 5.9]');

		const within = beside(10, LOSS, 0.014, {kind: 'bound', percent: 5.2});
		assert.equal(within.finding, 'inconclusive');
		assert.equal(within.verdict, 'inconclusive, 5.0 % is within its A/A bound of 5.2 %');
	});

	test('takes a gain for what it is, too', () => {
		assert.equal(beside(10, -LOSS, 0.014, {kind: 'bound', percent: 6}).finding, 'inconclusive');
		assert.equal(beside(10, -LOSS, 0.014, {kind: 'bound', percent: 2}).finding, 'penalty');
	});

	test('waits for a control that was planned', () => {
		const {verdict} = beside(10, LOSS, 0.014, {kind: 'bound', percent: null});

		assert.equal(verdict, 'inconclusive, its A/A control has no interval');
	});

	test('calls detectable only what lies above the bound in 80 %', () => {
		const [alone, bounded] = [0.2, 4.5].map((percent) => beside(10, 0, 0.05, {kind: 'bound', percent}));

		// t[0.8] of 9 degrees is 0.883, so 4.5 % and 0.883 sd / sqrt(10) of 1.4 % above it.
		assert.equal(alone?.detectablePercent?.toFixed(1), '4.9');
		assert.equal(bounded?.detectablePercent?.toFixed(1), '5.8');
	});

	test('is not valid where a control of the session differs from itself, whatever was found', () => {
		const {finding, verdict, interval} = beside(10, LOSS, 0.014, {kind: 'failed'});

		assert.deepEqual([finding, verdict], ['invalid', 'not valid: an A/A control differs']);
		assert.ok(interval);
	});
});

suite('the effect that blocks can detect', () => {
	// Minimal detectable effect in units of the standard deviation, 80 % power, two-sided 5 %.
	for (const [n, units] of [
		[5, 1.66],
		[6, 1.43],
		[8, 1.15],
		[10, 1],
		[15, 0.78],
		[20, 0.66],
		[30, 0.53],
	] as const) {
		test(`of ${n} is ${units} standard deviations`, () => {
			const sd = 0.01;
			const detectable = -Math.log1p(-computeDetectablePercent({n, sd}, 0.05) / 100) / sd;

			assert.ok(Math.abs(detectable - units) < 0.006, `${detectable}`);
		});
	}

	test('stands in the page about penalties as it is computed', () => {
		const page = readFileSync(new URL('../../docs/numa-penalties.md', import.meta.url), 'utf8');
		const rows = [0.5, 1, 1.5, 2, 3, 5].map((percent) => {
			const [sd, level] = [percent / 100, 0.05];
			const detect = [6, 10, 20].map((n) => `${computeDetectablePercent({n, sd}, level).toFixed(1)} %`);
			const needed = [1, 24].map((size) =>
				countBlocksNeeded({sd, logRatio: Math.log1p(-0.02), level: level / size}, LEAST_BLOCKS),
			);
			return `| ${percent} % | ${[...detect, ...needed].join(' | ')} |`;
		});

		assert.ok(page.includes(rows.join('\n')), rows.join('\n'));
	});
});
