import assert from 'node:assert/strict';
import {copyFileSync, existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {FEW_SAMPLES, makeWorkplace, requireBuild, runProgram, type Workplace} from '../rig/built-program.ts';
import {lacksTorch} from '../rig/needed-tools.ts';
import {openPty} from '../rig/pty-screen.ts';
import {findRunFolder, readResults} from '../rig/run-files.ts';

const noTorch = await lacksTorch();
const RUN = ['run', 'quick_test', ...FEW_SAMPLES, 'experiment.hardware.binding=auto'] as const;

suite('dist/main.js alone in an empty folder', () => {
	let place: Workplace;
	let program = '';

	before(() => {
		place = makeWorkplace();
		program = join(place.folder, 'main.js');
		copyFileSync(requireBuild(), program);
	});
	after(() => place.remove());

	test('knows its suites and plans them, and writes nothing', async () => {
		const suites = await runProgram(place, ['suites'], {program});
		assert.match(suites.stdout, /^numa_study +48 cells \(48 distinct\)/m);
		assert.match(suites.stdout, /^numa_campaign +campaign of 6 phases, 2056 cells \(1708 distinct\) /m);
		const plan = await runProgram(place, ['plan', 'quick_test', '--json', 'experiment.hardware.device=cpu'], {program});
		assert.equal((JSON.parse(plan.stdout) as {total: number}).total, 3);
		assert.equal(existsSync(join(place.folder, 'outputs')), false);
	});

	test('runs its own workload headless', async () => {
		const {code, stderr} = await runProgram(place, [...RUN, '--headless'], {program});
		assert.equal(code, 0, stderr);
		assert.deepEqual(
			readResults(await findRunFolder(place)).map(({success}) => success),
			[true, true, true],
		);
	});

	test('writes the workload of PyTorch out for the interpreter', {skip: noTorch}, () => {
		const files = readdirSync(join(place.folder, 'cache/warpdeck'), {recursive: true}).map(String);
		assert.ok(
			files.some((file) => file.endsWith('/vit_pipeline.py')),
			files.join(),
		);
	});

	test('draws the dashboard and the tables of the summary', async () => {
		const {folder, env} = place;
		const screen = openPty(process.execPath, [program, ...RUN], {cwd: folder, env, timeoutMs: 60_000});
		await screen.until(/\n {2}CPU /);
		// The tables stand further down than the title, and a frame comes in pieces.
		await screen.until(/SUMMARY quick_test {2}finished[\s\S]* model +device +n +mean/);
		screen.press('q');
		assert.equal((await screen.exited).exitCode, 0);
	});
});
