import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {bar} from '../../../source/tui/parts/bar.ts';
import {chart} from '../../../source/tui/parts/chart.ts';
import {spark, sparkSteps} from '../../../source/tui/parts/spark.ts';
import {createTheme} from '../../../source/tui/theme.ts';

const {glyphs} = createTheme({ascii: false, palette: 'none'});
const plain = createTheme({ascii: true, palette: 'none'}).glyphs;
const size = {columns: 40, rows: 6};
const many = Array.from({length: 100_000}, (_, index) => (index === 77_777 ? 900 : 10));

suite('a sparkline', () => {
	test('of nothing is empty', () => assert.equal(spark([], 10, glyphs), ''));
	test('of one value is one full sign', () => assert.equal(spark([3], 10, glyphs), '█'));
	test('starts at zero, so that half of the highest looks like half', () =>
		assert.equal(spark([0, 50, 100], 10, glyphs), '▁▄█'));
	test('leaves a blank where nothing was measured', () =>
		assert.equal(spark([1, Number.NaN, 1, Number.POSITIVE_INFINITY], 10, glyphs), '█ █ '));
	test('of zeros stands on the baseline', () => assert.equal(spark([0, 0], 10, glyphs), '▁▁'));
	test('is drawn with letters where the terminal has no more', () =>
		assert.match(spark([1, 2, 3, 4], 10, plain), /^[ -~]{4}$/));

	test('of 100 000 values keeps the one slow batch', () => {
		const drawn = spark(many, 20, glyphs);

		assert.equal(drawn.length, 20);
		assert.equal(drawn[15], '█');
		assert.equal([...drawn].filter((sign) => sign === '█').length, 1);
	});
});

suite('a line of latencies', () => {
	test('is flat and low where they are steady', () => assert.equal(sparkSteps([10, 10.4, 10], 10, glyphs), '▁▂▁'));
	test('rises one step for 5 %, and no further than there are signs', () =>
		assert.equal(sparkSteps([100, 105, 110, 120, 900], 10, glyphs), '▁▂▃▅█'));
	test('leaves a blank where nothing was measured', () =>
		assert.equal(sparkSteps([1, Number.NaN, 1], 10, glyphs), '▁ ▁'));
	test('of nothing is empty, and of zeros flat', () => {
		assert.equal(sparkSteps([], 10, glyphs), '');
		assert.equal(sparkSteps([0, 0], 10, glyphs), '▁▁');
	});
});

suite('a chart', () => {
	for (const [name, values] of [
		['nothing', []],
		['only gaps', [Number.NaN, Number.NaN]],
		['zeros', [0, 0, 0]],
		['one value', [5]],
		['gaps between values', [1, 2, Number.NaN, 4]],
		['a gap first', [Number.NaN, 2]],
		['negative values', [-3, 2]],
		['100 000 values', many],
	] as const) {
		test(`of ${name} has the rows it was given and no line too wide`, () => {
			const lines = chart(values, size, glyphs);

			assert.equal(lines.length, size.rows);
			for (const line of lines) assert.ok(line.length <= size.columns, line);
		});
	}

	test('starts at zero and ends at the highest value', () => {
		const lines = chart([10, 20], size, glyphs);

		assert.match(lines[0] ?? '', /^20\.0/);
		assert.match(lines.at(-1) ?? '', /^ 0\.0/);
	});

	test('is drawn with letters where the terminal has no more', () => {
		for (const line of chart([1, 5, 2, Number.NaN, 7, 7], size, plain)) assert.match(line, /^[ -~]*$/);
	});
});

suite('a bar', () => {
	test('is full only when all is done', () => {
		assert.equal(bar(99, 100, 10, plain), '#########.');
		assert.equal(bar(100, 100, 10, plain), '##########');
	});
	test('of nothing planned is empty', () => assert.equal(bar(0, 0, 4, plain), '....'));
	test('does not grow when more is done than was said', () => assert.equal(bar(9, 3, 4, plain), '####'));
});
