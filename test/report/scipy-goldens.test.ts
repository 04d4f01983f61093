import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';

const script = fileURLToPath(new URL('scipy-goldens.py', import.meta.url));
const kept = fileURLToPath(new URL('../../fixtures/statistics/', import.meta.url));

type Numbers = number | string | null | readonly Numbers[] | {readonly [key: string]: Numbers};

/** Paths at which two documents differ by more than the rounding of two versions of scipy. */
function listDifferences(a: Numbers, b: Numbers, path = ''): readonly string[] {
	if (typeof a === 'number' && typeof b === 'number')
		return Math.abs(a - b) <= 1e-12 + 1e-9 * Math.abs(a) ? [] : [`${path}: ${a} and ${b}`];
	if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
		return a === b ? [] : [`${path}: ${a} and ${b}`];
	const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
	const read = (from: object, key: string) => (from as {readonly [key: string]: Numbers})[key] ?? null;
	return [...keys].flatMap((key) => listDifferences(read(a, key), read(b, key), `${path}/${key}`));
}

suite('the golden numbers of scipy', () => {
	test('are what the scipy of this machine computes (apt-get install python3-scipy)', () => {
		const folder = mkdtempSync(join(tmpdir(), 'warpdeck-goldens-'));
		try {
			const {status, stderr} = spawnSync('/usr/bin/python3', [script, folder], {encoding: 'utf8'});
			assert.equal(status, 0, stderr);
			const names = readdirSync(folder).toSorted();
			const read = (from: string, name: string) => JSON.parse(readFileSync(join(from, name), 'utf8')) as Numbers;
			assert.deepEqual(names, readdirSync(kept).toSorted());
			assert.deepEqual(
				names.flatMap((name) => listDifferences(read(kept, name), read(folder, name), name)),
				[],
			);
		} finally {
			rmSync(folder, {recursive: true, force: true});
		}
	});

	test('would differ if one of them were another', () => {
		assert.deepEqual(listDifferences({p: [0.1, 0.25]}, {p: [0.1, 0.26]}, 'a'), ['a/p/1: 0.25 and 0.26']);
		assert.deepEqual(listDifferences({p: 1}, {}, 'a'), ['a/p: 1 and null']);
	});
});
