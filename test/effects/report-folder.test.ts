import assert from 'node:assert/strict';
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import type {ReportFile} from '../../source/effects/report-files.ts';
import {checkTarget, writeReportFolder} from '../../source/effects/report-folder.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

async function* yieldFiles(...files: readonly ReportFile[]): AsyncGenerator<ReportFile> {
	yield* files;
}

suite('the folder of a report', () => {
	test('holds the new report and nothing of the old one', async (t) => {
		const target = join(makeTemporaryFolder(t), 'report');
		await writeReportFolder(target, yieldFiles({path: 'figures/old.svg', content: 'old'}), {});
		const files = await writeReportFolder(target, yieldFiles({path: 'report.html', content: 'new'}), {suite: 's'});

		assert.deepEqual(files, ['report.html']);
		assert.deepEqual(readdirSync(target).toSorted(), ['report.html', 'report.json']);
		assert.deepEqual(JSON.parse(readFileSync(join(target, 'report.json'), 'utf8')), {
			suite: 's',
			files: ['report.html'],
		});
		assert.deepEqual(readdirSync(join(target, '..')), ['report']);
	});

	test('stays what it was where the new report could not be made', async (t) => {
		const target = join(makeTemporaryFolder(t), 'report');
		await writeReportFolder(target, yieldFiles({path: 'report.html', content: 'old'}), {});
		async function* breakOff(): AsyncGenerator<ReportFile> {
			yield {path: 'report.html', content: 'new'};
			throw new Error('no more');
		}

		await assert.rejects(writeReportFolder(target, breakOff(), {}), /no more/);
		assert.equal(readFileSync(join(target, 'report.html'), 'utf8'), 'old');
		assert.deepEqual(readdirSync(join(target, '..')), ['report']);
	});

	test('is never a folder with something else in it', (t) => {
		const folder = makeTemporaryFolder(t);
		writeFileSync(join(folder, 'thesis.tex'), '');

		assert.throws(() => checkTarget(folder), /no report of warpdeck, so nothing is written there/);
		assert.throws(() => checkTarget(join(folder, 'thesis.tex')), /no report of warpdeck/);
	});

	test('may be there and empty, or not be there', (t) => {
		const folder = makeTemporaryFolder(t);
		mkdirSync(join(folder, 'empty'));

		checkTarget(join(folder, 'empty'));
		checkTarget(join(folder, 'none'));
	});
});
