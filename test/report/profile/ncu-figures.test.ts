import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import type {NcuFigures} from '../../../source/domain/profile-figures.ts';
import {readNcuFigures} from '../../../source/report/profile/ncu-figures.ts';

const read = (name: string): string => readFileSync(new URL(`../../../fixtures/${name}`, import.meta.url), 'utf8');

const RECORDED = read('ncu/ncu-csv-log.csv');

const OPTIONS = {report: 'ncu_reports/a.csv', clockControl: 'none', cacheControl: 'none', throughputSamplesPerS: 12};

function readGood(text: string, changes: Partial<typeof OPTIONS> = {}): NcuFigures {
	const figures = readNcuFigures(text, {...OPTIONS, ...changes});
	assert.ok('kind' in figures, JSON.stringify(figures));
	return figures;
}

const explain = (text: string): string => {
	const problem = readNcuFigures(text, OPTIONS);
	return 'error' in problem ? problem.error : 'it has figures';
};

const isNear = (value: number | null, expected: number): void =>
	assert.ok(value !== null && Math.abs(value - expected) < 1e-9, `${value} is not ${expected}`);

/** The recorded kernels, copied by hand: duration ns, L2 %, L1 %, DRAM %, SM %. */
const KERNELS = [
	[6720, 25.5, 0, 26.62, 8.39],
	[2752, 59.89, 0, 4.09, 8.57],
	[6880, 22.1, 0, 27.19, 9.93],
	[4352, 49.99, 41.15, 3.84, 8.28],
] as const;

const weighByHand = (column: 1 | 2 | 3 | 4): number =>
	KERNELS.reduce((sum, kernel) => sum + kernel[0] * kernel[column], 0) / (6720 + 2752 + 6880 + 4352);

/** `--page raw`: a line for each kernel, units below the titles. */
const makeRaw = (metrics: readonly string[], units: readonly string[], rows: readonly (readonly string[])[]): string =>
	[
		['ID', 'Process ID', 'Kernel Name', 'Device', ...metrics],
		['', '', '', '', ...units],
		...rows.map((row, id) => [String(id), '77', ...row]),
	]
		.map((cells) => cells.map((cell) => `"${cell}"`).join(','))
		.join('\n');

const L2 = 'lts__t_sector_hit_rate.pct';
const TIME = 'gpu__time_duration.sum';
const RATE = 'dram__bytes.sum.per_second';

