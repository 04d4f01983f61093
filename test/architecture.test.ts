import assert from 'node:assert/strict';
import {globSync, readdirSync, readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import {
	findBadForm,
	findForeignImports,
	findImpurities,
	LONGEST_FILE,
	listImports,
	listLoadedFiles,
	listLoadedPackages,
	type SourceFile,
} from './rig/architecture-rules.ts';
import {findUnusedExports} from './rig/unused-exports.ts';

const root = new URL('../', import.meta.url);

const readFolder = (folder: string): readonly SourceFile[] =>
	readdirSync(new URL(folder, root), {recursive: true, encoding: 'utf8'})
		.filter((name) => /\.tsx?$/.test(name))
		.map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
		.map((path) => ({path, text: readFileSync(new URL(path, root), 'utf8')}));

type About = {
	readonly scripts: {readonly [name: string]: string};
	readonly dependencies: {readonly [name: string]: string};
};
const about: About = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const source = readFolder('source');
const tests = readFolder('test');
const file = (path: string, text: string): SourceFile => ({path, text});

/** What runs experiments; a screen is loaded beside it only with --foreground, and else in a process of its own. */
const RUNNERS = [
	'source/cli/perform.ts',
	'source/cli/as-runner.ts',
	'source/cli/run-here.ts',
	'source/cli/resume-here.ts',
	'source/cli/main.ts',
];
const SCREEN = ['ink', 'react', 'ink-table', 'asciichart'];
const ONE_FILE_EACH = ['ink-table', 'meow', 'node-nvidia-smi', 'conf', 'asciichart', 'koffi', 'jsonc-parser'];
/** Bundled into a file beside the program, so that nobody installs them. */
const DRAWING = ['vega', 'vega-lite', '@resvg/resvg-wasm', 'pdfkit', 'svg-to-pdfkit', 'fontkit'];
/** Bundled into the program, and loaded by the first file of its format. */
const READING = ['hyparquet'];
const USED_FREELY = ['ink', 'react', 'execa', 'yaml', 'zod'];
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

	test('starts every command without what draws figures, which a report loads once it needs it', () => {
		const commands = source.map(({path}) => path).filter((path) => /^source\/cli\/[\w-]+-command\.ts$/.test(path));
		const loaded = commands.flatMap((path) => [...listLoadedPackages(path, source)]);

		assert.deepEqual(
			[...DRAWING, ...READING].filter((name) => loaded.includes(name)),
			[],
		);
	});

	test('attaches a screen without loading what runs experiments', () => {
		const loaded = [...listLoadedFiles('source/cli/attach-screen.ts', source)];

		assert.ok(loaded.includes('source/tui/show.tsx'));
		assert.deepEqual(
			loaded.filter((path) => path.startsWith('source/engine/') || path === 'source/cli/perform.ts'),
			[],
		);
	});

	test('draws its first screen without loading what checks suites, hashes files or starts programs', () => {
		const before = ['source/cli/main.ts', 'source/cli/pick-command.ts', 'source/tui/show.tsx'];
		const loaded = before.flatMap((entry) => [...listLoadedPackages(entry, source)]);

		assert.ok(loaded.includes('ink'));
		assert.deepEqual(
			loaded.filter((name) => LATER.has(name)),
			[],
		);
	});

	for (const name of [...ONE_FILE_EACH, ...DRAWING, ...READING]) {
		test(`has exactly one file that knows ${name}, so that it can be replaced there`, () => {
			const users = listUsers(name);

			assert.equal(users.length, 1, `it is known by ${users.join(', ') || 'none'}`);
		});
	}

	for (const name of USED_FREELY) {
		test(`uses ${name}, which it asks users to install`, () => {
			assert.notDeepEqual(listUsers(name), []);
		});
	}

	test('asks users to install nothing else', () => {
		assert.deepEqual(Object.keys(about.dependencies).toSorted(), [...ONE_FILE_EACH, ...USED_FREELY].toSorted());
	});

	test('exports nothing that no other file uses', () => {
		const unused = findUnusedExports(source, [...source, ...tests]);

		assert.deepEqual(unused, []);
	});

	test('runs every file of tests in one of its scripts, and none in two', () => {
		const scripts = Object.entries(about.scripts).filter(([name]) => name.startsWith('test:'));
		const run = scripts.flatMap(([, script]) => listRunFiles(script));

		assert.deepEqual(
			run.toSorted(),
			tests
				.map(({path}) => path)
				.filter(isTestFile)
				.toSorted(),
		);
	});
});

/** Test files that a script names by its quoted patterns. */
const listRunFiles = (script: string): readonly string[] =>
	[...script.matchAll(/'([^']+)'/g)].flatMap(([, pattern = '']) =>
		globSync(pattern, {cwd: root}).map((path) => path.replaceAll('\\', '/')),
	);

/** Each takes a tenth of the time until the first frame, or more than all of our own screens. */
const LATER: ReadonlySet<string> = new Set(['zod', 'yaml', 'meow', 'node:crypto', 'node:child_process']);

const isTestFile = (path: string): boolean => /\.test\.tsx?$/.test(path);

const listUsers = (name: string): readonly string[] =>
	source
		.filter(({path, text}) => !path.endsWith('.d.ts') && listImports(text).some(({from}) => from === name))
		.map(({path}) => path);

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

	for (const [text, readers] of [
		['export const a = 1;', []],
		['export type A = 1;', ["import {b} from './a.ts';"]],
		["export {a, type B as C} from './b.ts';", ["import {a} from './a.ts';"]],
		['export function a() {}', ["import {a} from './b.ts';"]],
	] as const) {
		test(`forbid an export that nobody uses: ${text}`, () => {
			const files = readers.map((reader, index) => file(`source/plan/reader${index}.ts`, reader));

			assert.equal(findUnusedExports([file('source/plan/a.ts', text)], files).length, 1);
		});
	}

	for (const reader of [
		"import {type A, a} from './a.ts';",
		"const {A, a} = await import('./a.ts');",
		"export {type A, a} from './a.ts';",
	]) {
		test(`let a file export what another one uses by: ${reader}`, () => {
			const declaring = file('source/plan/a.ts', 'export type A = 1;\nexport async function* a() {}');

			assert.deepEqual(findUnusedExports([declaring], [file('source/plan/b.ts', reader)]), []);
		});
	}

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
