import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {readSuites} from '../../source/effects/suite-files.ts';
import {listSuiteNames} from '../../source/effects/suite-names.ts';
import {createWorkloadFinder} from '../../source/effects/workload-files.ts';
import {compose} from '../../source/plan/compose.ts';
import {refusalOf} from '../rig/suites.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const BROKEN = 'experiment:\n  name: broken\n  test: {batch_size: 3\n  hardware: 4\n';

const FAULTS: readonly (readonly [what: string, text: string, says: RegExp])[] = [
	['a bracket that nobody closes', BROKEN, /broken\.yaml is no suite: [^\n]+ \(line \d+, column \d+\)\.$/],
	['a list', '- a\n- b\n', /broken\.yaml is no suite: it is not a dictionary of keys\.$/],
	['nothing', '', /it is not a dictionary of keys\.$/],
	['a reference to itself', 'a: &a [*a]\n', /is no suite: a reference holds itself\.$/],
	['a reference to nothing', 'a: *nowhere\n', /broken\.yaml is no suite: [^\n]*nowhere/],
];

suite('a suite in JSON', () => {
	test('may have comments and a comma too many, and is listed like any other', async (context) => {
		const folder = makeTemporaryFolder(context);
		writeFileSync(join(folder, 'own.jsonc'), '{\n  // mine\n  "experiment": {"name": "own"},\n}\n');

		const suites = await readSuites([folder]);

		assert.deepEqual(suites.find(({name}) => name === 'own')?.config, {experiment: {name: 'own'}});
		assert.ok(listSuiteNames([folder]).includes('own'));
	});

	test('is refused with line and column where it is none', async (context) => {
		const folder = makeTemporaryFolder(context);
		writeFileSync(join(folder, 'own.json'), '{\n  "experiment" {}\n}');

		const own = (await readSuites([folder])).find(({name}) => name === 'own');

		assert.match(own?.problem?.message ?? '', /own\.json is no suite: a colon is missing .* \(line 2, column 16\)\.$/);
	});

	test('beside one of its name in YAML is refused, and so is that', async (context) => {
		const folder = makeTemporaryFolder(context);
		writeFileSync(join(folder, 'own.json'), '{"experiment": {"name": "own"}}');
		writeFileSync(join(folder, 'own.yaml'), 'experiment: {name: own}');

		const own = (await readSuites([folder])).find(({name}) => name === 'own');

		assert.match(own?.problem?.message ?? '', /own\.yaml is no suite: own\.json beside it has the same name\.$/);
	});
});

suite('a file of suites with a fault', () => {
	for (const [what, text, says] of FAULTS) {
		test(`is listed with it on one line, and refused when it is chosen: ${what}`, async (context) => {
			const folder = makeTemporaryFolder(context);
			writeFileSync(join(folder, 'broken.yaml'), text);

			const suites = await readSuites([folder]);

			const broken = suites.find(({name}) => name === 'broken');
			assert.match(broken?.problem?.message ?? '', says);
			assert.doesNotMatch(broken?.problem?.message ?? '', /\n/);
			const {message} = refusalOf(() => choose('broken', suites));
			assert.equal(message, broken?.problem?.message);
		});
	}

	test('that cannot be read at all leaves the other suites as they are', async (context) => {
		const folder = makeTemporaryFolder(context);
		mkdirSync(join(folder, 'folder.yaml'));
		writeFileSync(join(folder, 'broken.yaml'), BROKEN);

		const suites = await readSuites([folder]);

		assert.equal(choose('quick_test', suites).jobs.length, 1);
		assert.ok(suites.find(({name}) => name === 'folder')?.problem);
	});
});

const findWorkload = createWorkloadFinder([], 'python3', process.env);

const choose = (name: string, suites: Awaited<ReturnType<typeof readSuites>>) =>
	compose({
		overrides: [`experiment=${name}`],
		multirun: false,
		suites,
		defaultSuite: 'numa_study',
		seed: 0,
		env: {},
		findWorkload,
	});
