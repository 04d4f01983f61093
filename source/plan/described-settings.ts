import {findNearest, UserError} from '../domain/errors.ts';
import type {Json, JsonObject} from '../domain/json.ts';
import {type NamedWorkload, OWN_SETTINGS} from '../domain/workload.ts';
import type {WorkloadParameter} from '../domain/workload-description.ts';
import type {Job} from './compose.ts';

/** Keys of a model that warpdeck itself reads. */
const READ_HERE = ['timeout_s', 'name', 'numa_node', 'expected_s'];

/** Every setting that the suite gives a workload by name: its axes, what it declares under `test`, its models' keys. */
export function checkDescribed(job: Job, workload: NamedWorkload, declaredTest: JsonObject): void {
	const {axes, vit_configs = []} = job.suite.experiment;
	for (const [name, values] of Object.entries(axes)) {
		const path = `experiment.axes.${name}`;
		if (Object.hasOwn(declaredTest, name)) throw refuseTwice(job, path, `experiment.test.${name}`);
		for (const value of values) checkValue(job, path, findParameter(job, path, name, workload), value);
	}
	const models = vit_configs.flatMap((model, index) => listSettings(`experiment.vit_configs.${index}`, model));
	for (const [path, key, value] of [...listSettings('experiment.test', declaredTest), ...models]) {
		if (READ_HERE.includes(key)) continue;
		if (Object.hasOwn(axes, key)) throw refuseTwice(job, path, `experiment.axes.${key}`);
		checkValue(job, path, findParameter(job, path, key, workload), value);
	}
}

const listSettings = (path: string, values: {readonly [key: string]: unknown}) =>
	Object.entries(values)
		.filter(([, value]) => value !== undefined)
		.map(([key, value]) => [`${path}.${key}`, key, value as Json] as const);

function findParameter(job: Job, path: string, key: string, workload: NamedWorkload): WorkloadParameter {
	const takes = workload.parameters.filter(({name}) => !OWN_SETTINGS.includes(name));
	const found = takes.find(({name}) => name === key);
	if (found) return found;
	const names = takes.map(({name}) => name);
	const nearest = findNearest(key, names);
	throw new UserError(`${job.suiteName}: the workload ${workload.name} does not read ${path}.`, {
		tryThis: [
			nearest ? `${nearest}   (the nearest that it reads)` : `it reads ${names.join(', ')}`,
			`~${path}   (leaves it out)`,
		],
	});
}

function checkValue(job: Job, path: string, parameter: WorkloadParameter, value: Json): void {
	const wanted = findFault(parameter, value);
	if (wanted === null) return;
	throw new UserError(`${job.suiteName}: ${path} has ${JSON.stringify(value)}, and the workload takes ${wanted}.`, {
		tryThis: [`${path}=…   (${wanted})`, `its default is ${JSON.stringify(parameter.default)}`],
	});
}

/** What the parameter takes, where the value is none of it. */
function findFault({type, choices, least}: WorkloadParameter, value: Json): string | null {
	if (type === 'bool') return typeof value === 'boolean' ? null : 'true or false';
	if (type === 'list') return Array.isArray(value) ? null : 'a list';
	if (type === 'str') {
		const isKnown = typeof value === 'string' && (choices.length === 0 || choices.includes(value));
		return isKnown ? null : choices.length > 0 ? `one of ${choices.join(', ')}` : 'a text';
	}
	const fits =
		typeof value === 'number' && (type === 'float' || Number.isInteger(value)) && value >= (least ?? -Infinity);
	const kind = type === 'int' ? 'a whole number' : 'a number';
	return fits ? null : least == null ? kind : `${kind}, at least ${least}`;
}

const refuseTwice = (job: Job, path: string, other: string): UserError =>
	new UserError(`${job.suiteName}: ${path} and ${other} say the same setting twice.`, {
		tryThis: [`~${path}   (leaves it out)`, `~${other}`],
	});
