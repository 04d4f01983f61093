import {UserError} from '../domain/errors.ts';
import {isJsonObject, type Json, type JsonObject} from '../domain/json.ts';

type Environment = {readonly [name: string]: string | undefined};

/** A workload's placeholders are filled when it is launched, not when the suite is composed. */
const FILLED_AT_LAUNCH = 'workload';

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
		const resolved = key === FILLED_AT_LAUNCH ? item : resolve(item, root, env, open);
		if (resolved === item) continue;
		changed ??= {...value};
		changed[key] = resolved;
	}
	return changed ?? value;
}

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
	const asked = /^oc\.env:([^,]+)(?:,(.*))?$/.exec(reference);
	if (asked?.[1]) {
		const value = env[asked[1].trim()] ?? asked[2]?.trim();
		if (value === undefined) throw refuse(reference, `needs the environment variable ${asked[1]}, which is not set`);
		return value;
	}
	if (reference.includes(':')) throw refuse(reference, 'is a resolver that is not known here; oc.env is');
	const found = reference
		.split(/[.[\]]/)
		.filter(Boolean)
		.reduce<unknown>(stepInto, root);
	if (found === undefined) throw refuse(reference, 'names a key that is not in the configuration');
	return resolve(found as Json, root, env, [...open, reference]);
}

const stepInto = (value: unknown, part: string): unknown =>
	typeof value === 'object' && value !== null ? (value as {[key: string]: unknown})[part] : undefined;

const refuse = (reference: string, problem: string): UserError =>
	new UserError(`\${${reference}} ${problem}.`, {tryThis: ['warpdeck plan … --cfg job   (shows every key)']});
