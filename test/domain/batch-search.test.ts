import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {countMost, findNextStep, type Probe, type SearchSettings} from '../../source/domain/batch-search.ts';

const SETTINGS: SearchSettings = {
	key: 'batch_size',
	from: 1,
	to: 1024,
	step: 1,
	largest: true,
	fastest: true,
	repeat: 1,
};

type World = {readonly fitsUpTo: number; readonly rateOf?: (value: number) => number | null};

/** Plays a search to its end on a machine that is known; what it tried, in order, with ! for what did not fit. */
function play(changes: Partial<SearchSettings>, {fitsUpTo, rateOf = () => null}: World) {
	const settings = {...SETTINGS, ...changes};
	const probes: Probe[] = [];
	for (let count = 0; count < 200; count++) {
		const step = findNextStep(settings, probes);
		if (step.kind !== 'try') {
			const tried = probes.map(({value, end}) => `${value}${end.kind === 'too-much' ? '!' : ''}`);
			return {end: step.kind, tried, probes, most: countMost(settings)};
		}
		const {value} = step;
		const isFitting = value <= fitsUpTo;
		probes.push({value, end: isFitting ? {kind: 'fits', samplesPerS: rateOf(value)} : {kind: 'too-much'}});
	}
	return assert.fail('the search does not end');
}

suite('a search for the largest', () => {
	test('doubles until it is too much, and halves the gap until the next one is known not to fit', () => {
		const {end, tried} = play({}, {fitsUpTo: 44});

		assert.deepEqual(tried, ['1', '2', '4', '8', '16', '32', '64!', '48!', '40', '44', '46!', '45!']);
		assert.equal(end, 'done');
	});

	test('finds it wherever it is, by no more than was promised', () => {
		for (const fitsUpTo of [1, 2, 3, 7, 31, 32, 33, 100, 511, 1000, 1023, 1024, 5000])
			for (const from of [1, 16, 1024]) {
				const {probes, end, most} = play({from}, {fitsUpTo});
				const fitting = probes.filter(({end: {kind}}) => kind === 'fits').map(({value}) => value);

				assert.equal(end, 'done');
				assert.equal(Math.max(...fitting), Math.min(fitsUpTo, 1024), `${fitsUpTo} from ${from}`);
				assert.ok(probes.length <= most, `${probes.length} of ${most}`);
				assert.equal(new Set(probes.map(({value}) => value)).size, probes.length, 'nothing is tried twice');
			}
	});

	test('begins lower where the first is too much, and ends where nothing fits', () => {
		assert.deepEqual(play({from: 16}, {fitsUpTo: 5}).tried, ['16!', '8!', '4', '6!', '5']);
		assert.deepEqual(play({from: 4}, {fitsUpTo: 0}).tried, ['4!', '2!', '1!']);
	});

	test('tries multiples of the step only', () => {
		const {tried} = play({from: 8, step: 8, to: 500}, {fitsUpTo: 301});

		assert.deepEqual(tried, ['8', '16', '32', '64', '128', '256', '496!', '376!', '312!', '280', '296', '304!']);
	});

	test('leaves the gap alone where only the fastest is asked for', () => {
		assert.deepEqual(play({largest: false}, {fitsUpTo: 44}).tried, ['1', '2', '4', '8', '16', '32', '64!']);
	});
});

suite('a search for the fastest', () => {
	const rateOf = (value: number): number => 1000 - Math.abs(value - 26);

	test('looks between the fastest and its neighbours until nobody needs it finer', () => {
		const {tried} = play({largest: false, to: 64}, {fitsUpTo: 64, rateOf});

		assert.deepEqual(tried, ['1', '2', '4', '8', '16', '32', '64', '24', '20', '28']);
	});

	test('does not where it is not asked for', () => {
		assert.deepEqual(play({fastest: false, to: 64}, {fitsUpTo: 64, rateOf}).tried.at(-1), '64');
	});

	test('measures the fastest and what is close again, each as often as was asked for', () => {
		const steep = (value: number): number => (value >= 16 ? rateOf(value) : value);
		const {tried} = play({repeat: 3, to: 64}, {fitsUpTo: 64, rateOf: steep});
		const counts = Map.groupBy(tried, (value) => value);

		assert.deepEqual(
			['24', '20', '28', '16', '64'].map((value) => counts.get(value)?.length),
			[3, 3, 3, 1, 1],
		);
	});
});

suite('what a search does not know', () => {
	const fits: Probe = {value: 1, end: {kind: 'fits', samplesPerS: 1}};

	test('has it wait for what runs', () => {
		assert.deepEqual(findNextStep(SETTINGS, [fits, {value: 2, end: {kind: 'pending'}}]), {kind: 'wait'});
	});

	test('has it give up, because a crash is no answer', () => {
		const step = findNextStep(SETTINGS, [fits, {value: 2, end: {kind: 'unknown', why: 'exited with code 7'}}]);

		assert.deepEqual(step, {kind: 'given-up', why: '2: exited with code 7'});
	});

	test('never is what is larger than what did not fit, even where it fitted once', () => {
		const probes: readonly Probe[] = [fits, {value: 2, end: {kind: 'too-much'}}, {value: 4, end: fits.end}];

		assert.deepEqual(findNextStep(SETTINGS, probes), {kind: 'done'});
	});
});
