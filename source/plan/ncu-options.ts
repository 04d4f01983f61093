import type {NcuTool} from '../domain/profiler.ts';
import type {SuiteExperiment} from '../domain/suite.ts';
import {readNcuTemplate} from './ncu-template.ts';

/** Kernels are weighted by it, so it is always asked for. */
const DURATION = 'gpu__time_duration.sum';

const METRICS = [
	'lts__t_sector_hit_rate.pct',
	'l1tex__t_sector_hit_rate.pct',
	'dram__throughput.avg.pct_of_peak_sustained_elapsed',
	'dram__bytes.sum.per_second',
	'sm__throughput.avg.pct_of_peak_sustained_elapsed',
	DURATION,
];

type NcuChoice = {
	/** Everything between `ncu` and the program, but for the file. */
	readonly options: readonly string[];
	/** What was asked for and is left out or changed, and why. */
	readonly explained: readonly string[];
};

/** What ncu is told: the suite's metrics, else those of ICD_NCU_CMD, else our own, as far as this GPU has them. */
export function chooseNcu(settings: SuiteExperiment['ncu'], tool: NcuTool | null): NcuChoice {
	const template = readNcuTemplate(tool?.template ?? '');
	const asked = settings.metrics ?? template.metrics ?? METRICS;
	const {kept, missing} = sortMetrics([...new Set([...asked, DURATION])], tool?.metrics ?? null);
	const control = (name: string, value: string) => (template.options.includes(name) ? [] : [name, value]);
	return {
		options: [
			...['--csv', '--page', 'raw', '--metrics', kept.join()],
			...['--profile-from-start', 'off', '--target-processes', 'all'],
			...control('--clock-control', settings.clock_control),
			...control('--cache-control', settings.cache_control),
			...template.options,
		],
		explained: [
			...template.explained,
			...missing.map((name) => `ncu does not list ${name} for this GPU, so it is left out (ncu --query-metrics)`),
		],
	};
}

/** Where none is listed the list is no list of metrics, and ncu itself shall say what it misses. */
function sortMetrics(names: readonly string[], listed: readonly string[] | null) {
	const known = new Set(listed ?? []);
	const kept = names.filter((name) => known.has(name.replace(/\..*/, '')));
	return kept.length === 0 ? {kept: names, missing: []} : {kept, missing: names.filter((name) => !kept.includes(name))};
}

/** Value of an option such as `--clock-control` in a list of words. */
export function findOption(options: readonly string[], name: string): string | null {
	const place = options.lastIndexOf(name);
	return place < 0 ? null : (options[place + 1] ?? null);
}

/** Names in what `ncu --query-metrics` prints; null where it prints none. */
export function readMetricNames(text: string): readonly string[] | null {
	const names = [...text.matchAll(/^\s*([a-z0-9]+(?:_[a-z0-9]+)*__[a-z0-9_]+)/gm)].map(([, name]) => name ?? '');
	return names.length === 0 ? null : [...new Set(names)];
}
