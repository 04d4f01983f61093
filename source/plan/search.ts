import {countMost, type SearchSettings} from '../domain/batch-search.ts';
import {UserError} from '../domain/errors.ts';
import type {Cell, Experiment} from '../domain/experiment.ts';
import type {JsonObject} from '../domain/json.ts';
import {isNamed} from '../domain/workload.ts';
import type {Job} from './compose.ts';
import {adviseKnob, readsKnob} from './knobs.ts';
import {GROWING, giveValue, nameValue, tryValue} from './search-values.ts';

type Planned = {readonly cells: readonly Cell[]; readonly experiments: readonly Experiment[]};

/** Each cell of a suite that searches becomes the first try of a search; what it finds decides on the others. */
export function beginSearches(planned: Planned, jobs: readonly Job[]): Planned {
	const searching = new Map(
		jobs.flatMap((job) => {
			const settings = job.suite.experiment.batch_search;
			return settings ? [[job.number, {job, settings}] as const] : [];
		}),
	);
	if (searching.size === 0) return planned;
	const rename = (job: number, series: string): string => {
		const settings = searching.get(job)?.settings;
		return settings ? nameValue({series, key: settings.key}, settings.from) : series;
	};
	return {
		cells: planned.cells.map((cell): Cell => {
			const own = searching.get(cell.job);
			if (!own) return cell;
			const {runId, duplicateOf} = cell;
			return {
				...cell,
				...begin(cell, own),
				runId: rename(cell.job, runId),
				duplicateOf: duplicateOf && rename(cell.job, duplicateOf),
			};
		}),
		experiments: planned.experiments.map((experiment) => {
			const own = searching.get(experiment.job);
			if (!own) return experiment;
			const {settings} = own;
			const mark = markOf(experiment, own);
			const runId = rename(experiment.job, experiment.runId);
			return tryValue({...experiment, ...begin(experiment, own)}, mark, {runId, value: settings.from, block: 1});
		}),
	};
}

type Own = {readonly job: Job; readonly settings: SearchSettings};

const markOf = ({runId, params}: Pick<Experiment, 'runId' | 'params'>, {job, settings}: Own) => ({
	...settings,
	series: runId,
	value: settings.from,
	grown: job.suite.experiment.workload === 'vit_pipeline' && settings.key === 'batch_size' ? pick(params, GROWING) : {},
});

/** A command may mention the knob as an axis. */
function begin({runId, params, axes}: Pick<Cell, 'runId' | 'params' | 'axes'>, own: Own) {
	const {job, settings} = own;
	const {workload} = job.suite.experiment;
	const {key, from} = settings;
	const isAxis = typeof workload === 'object' && 'command' in workload && !isNamed(workload);
	return {
		params: giveValue(params, markOf({runId, params}, own), from),
		axes: isAxis && JSON.stringify(workload).includes(`\${axes.${key}}`) ? {...axes, [key]: from} : axes,
	};
}

const pick = (params: JsonObject, keys: readonly string[]): JsonObject =>
	Object.fromEntries(keys.flatMap((key) => (params[key] === undefined ? [] : [[key, params[key]]])));

/** What a search would leave without effect, or what would leave the search without sense. */
export function checkSearch({suite, suiteName}: Pick<Job, 'suite' | 'suiteName'>): void {
	const {
		batch_search: search,
		workload,
		axes,
		blocks,
		warmup_blocks,
		control,
		isolation,
		profiler,
		retry,
	} = suite.experiment;
	if (!search) return;
	const {key} = search;
	const refuse = (message: string, ...tryThis: readonly [string, ...string[]]): never => {
		throw new UserError(`${suiteName}: ${message}`, {tryThis});
	};
	if (!readsKnob(workload, key) || NO_NUMBER.includes(key)) {
		refuse(
			`experiment.batch_search.key=${key} would change nothing, because the workload does not read ${key} as a number.`,
			adviseKnob(workload, key, 'experiment.batch_search.key=batch_size'),
		);
	}
	if (Object.hasOwn(axes, key)) {
		refuse(
			`experiment.axes.${key} and experiment.batch_search both say which ${key} is tried.`,
			`~experiment.axes.${key}`,
		);
	}
	if (blocks > 1 || warmup_blocks > 0 || control) {
		refuse(
			'a search tries each value by itself, and has no blocks, warm-up blocks or controls.',
			'experiment.batch_search.repeat=3   (measures the fastest ones again)',
			'experiment.blocks=1 experiment.warmup_blocks=0 experiment.control=false',
		);
	}
	if (isolation === 'block') {
		refuse(
			'a search needs a process for each value, because one that ran out of memory leaves it in disorder.',
			'experiment.isolation=process',
		);
	}
	if (profiler !== 'none') refuse('a search is not profiled.', 'experiment.profiler=none');
	if (Object.keys(retry.ladder).length > 0) {
		refuse(
			'in a search running out of memory is an answer, so that experiment.retry.ladder would never be used.',
			'~experiment.retry.ladder   (leaves it out)',
		);
	}
}

/** Settings of the bundled pipeline that are no size. */
const NO_NUMBER: readonly string[] = [
	'tensor_shape',
	'pipeline_mode',
	'preprocessing_mode',
	'execution',
	'min_window_s',
];

/** What a plan cannot list, because it depends on what is found. */
export function describeSearches(jobs: readonly Job[], experiments: readonly Experiment[]): readonly string[] {
	const count = experiments.reduce((sum, {search}) => sum + (search ? 1 : 0), 0);
	const searches = jobs.flatMap(({suite}) => suite.experiment.batch_search ?? []);
	if (count === 0) return [];
	const [first] = searches;
	if (!first) return [];
	const most = Math.max(...searches.map(countMost));
	const wanted = [first.largest ? 'the largest that fits' : '', first.fastest ? 'the fastest' : ''].filter(Boolean);
	return [
		`batch_search: ${count} ${count === 1 ? 'search' : 'searches'} for ${wanted.join(' and ') || 'what fits'} of ${first.key} ${first.from} to ${first.to}. Each begins with the one execution that is listed and adds about ${most} more at most, each because of what was found before; running out of memory is one of the answers.`,
	];
}
