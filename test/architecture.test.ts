import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import {
	findBadForm,
	findForeignImports,
	findImpurities,
	LONGEST_FILE,
	listImports,
	listLoadedPackages,
	type SourceFile,
} from './rig/architecture-rules.ts';

const root = new URL('../', import.meta.url);

const readFolder = (folder: string): readonly SourceFile[] =>
	readdirSync(new URL(folder, root), {recursive: true, encoding: 'utf8'})
		.filter((name) => /\.tsx?$/.test(name))
		.map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
		.map((path) => ({path, text: readFileSync(new URL(path, root), 'utf8')}));

const source = readFolder('source');
const tests = readFolder('test');
const file = (path: string, text: string): SourceFile => ({path, text});

/** What runs experiments; a screen is loaded beside it, only where there is one. */
const RUNNERS = [
	'source/cli/perform.ts',
	'source/cli/run-command.ts',
	'source/cli/resume-command.ts',
	'source/cli/main.ts',
];
const SCREEN = ['ink', 'react', 'ink-table', 'asciichart'];

suite('the house', () => {
	test('has its arrows of import: domain <- journal <- plan, report <- engine <- effects, and nothing runs against them', () => {
		assert.deepEqual(source.flatMap(findForeignImports), []);
	});

	test('keeps time, chance and the world out of the pure folders', () => {
		assert.deepEqual(source.flatMap(findImpurities), []);
	});

	test(`has no file of more than ${LONGEST_FILE} lines, none with an empty name, and named exports only`, () => {
		assert.deepEqual([...source, ...tests].flatMap(findBadForm), []);
	});

	for (const runner of RUNNERS) {
		test(`starts ${runner} without a screen, so that a runner stays small`, () => {
			const loaded = listLoadedPackages(runner, source);

			assert.deepEqual(
				SCREEN.filter((name) => loaded.has(name)),
				[],
			);
		});
	}

	for (const name of ['ink-table', 'meow', 'execa', 'node-nvidia-smi', 'conf', 'asciichart']) {
		test(`has at most one file that knows ${name}`, () => {
			const users = source.filter(({text}) => listImports(text).some(({from}) => from === name));

			assert.ok(users.length <= 1, users.map(({path}) => path).join(', '));
		});
	}
});

suite('the rules of the house', () => {
	for (const [path, text] of [
		['source/domain/a.ts', "import {reduce} from '../journal/reduce.ts';"],
		['source/domain/a.ts', "import type {Fact} from '../journal/event.ts';"],
		['source/domain/a.ts', "import {readFileSync} from 'node:fs';"],
		['source/domain/a.ts', "import {parse} from 'yaml';"],
		['source/journal/a.ts', "import {z} from 'zod';"],
		['source/journal/a.ts', "import {decide} from '../plan/decide.ts';"],
		['source/plan/a.ts', "import {summarize} from '../report/summarize.ts';"],
		['source/report/a.ts', "import {decide} from '../plan/decide.ts';"],
		['source/report/a.ts', "export * from '../engine/ports.ts';"],
		['source/engine/a.ts', "import {createClock} from '../effects/clock.ts';"],
		['source/effects/a.ts', "import {App} from '../tui/app.tsx';"],
		['source/tui/a.tsx', "import type {Clock} from '../engine/ports.ts';"],
		['source/tui/parts/a.ts', "const load = () => import('../../effects/clock.ts');"],
		['source/workload/a.ts', "import {crc32} from '../journal/crc.ts';"],
		['source/workload/a.ts', "import {z} from 'zod';"],
		['source/plan/a.ts', "import {\n\ttype A,\n\tb,\n} from '../cli/main.ts';"],
	] as const) {
		test(`forbid ${path} to say: ${text.replaceAll(/\s+/g, ' ')}`, () => {
			assert.equal(findForeignImports(file(path, text)).length, 1);
		});
	}

	for (const [path, text] of [
		['source/domain/a.ts', "import {z} from 'zod';"],
		['source/plan/a.ts', "import type {RunState} from '../journal/state.ts';"],
		['source/engine/a.ts', "import {decide} from '../plan/decide.ts';"],
		['source/cli/a.ts', "import {createClock} from '../effects/clock.ts';"],
		['source/workload/a.ts', "import {UserError} from '../domain/errors.ts';"],
		['source/cli/a.ts', "import about from '../../package.json' with {type: 'json'};"],
		['source/domain/a.ts', "// import {x} from '../cli/main.ts';"],
	] as const) {
		test(`let ${path} say: ${text}`, () => {
			assert.deepEqual(findForeignImports(file(path, text)), []);
		});
	}

	for (const text of [
		'const at = Date.now();',
		'const at = new Date(0);',
		'const home = process.env.HOME;',
		'setTimeout(call, 10);',
		'const timer = setInterval(call, 10);',
		'const at = performance.now();',
		'const seed = Math.random();',
		'const id = crypto.randomUUID();',
		['const text = `', '{Date.now()}`;'].join('$'),
	]) {
		test(`forbid a pure file to say: ${text}`, () => {
			assert.equal(findImpurities(file('source/report/a.ts', text)).length, 1);
			assert.deepEqual(findImpurities(file('source/effects/a.ts', text)), []);
		});
	}

	for (const text of [
		'// Date.now() has no place here',
		"const label = 'Date';",
		'const {process} = stage;',
		'const at = event.performance;',
	]) {
		test(`let a pure file say: ${text}`, () => {
			assert.deepEqual(findImpurities(file('source/report/a.ts', text)), []);
		});
	}

	for (const [path, text] of [
		['source/plan/a.ts', 'x;\n'.repeat(LONGEST_FILE + 1)],
		['source/plan/string-utils.ts', ''],
		['test/rig/helper.ts', ''],
		['source/tui/LaneManager.tsx', ''],
		['source/plan/a.ts', 'export default 1;'],
		['source/plan/a.ts', 'export {run as default};'],
	] as const) {
		test(`forbid a file ${path} that begins with ${JSON.stringify(text.slice(0, 16))}`, () => {
			assert.equal(findBadForm(file(path, text)).length, 1);
		});
	}

	test('let a file have as many lines as the limit says', () => {
		assert.deepEqual(findBadForm(file('source/plan/a.ts', 'x;\n'.repeat(LONGEST_FILE))), []);
	});

	test('follow static imports to the packages behind them, not types and not what is loaded later', () => {
		const files = [
			file('source/cli/a.ts', "import {b} from './b.ts';\nimport type {C} from './c.ts';\nconst d = import('./d.ts');"),
			file('source/cli/b.ts', "export {e} from '../tui/e.tsx';"),
			file('source/cli/c.ts', "import 'meow';"),
			file('source/cli/d.ts', "import 'yaml';"),
			file('source/tui/e.tsx', "import {Box} from 'ink';"),
		];

		assert.deepEqual([...listLoadedPackages('source/cli/a.ts', files)], ['ink']);
	});
});
