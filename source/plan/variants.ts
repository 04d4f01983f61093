import {pickOutput} from '../domain/command-output.ts';
import {findNearest, UserError} from '../domain/errors.ts';
import type {Json, JsonObject} from '../domain/json.ts';
import {MODEL_KEYS, TEST_KEYS} from '../domain/setting-names.ts';
import type {Model} from '../domain/suite.ts';
import {type CommandWorkload, isNamed, listTexts} from '../domain/workload.ts';
import type {Job} from './compose.ts';
import {checkDescribed} from './described-settings.ts';
import {PLACEHOLDERS} from './fill-command.ts';
import {listOutputTexts} from './fill-output.ts';

/** A model with the settings that hold for it in one job. */
export type Variant = {
	readonly job: Job;
	readonly model: Model | null;
	/** Declared configuration, the model's own keys winning over the suite's. */
	readonly params: JsonObject;
	/** What of it has an effect: two variants with equal text measure the same thing. */
	readonly identity: string;
};

export function listVariants(job: Job): readonly Variant[] {
	checkReferences(job);
	const {workload} = job.suite.experiment;
	const shared = JSON.stringify(isNamed(workload) ? workload.file : workload);
	const models: readonly (Model | null)[] = job.suite.experiment.vit_configs ?? [null];
	return models.map((model) => {
		const params = readParams(job, model);
		return {job, model, params, identity: `${shared} ${JSON.stringify(dropIdle(params))}`};
	});
}

function readParams(job: Job, model: Model | null): JsonObject {
	const {test, workload} = job.suite.experiment;
	const {name: _name, numa_node: _node, expected_s: _expected, ...own} = dropUndefined(model ?? ({} as Partial<Model>));
	if (workload === 'vit_pipeline') return pick({...test, ...own});
	if (isNamed(workload)) return pick({timeout_s: test.timeout_s, ...readDeclaredOf(job), ...own});
	return {timeout_s: test.timeout_s, ...readUsedTest(job, workload), ...(own as JsonObject)};
}

/** Of the test's keys what the suite declares and what the command mentions, which has its default then. */
function readUsedTest(job: Job, workload: CommandWorkload): JsonObject {
	const {test} = job.suite.experiment;
	const declared = readDeclaredTest(job);
	const text = listTexts(workload).join('\n');
	const used = TEST_KEYS.filter((key) => Object.hasOwn(declared, key) || text.includes(`\${params.${key}}`));
	return Object.fromEntries(used.map((key) => [key, test[key]]));
}

/** A workload by name has defaults of its own, so that only what the suite declares is passed on. */
function readDeclaredOf(job: Job): JsonObject {
	const {test} = job.suite.experiment;
	const declared = readDeclaredTest(job);
	return Object.fromEntries(TEST_KEYS.filter((key) => Object.hasOwn(declared, key)).map((key) => [key, test[key]]));
}

/** Models first, then the test's keys in the schema's order, so that records and names read the same everywhere. */
function pick(all: {readonly [key: string]: unknown}): JsonObject {
	const keys = [...MODEL_KEYS, ...TEST_KEYS].filter((key) => all[key] !== undefined);
	return Object.fromEntries(keys.map((key) => [key, all[key] as Json]));
}

const dropUndefined = <T extends object>(object: T): Partial<T> =>
	Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>;

function readDeclaredTest(job: Job): JsonObject {
	const experiment = job.config.experiment as JsonObject;
	return (experiment.test ?? {}) as JsonObject;
}

/** A mode of a compiler that is off, or the queue of a pipeline that has none, changes nothing. */
function dropIdle(params: JsonObject): JsonObject {
	const {compile_mode, queue_depth, ...rest} = params;
	return {
		...rest,
		...(params.compile_model === false ? {} : {compile_mode: compile_mode ?? null}),
		...(params.pipeline_mode === 'sync' ? {} : {queue_depth: queue_depth ?? null}),
	};
}

/** A key that the command does not mention would silently have no effect. */
function checkReferences(job: Job): void {
	const {workload, axes, vit_configs} = job.suite.experiment;
	if (isNamed(workload)) {
		checkDescribed(job, workload, readDeclaredTest(job));
		return;
	}
	const text = workload === 'vit_pipeline' ? '' : listTexts(workload).join('\n');
	for (const axis of Object.keys(axes)) {
		if (text.includes(`\${axes.${axis}}`)) continue;
		throw ignored(job, `experiment.axes.${axis}`, `\${axes.${axis}}`);
	}
	if (workload === 'vit_pipeline') {
		checkModels(job);
		return;
	}
	checkPlaceholders(job, workload);
	const declared = Object.keys(readDeclaredTest(job)).map((key): [string, string] => [`experiment.test.${key}`, key]);
	const modelKeys = (vit_configs ?? []).flatMap((model, index) =>
		Object.keys(dropUndefined(model)).map((key): [string, string] => [`experiment.vit_configs.${index}.${key}`, key]),
	);
	for (const [path, key] of [...declared, ...modelKeys]) {
		if (['timeout_s', 'name', 'numa_node', 'expected_s'].includes(key) || text.includes(`\${params.${key}}`)) continue;
		throw ignored(job, path, `\${params.${key}}`);
	}
}

function checkPlaceholders(job: Job, workload: CommandWorkload): void {
	const {axes, vit_configs = [], batch_search} = job.suite.experiment;
	const searched = batch_search ? [`params.${batch_search.key}`, `axes.${batch_search.key}`] : [];
	const params = [...TEST_KEYS, ...(vit_configs.length > 0 ? MODEL_KEYS : [])];
	const declared = [
		...searched,
		...Object.keys(axes).map((axis) => `axes.${axis}`),
		...params.map((key) => `params.${key}`),
	];
	const {config, inputs = []} = workload;
	const known = [...PLACEHOLDERS, ...(config === undefined ? [] : ['config']), ...declared];
	for (const [text, filled] of [
		...listTexts({...workload, config: undefined, inputs: []}).map((text) => [text, known] as const),
		...listOutputTexts(pickOutput(workload) ?? {}).map((text) => [text, known] as const),
		// They are read when it is planned, before there is a run or a lane.
		...[...inputs, ...(config === undefined ? [] : [config])].map((text) => [text, declared] as const),
	]) {
		for (const [placeholder, name = ''] of text.matchAll(/\$\{([^{}]*)\}/g)) {
			if (!filled.includes(name)) throw unfilled(job, placeholder, name, filled);
		}
	}
}

const unfilled = ({suiteName}: Job, placeholder: string, name: string, known: readonly string[]): UserError =>
	new UserError(`${suiteName}: nothing fills ${placeholder} in experiment.workload.`, {
		tryThis: [`\${${findNearest(name, known) ?? known[0] ?? 'run_id'}}`, `known: ${known.join(', ')}`],
	});

const ignored = (job: Job, path: string, placeholder: string): UserError =>
	new UserError(`${job.suiteName}: the workload does not read ${path}.`, {
		tryThis: [`mention ${placeholder} in experiment.workload.command`, `~${path}   (leaves it out)`],
	});

function checkModels(job: Job): void {
	if ((job.suite.experiment.vit_configs ?? []).length > 0) return;
	throw new UserError(`${job.suiteName}: vit_pipeline needs at least one model in experiment.vit_configs.`, {
		tryThis: ["'experiment.vit_configs=[{name:small,patch_size:32,depth:2,heads:4,dim:256,mlp_dim:1024}]'"],
	});
}
