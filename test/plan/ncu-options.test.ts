import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {NcuTool} from '../../source/domain/profiler.ts';
import {chooseNcu, findOption, readMetricNames} from '../../source/plan/ncu-options.ts';
import {composeLine, refusalOf} from '../rig/suites.ts';

/** What the guide of the A100 system has people export. */
const GUIDE =
	'ncu --metrics l2_cache_hit_rate,dram__throughput.avg.pct_of_peak_sustained_elapsed --target-processes all --export json --export-file {out}';

const settingsOf = (line = '') => {
	const [job] = composeLine(`experiment=quick_test experiment.profiler=ncu ${line}`).jobs;
	assert.ok(job);
	return job.suite.experiment.ncu;
};

const tool = (changes: Partial<NcuTool> = {}): NcuTool => ({
	kind: 'usable',
	version: '2025.3.1.0',
	metrics: null,
	template: null,
	...changes,
});

const metricsOf = ({options}: {readonly options: readonly string[]}) => findOption(options, '--metrics')?.split(',');

suite('what ncu is asked for', () => {
	test('is the suite’s own list and always how long a kernel took, by which they are weighted', () => {
		const choice = chooseNcu(settingsOf('experiment.ncu.metrics=[sm__cycles_active.avg]'), tool());

		assert.deepEqual(metricsOf(choice), ['sm__cycles_active.avg', 'gpu__time_duration.sum']);
	});

	test('is less where this GPU does not have it, and that is said', () => {
		const metrics = ['lts__t_sector_hit_rate', 'gpu__time_duration'];
		const choice = chooseNcu(settingsOf(), tool({metrics}));

		assert.deepEqual(metricsOf(choice), ['lts__t_sector_hit_rate.pct', 'gpu__time_duration.sum']);
		assert.match(choice.explained.join('\n'), /^ncu does not list dram__bytes\.sum\.per_second for this GPU/m);
	});

	test('leaves the clocks as the timed passes have them, unless the suite says otherwise', () => {
		const controls = (line: string) => {
			const {options} = chooseNcu(settingsOf(line), tool());
			return ['--clock-control', '--cache-control'].map((name) => findOption(options, name));
		};

		assert.deepEqual(controls(''), ['none', 'all']);
		assert.deepEqual(controls('experiment.ncu.clock_control=base experiment.ncu.cache_control=none'), ['base', 'none']);
	});

	test('is no word that could be an option', () => {
		refusalOf(() => settingsOf("'experiment.ncu.metrics=[--kill]'"));
	});
});

suite('ICD_NCU_CMD of an older guide', () => {
	test('is followed as far as ncu can, and each part that it cannot is explained', () => {
		const choice = chooseNcu(settingsOf(), tool({template: GUIDE}));

		assert.deepEqual(metricsOf(choice), [
			'lts__t_sector_hit_rate.pct',
			'dram__throughput.avg.pct_of_peak_sustained_elapsed',
			'gpu__time_duration.sum',
		]);
		assert.ok(!choice.options.some((word) => /export|json|\{out\}/.test(word)), choice.options.join(' '));
		assert.deepEqual(
			[/no export to JSON/, /no option --export-file/, /l2_cache_hit_rate is no metric of ncu/].map((text) =>
				choice.explained.some((reason) => reason.startsWith('ICD_NCU_CMD: ') && text.test(reason)),
			),
			[true, true, true],
		);
	});

	test('keeps what else ncu understands, and its own program is replaced by the workload', () => {
		const template = 'sudo ncu --clock-control base --launch-count=5 --metrics a__b.sum python3 bench.py';
		const {options, explained} = chooseNcu(settingsOf(), tool({template}));

		assert.deepEqual(options.slice(-4), ['--clock-control', 'base', '--launch-count', '5']);
		assert.equal(options.filter((word) => word === '--clock-control').length, 1);
		assert.match(explained.join('\n'), /python3 bench\.py: the program is the workload/);
		assert.match(explained.join('\n'), /sudo would ask/);
	});

	test('gives way to the suite’s own metrics', () => {
		const choice = chooseNcu(settingsOf('experiment.ncu.metrics=[a__b.sum]'), tool({template: GUIDE}));

		assert.deepEqual(metricsOf(choice), ['a__b.sum', 'gpu__time_duration.sum']);
	});
});

test('names of metrics are read from the list, and a text that is none of that is no list', () => {
	const text =
		'Device NVIDIA H200 (GH100)\n----\nMetric Name  Unit\ndram__bytes  byte  # of bytes\nlts__t_sector_hit_rate  %\n';

	assert.deepEqual(readMetricNames(text), ['dram__bytes', 'lts__t_sector_hit_rate']);
	assert.equal(readMetricNames('==ERROR== no device'), null);
});
