import {findNearest} from '../domain/errors.ts';
import type {ResultRow, ResultStatus} from './select-results.ts';

/** What of the rows is shown, and what of the filter could not be understood. */
type ResultFilter = {
	readonly matches: (row: ResultRow) => boolean;
	/** Sentences for the user; a term with a problem holds nothing back. */
	readonly problems: readonly string[];
};

type Test = (row: ResultRow) => boolean;
type Term = {readonly test: Test} | {readonly problem: string};

/** Terms are separated by blanks and all of them must hold: `vit16 gpu:0,2 state:failed`. */
export function parseResultFilter(text: string): ResultFilter {
	const terms = text.toLowerCase().split(/\s+/u).filter(Boolean).map(parseTerm);
	const tests = terms.flatMap((term) => ('test' in term ? [term.test] : []));
	return {
		matches: (row) => tests.every((test) => test(row)),
		problems: terms.flatMap((term) => ('problem' in term ? [term.problem] : [])),
	};
}

/** What names no key is searched for as it stands, because it may be a part of a reason. */
function parseTerm(term: string): Term {
	const [, key, value] = /^([a-z]+):(.*)$/u.exec(term) ?? [];
	if (key === undefined || value === undefined) return {test: ({searched}) => searched.includes(term)};
	const read = KEYS[key];
	if (read) return value === '' ? {test: () => true} : read(value);
	const nearest = findNearest(key, Object.keys(KEYS));
	const hint = nearest === undefined ? `keys: ${Object.keys(KEYS).join(', ')}` : `did you mean ${nearest}:`;
	return {problem: `no key ${key}: (${hint})`};
}

const oneOf =
	(read: (row: ResultRow) => number | string | null) =>
	(value: string): Term => {
		const wanted = value.split(',').filter(Boolean);
		return {test: (row) => wanted.includes(String(read(row) ?? 'none').toLowerCase())};
	};

const part =
	(read: (row: ResultRow) => string | null) =>
	(value: string): Term => ({test: (row) => (read(row) ?? '').toLowerCase().includes(value)});

const KEYS: {readonly [key: string]: (value: string) => Term} = {
	state: parseState,
	gpu: oneOf(({gpuId}) => gpuId),
	lane: oneOf(({lane}) => lane),
	node: parseNode,
	model: part(({model}) => model),
	phase: part(({phase}) => phase),
	id: part(({id}) => id),
	block: oneOf(({block}) => block),
	attempt: oneOf(({attempt}) => attempt),
	reason: part(({reason}) => reason),
};

const STATES: {readonly [word: string]: readonly ResultStatus[]} = {
	waiting: ['waiting'],
	postponed: ['postponed'],
	skipped: ['skipped'],
	launching: ['launching'],
	running: ['launching', 'running', 'ended'],
	ended: ['ended'],
	ok: ['ok'],
	succeeded: ['ok'],
	degraded: ['degraded'],
	invalid: ['invalid'],
	failed: ['failed'],
};

/** A word may be half typed: `state:fa`. */
function parseState(value: string): Term {
	const words = value.split(',').filter(Boolean);
	const unknown = words.find((word) => !Object.keys(STATES).some((state) => state.startsWith(word)));
	if (unknown !== undefined) return {problem: `no state ${unknown} (states: ${Object.keys(STATES).join(', ')})`};
	const wanted = new Set(
		Object.entries(STATES).flatMap(([state, statuses]) =>
			words.some((word) => state.startsWith(word)) ? statuses : [],
		),
	);
	return {test: ({status}) => wanted.has(status)};
}

function parseNode(value: string): Term {
	if (value === 'local' || value === 'remote') return {test: ({isLocal}) => isLocal === (value === 'local')};
	return oneOf(({numaNode}) => numaNode)(value);
}
