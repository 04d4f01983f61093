import {UserError} from '../domain/errors.ts';
import {isJsonObject, type Json, type JsonObject} from '../domain/json.ts';

type Environment = {readonly [name: string]: string | undefined};

/** A workload's placeholders are filled when it is launched, not when the suite is composed. */
const FILLED_AT_LAUNCH = 'workload';

/** A campaign's runs are filled where they are composed, each from its own suite. */
const FILLED_BY_RUNS = 'phases';

/** Replaces `${a.b}` by the configuration's own values and `${oc.env:NAME,default}` by the environment's. */
export function resolveInterpolations(config: JsonObject, env: Environment): JsonObject {
	return resolveObject(config, config, env, []) as JsonObject;
}

function resolve(value: Json, root: JsonObject, env: Environment, open: readonly string[]): Json {
	if (typeof value === 'string') return value.includes('${') ? resolveText(value, root, env, open) : value;
	if (Array.isArray(value))
		return shareWhenEqual(
			value,
			value.map((item) => resolve(item, root, env, open)),
		);
	return isJsonObject(value) ? resolveObject(value, root, env, open) : value;
}

function resolveObject(value: JsonObject, root: JsonObject, env: Environment, open: readonly string[]): Json {
	let changed: {[key: string]: Json} | undefined;
	for (const [key, item] of Object.entries(value)) {
		if (key === FILLED_BY_RUNS) continue;
		const resolved = key === FILLED_AT_LAUNCH ? resolveEnvironment(item, env) : resolve(item, root, env, open);
		if (resolved === item) continue;
		changed ??= {...value};
		changed[key] = resolved;
	}
	return changed ?? value;
}

/** Of a workload only the environment's, so that it can name a checkout of the user's; all else is filled at launch. */
function resolveEnvironment(value: Json, env: Environment): Json {
	if (typeof value === 'string') {
		return value.includes('${oc.env:')
			? value.replace(FROM_ENVIRONMENT, (_, asked: string) => readVariable(asked, env))
			: value;
	}
	if (Array.isArray(value))
		return shareWhenEqual(
			value,
			value.map((item) => resolveEnvironment(item, env)),
		);
	if (!isJsonObject(value)) return value;
	const entries = Object.entries(value).map(([key, item]) => [key, resolveEnvironment(item, env)] as const);
	return entries.every(([key, item]) => item === value[key]) ? value : Object.fromEntries(entries);
}

const FROM_ENVIRONMENT = /\$\{\s*(oc\.env:[^{}]*?)\s*\}/g;

const shareWhenEqual = (before: readonly Json[], after: readonly Json[]): readonly Json[] =>
	after.every((item, index) => item === before[index]) ? before : after;

const REFERENCE = /\$\{([^{}]*)\}/g;

function resolveText(text: string, root: JsonObject, env: Environment, open: readonly string[]): Json {
	const whole = /^\$\{([^{}]*)\}$/.exec(text);
	if (whole?.[1] !== undefined) return lookUp(whole[1].trim(), root, env, open);
	return text.replace(REFERENCE, (_, reference: string) => {
		const value = lookUp(reference.trim(), root, env, open);
		return typeof value === 'string' ? value : JSON.stringify(value);
	});
}

function lookUp(reference: string, root: JsonObject, env: Environment, open: readonly string[]): Json {
	if (open.includes(reference)) throw refuse(reference, `refers to itself (${[...open, reference].join(' -> ')})`);
	if (/^oc\.env:[^,]/.test(reference)) return readVariable(reference, env);
	if (reference.includes(':')) throw refuse(reference, 'is a resolver that is not known here; oc.env is');
	const found = reference
		.split(/[.[\]]/)
		.filter(Boolean)
		.reduce<unknown>(stepInto, root);
	if (found === undefined) throw refuse(reference, 'names a key that is not in the configuration');
	return resolve(found as Json, root, env, [...open, reference]);
}

function readVariable(reference: string, env: Environment): string {
	const [, name = '', usual] = /^oc\.env:([^,]+)(?:,(.*))?$/.exec(reference) ?? [];
	const value = env[name.trim()] ?? usual?.trim();
	if (value === undefined) throw refuse(reference, `needs the environment variable ${name}, which is not set`);
	return value;
}

const stepInto = (value: unknown, part: string): unknown =>
	typeof value === 'object' && value !== null ? (value as {[key: string]: unknown})[part] : undefined;

const refuse = (reference: string, problem: string): UserError =>
	new UserError(`\${${reference}} ${problem}.`, {tryThis: ['warpdeck plan … --cfg job   (shows every key)']});
