import type {z} from 'zod';
import {findNearest, UserError} from '../domain/errors.ts';
import type {Json} from '../domain/json.ts';
import {type Suite, suiteSchema} from '../domain/suite.ts';
import {findKnownKeys, listKnownPaths} from '../domain/suite-keys.ts';

/** Checks a composed configuration and completes it with the defaults; `origin` names the suite in errors. */
export function validateSuite(config: Json, origin: string): Suite {
	const parsed = suiteSchema.safeParse(config);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues.flatMap(flattenUnion);
	throw issue
		? explain(issue, config, origin)
		: new UserError(`${origin} is not a suite.`, {tryThis: ['warpdeck suites']});
}

type Issue = z.core.$ZodIssue;

/** Of a union's branches the one that got furthest is what the user meant. */
function flattenUnion(issue: Issue): readonly Issue[] {
	if (issue.code !== 'invalid_union') return [issue];
	const branches = issue.errors.map((branch) => branch.flatMap(flattenUnion)).filter((branch) => branch.length > 0);
	const deepest = branches.toSorted((a, b) => depth(b) - depth(a))[0];
	if (!deepest || depth(deepest) === 0) return [issue];
	return deepest.map((inner) => ({...inner, path: [...issue.path, ...inner.path]}));
}

const depth = (issues: readonly Issue[]): number =>
	Math.max(...issues.map(({path, code}) => path.length + (code === 'unrecognized_keys' ? 1 : 0)));

function explain(issue: Issue, config: Json, origin: string): UserError {
	const path = issue.path.map(String);
	if (issue.code === 'unrecognized_keys') return rejectKey([...path, issue.keys[0] ?? ''], origin);
	const found = path.reduce<unknown>((value, part) => (value as {[key: string]: unknown} | undefined)?.[part], config);
	const key = path.join('.');
	if (found === undefined) {
		return new UserError(`${origin}: ${key} is missing.`, {
			tryThis: [`add ${key} to the suite, or ${key}=… to the command`],
		});
	}
	return new UserError(`${origin}: ${key}=${JSON.stringify(found)} is not allowed: ${describeExpectation(issue)}.`, {
		tryThis: [`${key}=${suggestValue(issue)}`, 'docs/writing-a-suite.md lists every key with its range'],
	});
}

function describeExpectation(issue: Issue): string {
	switch (issue.code) {
		case 'invalid_value':
			return `it is one of ${issue.values.map(String).join(', ')}`;
		case 'too_small':
			return `it is ${issue.inclusive ? 'at least' : 'above'} ${issue.minimum}`;
		case 'too_big':
			return `it is ${issue.inclusive ? 'at most' : 'below'} ${issue.maximum}`;
		case 'invalid_type':
			return `it is ${issue.expected === 'int' ? 'a whole number' : `of type ${issue.expected}`}`;
		case 'invalid_union': {
			const choices = issue.errors.flat().map((branch) => describeExpectation(branch).replace(/^it is /, ''));
			return `it is ${[...new Set(choices)].join(', or ')}`;
		}
		default:
			return issue.message;
	}
}

function suggestValue(issue: Issue): string {
	if (issue.code === 'invalid_value') return String(issue.values[0]);
	if (issue.code === 'invalid_union' && issue.errors[0]?.[0]) return suggestValue(issue.errors[0][0]);
	if (issue.code === 'too_small') return String(Number(issue.minimum) + (issue.inclusive ? 0 : 1));
	return '…';
}

/** A key that nothing reads is never dropped: the systems before this one published wrong findings that way. */
export function rejectKey(path: readonly string[], origin: string): UserError {
	const key = path.join('.');
	const siblings = findKnownKeys(path.slice(0, -1)) ?? [];
	const last = path.at(-1) ?? '';
	const sibling = findNearest(last, siblings) ?? siblings.find((name) => last !== '' && name.startsWith(last));
	const prefix = path.slice(0, -1).join('.');
	const known = sibling ? [prefix, sibling].filter(Boolean).join('.') : findNearest(key, listKnownPaths());
	const elsewhere = listKnownPaths().find((candidate) => candidate.endsWith(`.${last}`));
	const nearest = known ?? elsewhere;
	return new UserError(`${origin}: nothing reads the key ${key}.`, {
		tryThis: [
			nearest ? `${nearest}=…   (the nearest known key)` : `one of ${siblings.join(', ')}`,
			'docs/writing-a-suite.md lists every key',
		],
	});
}
