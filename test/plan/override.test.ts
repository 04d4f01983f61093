import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import {parseOverride} from '../../source/plan/override.ts';

type RecordedCase = {readonly in: string; readonly [field: string]: unknown};

const recorded: readonly RecordedCase[] = readFileSync(
	new URL('../../fixtures/hydra-overrides/cases.jsonl', import.meta.url),
	'utf8',
)
	.split('\n')
	.filter((line) => line !== '')
	.map((line) => JSON.parse(line));

const failures = ['error', 'crash', 'sweepError', 'canonicalError'];

const unsupported = /\b(interval|glob|tag|json_str|extend_list) *\(/;

suite('an override', () => {
	test('is read as the real Hydra read it, in every recorded case', (t) => {
		const wrong = recorded.filter((expected) => !agrees(expected)).map((expected) => expected.in);
		t.diagnostic(`${recorded.length - wrong.length} of ${recorded.length} recorded cases`);
		assert.deepEqual(wrong, []);
		assert.equal(recorded.length, 270);
	});

	test('that is refused says why, in which column, and what to write instead', () => {
		for (const {in: text} of recorded) {
			const parsed = parseOverride(text);
			if (!('error' in parsed)) continue;
			assert.ok(parsed.error.length > 0 && parsed.hint.length > 0, text);
			assert.ok(parsed.column >= 1 && parsed.column <= [...text].length + 1, text);
		}
	});

	test('whose value is written out reads back from its canonical form unchanged', () => {
		for (const {in: text, canonical} of recorded) {
			if (typeof canonical !== 'string' || /[$(]/.test(text)) continue;
			const again = parseOverride(`k=${canonical}`);
			assert.equal('canonical' in again ? again.canonical : again, canonical, text);
		}
	});
});

/** Hydra's own failures and the functions that make no sense here are errors; all else has to be equal field by field. */
function agrees(expected: RecordedCase): boolean {
	const parsed: {readonly [field: string]: unknown} = parseOverride(expected.in);
	if (failures.some((field) => field in expected) || unsupported.test(expected.in)) return 'error' in parsed;
	const compared = Object.fromEntries(Object.keys(expected).map((field) => [field, parsed[field]]));
	return isEqual(compared, expected);
}

function isEqual(actual: unknown, expected: unknown): boolean {
	try {
		assert.deepEqual(actual, expected);
		return true;
	} catch {
		return false;
	}
}