suite('figures of ncu', () => {
	test('of a recorded report are means weighted by how long each kernel took', () => {
		const figures = readGood(RECORDED);

		assert.equal(figures.kernels, 4);
		isNear(figures.l2HitPercent, weighByHand(1));
		isNear(figures.l1HitPercent, weighByHand(2));
		isNear(figures.dramThroughputPercent, weighByHand(3));
		isNear(figures.smThroughputPercent, weighByHand(4));
		assert.equal(figures.dramBytesPerS, null);
		assert.deepEqual(figures.warnings, []);
	});

	test('name the kernels that took most, with commas in their names and thousands separated', () => {
		const {topKernels} = readGood(RECORDED);

		assert.deepEqual(
			topKernels.map(({meanUs}) => Math.round(meanUs * 1e3)),
			[6880, 6720, 4352, 2752],
		);
		assert.match(topKernels[2]?.name ?? '', /^void cublasLt::splitKreduce_kernel<32, 16, int, .*, void \*, long/);
		isNear(topKernels[0]?.sharePercent ?? null, (100 * 6880) / 20_704);
	});

	test('keep how clocks and caches were held, and say what an emptied cache means', () => {
		const figures = readGood(RECORDED, {clockControl: 'base', cacheControl: 'all'});

		assert.deepEqual([figures.clockControl, figures.cacheControl], ['base', 'all']);
		assert.match(figures.warnings.join(' '), /emptied the caches.*clocks at their base/s);
	});

	test('are read from a line for each kernel, too, whatever units it has', () => {
		const text = makeRaw(
			[L2, TIME, RATE],
			['%', 'us', 'Gbyte/second'],
			[
				['gemm', '0', '50.00', '1,000.00', '2.00'],
				['relu', '0', '10.00', '3,000.00', '1.00'],
				['gemm', '0', '90.00', '1,000.00', '2.00'],
			],
		);
		const figures = readGood(text);

		isNear(figures.l2HitPercent, (50 + 3 * 10 + 90) / 5);
		isNear(figures.dramBytesPerS, (1e9 * (2 + 3 + 2)) / 5);
		assert.deepEqual(figures.topKernels, [
			{name: 'relu', count: 1, meanUs: 3000, sharePercent: 60},
			{name: 'gemm', count: 2, meanUs: 1000, sharePercent: 40},
		]);
	});

	for (const [unit, seconds] of [
		['nsecond', 1e-9],
		['ns', 1e-9],
		['us', 1e-6],
		['msecond', 1e-3],
		['s', 1],
	] as const) {
		test(`know that a duration in ${unit} is so many seconds`, () => {
			const {topKernels} = readGood(makeRaw([TIME], [unit], [['gemm', '0', '4']]));
			isNear((topKernels[0]?.meanUs ?? 0) / (4e6 * seconds), 1);
		});
	}

	for (const [unit, scale] of [
		['byte/second', 1],
		['Kbyte/second', 1e3],
		['Mbyte/s', 1e6],
		['GB/s', 1e9],
		['Tbyte/second', 1e12],
		['byte/ns', 1e9],
	] as const) {
		test(`know that a rate in ${unit} is so many bytes a second`, () => {
			const {dramBytesPerS} = readGood(makeRaw([TIME, RATE], ['ns', unit], [['gemm', '0', '10', '2.5']]));
			isNear((dramBytesPerS ?? 0) / (2.5 * scale), 1);
		});
	}

	test('leave kernels out of a mean that have no such value, and say how many', () => {
		const text = makeRaw(
			[L2, TIME],
			['%', 'ns'],
			[
				['gemm', '0', 'n/a', '900'],
				['relu', '0', '80', '100'],
			],
		);
		const {l2HitPercent, kernels, warnings} = readGood(text);

		assert.deepEqual([l2HitPercent, kernels], [80, 2]);
		assert.deepEqual(warnings, [`${L2} is n/a for 1 of 2 kernels.`]);
	});

	test('weigh nothing where no kernel says how long it took', () => {
		const {l2HitPercent, topKernels, warnings} = readGood(makeRaw([L2], ['%'], [['gemm', '0', '80']]));

		assert.deepEqual([l2HitPercent, topKernels], [null, []]);
		assert.match(warnings.join(), /No gpu__time_duration\.sum/);
	});

	test('call a value that is no number unreadable instead of guessing', () => {
		const {l2HitPercent, warnings} = readGood(
			makeRaw(
				[L2, TIME],
				['%', 'ns'],
				[
					['gemm', '0', '25,50', '100'],
					['relu', '0', '30', '100'],
				],
			),
		);

		isNear(l2HitPercent, 30);
		assert.match(warnings.join(' '), /1 value of the report could not be read/);
	});

	test('add up several tables, in which numbers of kernels begin anew', () => {
		const {kernels, l2HitPercent} = readGood(
			[
				makeRaw([L2, TIME], ['%', 'ns'], [['gemm', '0', '20', '100']]),
				'a line of the program',
				makeRaw([TIME, L2], ['ms', '%'], [['gemm', '0', '0.0003', '60']]),
			].join('\n'),
		);

		assert.equal(kernels, 2);
		isNear(l2HitPercent, 50);
	});

	test('of a report that was cut off count its whole lines and say that one is not', () => {
		const {kernels, warnings} = readGood(RECORDED.slice(0, RECORDED.lastIndexOf('"sm__throughput')));

		assert.equal(kernels, 4);
		assert.deepEqual(warnings, [
			'sm__throughput.avg.pct_of_peak_sustained_elapsed is n/a for 1 of 4 kernels.',
			'1 line of the report is cut off.',
		]);
	});
});

suite('a report of ncu without figures', () => {
	test('says which metric this GPU lacks', () =>
		assert.equal(explain(read('messages/ncu-bad-metric.txt')), 'ncu has no metric no_such_metric for this GPU'));

	test('says that the counters are forbidden, and who may allow them', () => {
		const problem = readNcuFigures(
			'==ERROR== ERR_NVGPUCTRPERM - The user does not have permission to access NVIDIA GPU Performance Counters\n',
			OPTIONS,
		);

		assert.ok('error' in problem);
		assert.match(problem.error, /may not read the performance counters of the GPU \(ERR_NVGPUCTRPERM\)/);
		assert.match(problem.tryThis, /NVreg_RestrictProfilingToAdminUsers=0/);
	});

	test('says that the program launched nothing while it was profiled', () =>
		assert.match(explain('==PROF== Connected\n==WARNING== No kernels were profiled.\n'), /^no kernel was profiled/));

	test('is refused where it sums launches up', () =>
		assert.match(
			explain('"ID","Kernel Name","Invocations","Metric Name","Metric Average"\n"0","gemm","3","a__b","1"\n'),
			/sums launches up/,
		));

	test('says what ncu said, and that other text is none of ncu', () => {
		assert.equal(
			explain('==ERROR== The application returned an error code (9).\n'),
			'ncu says: The application returned an error code (9).',
		);
		assert.equal(explain('a,b\n1,2\n'), 'it has no table of ncu');
	});
});
