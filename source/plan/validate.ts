import type {z} from 'zod';
import {findNearest, UserError} from '../domain/errors.ts';
import type {Json} from '../domain/json.ts';
import {type Suite, suiteSchema} from '../domain/suite.ts';
import {findKnownKeys, listKnownPaths} from '../domain/suite-keys.ts';
import {describeValue, exemplifyValue} from './describe-value.ts';
import {quoteForShell} from './override-text.ts';

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
	const example = `${key}=${suggestValue(issue)}`;
	if (issue.code === 'invalid_key') return rejectName(path, origin);
	if (found === undefined) {
		return new UserError(`${origin}: ${key} is missing.`, {
			tryThis: [`add ${key} to the suite: ${describeExpectation(issue)}`, `${example}   (in the command)`],
		});
	}
	return new UserError(`${origin}: ${key}=${JSON.stringify(found)} is not allowed: ${describeExpectation(issue)}.`, {
		tryThis: [example, 'docs/writing-a-suite.md lists every key with its range'],
	});
}

/** Names of axes and variables are the suite's own, within one rule. */
const rejectName = (path: readonly string[], origin: string): UserError =>
	new UserError(
		`${origin}: ${path.slice(0, -1).join('.')} has the name ${JSON.stringify(path.at(-1))}, which is not allowed: a name is a letter or _, then letters, digits or _.`,
		{tryThis: [`${[...path.slice(0, -1), tidyName(path.at(-1) ?? '')].join('.')} instead`]},
	);

const tidyName = (name: string): string => name.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d|$)/, '_');

function describeExpectation(issue: Issue): string {
	const described = describeValue(issue.path);
	switch (issue.code) {
		case 'invalid_value':
			return `it is one of ${issue.values.map(String).join(', ')}`;
		case 'too_small':
		case 'too_big':
			return issue.origin === 'number' ? describeBound(issue) : `it is ${described}${describeLength(issue)}`;
		case 'invalid_format':
		case 'custom':
			return issue.message;
		default:
			return described === null ? issue.message : `it is ${described}`;
	}
}

type Bound = Extract<Issue, {code: 'too_small' | 'too_big'}>;

function describeBound(issue: Bound): string {
	if (issue.code === 'too_small') return `it is ${issue.inclusive ? 'at least' : 'above'} ${issue.minimum}`;
	return `it is ${issue.inclusive ? 'at most' : 'below'} ${issue.maximum}`;
}

/** A list of a fixed length has its number in the description. */
function describeLength(issue: Bound): string {
	if (issue.code === 'too_big' || Number(issue.minimum) !== 1) return '';
	return issue.origin === 'string' ? ' that is not empty' : ', one at least';
}

/** As the command line takes it; lists and dictionaries without blanks, so that they stay one word. */
function suggestValue(issue: Issue): string {
	if (issue.code === 'invalid_value') return String(issue.values[0]);
	if (issue.code === 'too_small' && issue.origin === 'number')
		return String(Number(issue.minimum) + (issue.inclusive ? 0 : 1));
	return quoteForShell(formatJson(exemplifyValue(issue.path)));
}

const formatJson = (value: Json): string => JSON.stringify(value).replaceAll('"', '');

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
