import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

suite('a bundle of one file in an empty folder', () => {
	let folder = '';
	const run = (...args: readonly string[]) =>
		execFileSync(process.execPath, ['bundle.mjs', ...args], {cwd: folder, encoding: 'utf8'});

	before(() => {
		folder = mkdtempSync(join(tmpdir(), 'warpdeck-bundle-'));
		const entry = 'test/tui/bundle-entry.ts';
		execFileSync(process.execPath, ['bin/build.mjs', entry, join(folder, 'bundle.mjs')], {cwd: root});
	});
	after(() => rmSync(folder, {recursive: true, force: true}));

	test('evaluates no Ink while it draws nothing', () => {
		assert.match(run(), /ink evaluated: false/);
	});

	test('draws a table of ink-table by the same Ink, and has evaluated it then', () => {
		const printed = run('draw');

		assert.match(printed, /^ model {8}mean$/m);
		assert.match(printed, /^ vit32x2x256 {2}71\.5$/m);
		assert.match(printed, /ink evaluated: true/);
	});

	test('carries the suites and their workloads', () => {
		assert.match(run(), /embedded: .*suites\/numa_study\.yaml/);
	});
});
