import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {createWorkloadFinder} from '../../source/effects/workload-files.ts';
import {refusalOf} from '../rig/suites.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const PARAMETER = {name: 'size', flag: '--size', type: 'int', default: 1};
const describing = (parameters: unknown): string => `print(${JSON.stringify(JSON.stringify({parameters}))})\n`;
const finderOf = (...folders: readonly string[]) =>
	createWorkloadFinder(
		folders.map((folder) => join(folder, 'own.yaml')),
		'python3',
		process.env,
	);

function writeSuite(folder: string): void {
	mkdirSync(join(folder, 'workloads'), {recursive: true});
	writeFileSync(join(folder, 'own.yaml'), '');
}

suite('a workload that is looked up by its name', () => {
	test('is found in workloads beside the suite, with what it describes', (context) => {
		const folder = makeTemporaryFolder(context);
		writeSuite(folder);
		writeFileSync(join(folder, 'workloads/mine.py'), describing([PARAMETER]));

		const {file, parameters} = finderOf(folder)('mine');

		assert.equal(file, join(folder, 'workloads/mine.py'));
		assert.deepEqual(parameters, [{...PARAMETER, choices: []}]);
	});

	test('is found right beside the suite, too', (context) => {
		const folder = makeTemporaryFolder(context);
		writeSuite(folder);
		writeFileSync(join(folder, 'mine.py'), describing([]));

		assert.equal(finderOf(folder)('mine').file, join(folder, 'mine.py'));
	});

	test('is one that warpdeck brings, whose file is known by its name alone', () => {
		const {file, parameters} = finderOf()('transfer');

		assert.equal(file, 'transfer.py');
		assert.ok(parameters.some(({name}) => name === 'size_kib'));
	});

	test('serves only where it says so itself', (context) => {
		const folder = makeTemporaryFolder(context);
		writeSuite(folder);
		writeFileSync(join(folder, 'mine.py'), describing([]));

		assert.equal(finderOf(folder)('mine').serves, false);
		assert.equal(finderOf()('transfer').serves, true);
	});

	test('is none where the file is only imported by others', () => {
		assert.match(refusalOf(() => finderOf()('_workload')).message, /there is no such workload/);
	});

	test('is refused with its own words where it does not describe itself', (context) => {
		const folder = makeTemporaryFolder(context);
		writeSuite(folder);
		writeFileSync(join(folder, 'broken.py'), 'raise SystemExit("no such option")\n');
		writeFileSync(join(folder, 'strange.py'), describing([{...PARAMETER, type: 'number'}]));

		assert.match(refusalOf(() => finderOf(folder)('broken')).message, /no such option/);
		assert.match(refusalOf(() => finderOf(folder)('strange')).message, /parameters\.0\.type/);
	});
});
