import assert from 'node:assert/strict';
import {copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {checkout, makeWorkplace, requireBuild, runProgram, type Workplace} from '../rig/built-program.ts';
import {openPty} from '../rig/pty-screen.ts';
import {readJson} from '../rig/run-files.ts';

const RECORDED = join(checkout, 'fixtures/journals/v1-quick-test-h200');

suite('the report of a run that was recorded on an H200', () => {
	let place: Workplace;
	let run = '';
	let alone = '';

	before(() => {
		place = makeWorkplace();
		run = join(place.folder, 'h200');
		alone = join(place.folder, 'alone');
		for (const folder of [run, alone]) mkdirSync(folder);
		copyFileSync(`${RECORDED}.jsonl`, join(run, 'journal.jsonl'));
		copyFileSync(`${RECORDED}.telemetry.jsonl`, join(run, 'telemetry.jsonl'));
		copyFileSync(requireBuild(), join(alone, 'main.js'));
	});
	after(() => place.remove());

	test('is a page, figures in three formats and tables in three, and says where they are and what is not drawn', async () => {
		const {code, stdout, stderr} = await runProgram(place, ['report', run]);

		assert.equal(code, 0, stderr);
		assert.match(stdout, /^not drawn: NUMA penalties with 95 % intervals: Not measurable here/m);
		assert.match(stdout, /h200\/report\/report\.html\n$/);
		const figures = readdirSync(join(run, 'report/figures')).toSorted();
		const names = ['latency', 'scaling', 'success', 'throughput', 'timeline'];
		assert.deepEqual(
			figures,
			names.flatMap((name) => [`${name}.pdf`, `${name}.png`, `${name}.svg`]),
		);
		for (const ending of ['csv', 'md', 'tex']) assert.ok(existsSync(join(run, `report/tables/cells.${ending}`)));
		assert.equal(readJson<{files: string[]}>(run, 'report/report.json').files.includes('report.html'), true);
	});

	test('has a page that loads nothing, with the figures in it', () => {
		const page = readFileSync(join(run, 'report/report.html'), 'utf8');

		assert.equal(page.match(/<svg /g)?.length, 5);
		assert.doesNotMatch(page, /https?:|<script/);
		assert.match(page, /NVIDIA H200/);
		assert.doesNotMatch(page, /class="mark"/);
	});

	test('is only what --format names, in the folder that --out names', async () => {
		const out = join(place.folder, 'tables-only');
		const {code, stderr} = await runProgram(place, ['report', run, '--out', out, '--format', 'csv']);

		assert.equal(code, 0, stderr);
		assert.deepEqual(readdirSync(out).toSorted(), ['report.json', 'tables']);
	});

	test('is refused in a format that there is not, with the nearest one', async () => {
		const {code, stderr} = await runProgram(place, ['report', run, '--format', 'htm']);

		assert.equal(code, 2);
		assert.match(stderr, /no format "htm"[\s\S]*--format html/);
	});

	test('is refused where main.js is alone, with what to do, and tables are written there all the same', async () => {
		const program = join(alone, 'main.js');
		const {code, stderr} = await runProgram(place, ['report', run], {program});
		assert.equal(code, 3);
		assert.match(stderr, /dist\/drawing\.js[\s\S]*--format csv,md,tex/);

		const tables = await runProgram(place, ['report', run, '--format', 'md', '--out', join(alone, 'out')], {program});
		assert.equal(tables.code, 0, tables.stderr);
	});

	test('is written by E on the summary, which says where it is', async () => {
		const {folder, env} = place;
		const args = [requireBuild(), 'replay', run, '--speed', 'Infinity'];
		const screen = openPty(process.execPath, args, {cwd: folder, env, timeoutMs: 60_000});
		await screen.until(/SUMMARY quick_test/);
		screen.press('E');
		await screen.until(/report: h200\/report\/report\.html/);
		screen.press('q');
		assert.equal((await screen.exited).exitCode, 0);
	});
});
