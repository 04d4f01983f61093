import assert from 'node:assert/strict';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {reportIcd} from '../../source/cli/report-icd.ts';
import {createClock} from '../../source/effects/clock.ts';
import {writeImportedRun} from '../../source/effects/import-run.ts';
import {listImportFacts} from '../../source/report/foreign/import-facts.ts';
import {readForeign} from '../../source/report/foreign/read-foreign.ts';
import {readFixture} from '../rig/foreign.ts';

suite("the A100 guide's files of a run on disk", () => {
	let base = '';
	let run = '';
	const target = () => join(base, 'guide');

	before(async () => {
		base = mkdtempSync(join(tmpdir(), 'warpdeck-test-'));
		const [foreign] = readForeign(readFixture('icd')).runs;
		assert.ok(foreign);
		const origin = {warpdeck: '0', token: 't', folder: '/x', originals: [], problems: []};
		run = await writeImportedRun({
			...{imported: listImportFacts(foreign, origin), readText: () => '', baseDir: base, name: 'icd'},
			...{clock: createClock(), warpdeck: '0'},
		});
	});
	after(() => rmSync(base, {recursive: true, force: true}));

	test('are written as a tree, with the samples that the run kept and its figures drawn, and replaced by a later one', async () => {
		for (let times = 0; times < 2; times++) assert.equal(await reportIcd(run, target()), 0);

		const path = join(target(), 'experiments/table1/mamba/linear/run_1/metrics.json');
		assert.equal(JSON.parse(readFileSync(path, 'utf8')).latency_ms.samples.length, 30);
		assert.ok(existsSync(join(target(), 'experiments/ABOUT.txt')));
		const picture = readFileSync(join(target(), 'experiments/figures/latency_distributions.png'));
		assert.equal(picture.toString('latin1', 1, 4), 'PNG');
	});

	test('are not written over something that is no report', async () => {
		const other = join(base, 'other');
		mkdirSync(other);
		writeFileSync(join(other, 'thesis.txt'), '');

		await assert.rejects(reportIcd(run, other), /is no report of warpdeck/);
	});
});
