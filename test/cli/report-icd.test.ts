import assert from 'node:assert/strict';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {reportIcd} from '../../source/cli/report-icd.ts';
import {createClock} from '../../source/effects/clock.ts';
import {writeImportedRun} from '../../source/effects/import-run.ts';
import {listImportFacts} from '../../source/report/foreign/import-facts.ts';
import {readForeign} from '../../source/report/foreign/read-foreign.ts';
import type {IcdStatistics, Refused} from '../../source/report/icd/icd-statistics.ts';
import {readFixture} from '../rig/foreign.ts';

const refuse = (): Refused => ({kind: 'refused', reason: 'not asked here'});
const statistics: IcdStatistics = {computePooledD: refuse, computePairedD: refuse, mediate: refuse};

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

	test('are written as a tree, with the samples that the run kept, and their figures are drawn where somebody can', async () => {
		const drawn: string[] = [];
		const draw = async ({figures}: {readonly figures: readonly {readonly path: string; readonly table: unknown}[]}) => {
			drawn.push(...figures.flatMap(({path, table}) => (table === null ? [] : [path])));
		};

		assert.equal(await reportIcd({statistics, draw}, run, target()), 0);
		const path = join(target(), 'experiments/table1/mamba/linear/run_1/metrics.json');
		assert.equal(JSON.parse(readFileSync(path, 'utf8')).latency_ms.samples.length, 30);
		assert.ok(existsSync(join(target(), 'experiments/ABOUT.txt')));
		assert.ok(drawn.includes('experiments/figures/latency_distributions.png'));
	});

	test('are not mixed into a folder that has something', async () => {
		await assert.rejects(reportIcd({statistics}, run, target()), /is not empty/);
	});
});
