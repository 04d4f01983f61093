import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Table} from '../../../source/report/figures/figure.ts';
import {flattenRows} from '../../../source/report/figures/flatten.ts';
import {formatCsv, formatLatex, formatMarkdown, formatValue} from '../../../source/report/figures/table-text.ts';

const MARK = 'SIMULATED - no hardware produced these numbers';

const TABLE: Table = {
	columns: [
		{key: 'model', title: 'model'},
		{key: 'samples_per_s', title: 'samples/s'},
	],
	rows: [
		['a,"b"\n|c', 1234.56789],
		['=HYPERLINK("x")', null],
	],
};

suite('a table in a file', () => {
	test('is CSV with every digit, quoted, and without a formula that a spreadsheet would run', () => {
		assert.equal(formatCsv(TABLE, []), 'model,samples_per_s\n"a,""b""\n|c",1234.56789\n"\'=HYPERLINK(""x"")",\n');
	});

	test('says in every line of a CSV that it is simulated', () => {
		const [titles, ...lines] = formatCsv({...TABLE, rows: [['a', 1]]}, [MARK])
			.trimEnd()
			.split('\n');

		assert.equal(titles, 'model,samples_per_s,mark');
		assert.deepEqual(lines, [`a,1,${MARK}`]);
	});

	test('keeps a negative number a number', () => {
		assert.equal(formatCsv({...TABLE, rows: [['a', -1.5]]}, []), 'model,samples_per_s\na,-1.5\n');
	});

	test('is Markdown with one line a row, numbers to the right', () => {
		assert.equal(
			formatMarkdown('Of <b>', TABLE, [MARK]),
			`# Of \\<b\\>\n\n**${MARK}**\n\n| model | samples/s |\n|---|--:|\n| a,"b" \\|c | 1235 |\n| =HYPERLINK("x") | - |\n`,
		);
	});

	test('is LaTeX in which nothing out of a suite is a command', () => {
		const text = formatLatex('cells', 'Cells', {...TABLE, rows: [['50%_\\input{x}&$#~^', 1]]}, [MARK]);

		assert.ok(
			text.includes('50\\%\\_\\textbackslash{}input\\{x\\}\\&\\$\\#\\textasciitilde{}\\textasciicircum{} & 1 \\\\'),
		);
		assert.ok(text.startsWith(`% ${MARK}\n\\begin{table}\n\\caption{Cells. ${MARK}}`));
		assert.ok(text.includes('\\begin{tabular}{lr}'));
	});
});

test('a value is read with four digits, a whole number stays whole and an unknown one is a dash', () => {
	assert.deepEqual([1234.5678, 0.000012345, 48, null, true, 'a', -0.00001].map(formatValue), [
		'1235',
		'1.234e-5',
		'48',
		'-',
		'true',
		'a',
		'-1.000e-5',
	]);
});

test('rows of any shape become columns, also where only a later row has them', () => {
	const {columns, rows} = flattenRows([
		{gpuId: 0, interval: null},
		{gpuId: 1, interval: {lowPercent: 1}, models: ['a', 'b']},
	]);

	assert.deepEqual(
		columns.map(({key}) => key),
		['gpu_id', 'interval', 'interval_low_percent', 'models'],
	);
	assert.deepEqual(rows, [
		[0, null, null, null],
		[1, null, 1, 'a b'],
	]);
});
