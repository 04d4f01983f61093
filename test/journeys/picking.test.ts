import assert from 'node:assert/strict';
import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {FEW_SAMPLES, makeWorkplace, openProgram, runProgram, type Workplace} from '../rig/built-program.ts';
import {findRunFolder, readResults} from '../rig/run-files.ts';

const OVERRIDES = [...FEW_SAMPLES, 'experiment.hardware.binding=off', 'experiment.hardware.device=cpu'] as const;
const SIZE = {columns: 120, rows: 40};

suite('warpdeck without arguments on a terminal', () => {
	let place: Workplace;

	before(() => {
		place = makeWorkplace();
	});
	after(() => place.remove());

	test('lets a person pick quick_test, type overrides, watch it and read its summary', async () => {
		const screen = openProgram(place, [], SIZE);
		await screen.until(/pick a suite[\s\S]*numa_study/);
		await screen.until(/▸ quick_test +3 +3 +3[\s\S]*what will run: 3 cells/);
		screen.press(`o${OVERRIDES.join(' ')}`);
		await screen.until(/experiment\.hardware\.device=cpu▏/);
		screen.press('\r');
		await screen.until(/3 executions[\s\S]*time not known[\s\S]*\$ warpdeck run quick_test[\s\S]*Enter start/);
		screen.press('\r');
		await screen.until(/quick_test[\s\S]*running[\s\S]*\n {2}CPU /);
		await screen.until(/SUMMARY quick_test {2}finished/);
		screen.press('q');
		const {exitCode} = await screen.exited;

		assert.equal(exitCode, 0);
		assert.ok(!screen.isAlternate() && screen.isCursorShown());
		assert.match(screen.text(), /^warpdeck run quick_test experiment\.test\.num_samples=20 /);
		assert.deepEqual(
			readResults(await findRunFolder(place)).map(({success}) => success),
			[true, true, true],
		);
	});

	test('knows from then on how long that takes', async () => {
		const screen = openProgram(place, [], SIZE);
		await screen.until(/\$ warpdeck run quick_test/);
		screen.press(`o${OVERRIDES.join(' ')}\r`);
		await screen.until(/time \d+ s {2}1 lane/);
		screen.press('q');
		await screen.exited;

		assert.match(screen.text(), /^not started: warpdeck run quick_test experiment\.test\.num_samples=20 /);
	});

	test('names a suite that cannot be read, with its fault, and goes on with the others', async () => {
		mkdirSync(join(place.folder, 'mine'), {recursive: true});
		writeFileSync(join(place.folder, 'mine/broken.yaml'), 'experiment: {name: broken\n');
		const screen = openProgram(place, ['--suites', 'mine'], SIZE);
		await screen.until(/broken +faulty: [\s\S]*\$ warpdeck run --suites mine quick_test/);
		await screen.until(/compile_study +18 +18 +\d+ /);
		screen.press('q');

		assert.equal((await screen.exited).exitCode, 0);
	});

	test('says on the first screen that a folder of suites cannot be read', async () => {
		const screen = openProgram(place, ['--suites', 'nowhere'], SIZE);
		const {exitCode} = await screen.exited;

		assert.equal(exitCode, 2);
		assert.ok(!screen.isAlternate());
		assert.match(screen.text(), /The folder of suites nowhere cannot be read[\s\S]*try: --suites FOLDER/);
	});

	test('gives the terminal back when it is ended from outside', async () => {
		const screen = openProgram(place, [], SIZE);
		await screen.until(/pick a suite[\s\S]*\$ warpdeck run quick_test/);
		screen.kill('SIGTERM');
		await screen.exited;

		assert.ok(!screen.isAlternate() && screen.isCursorShown());
	});

	test('prints its help where there is no terminal, and writes nothing', async () => {
		const other = makeWorkplace();
		const {code, stdout} = await runProgram(other, []);

		assert.equal(code, 0);
		assert.match(stdout, /warpdeck plan \[override…\]/);
		assert.equal(existsSync(join(other.folder, 'outputs')), false);
		other.remove();
	});
});
