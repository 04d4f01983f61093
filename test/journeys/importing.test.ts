import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {cpSync, globSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {type Ended, makeWorkplace, runProgram, type Workplace} from '../rig/built-program.ts';

const originals = fileURLToPath(new URL('../../fixtures/foreign/hydra-runner/numa_locality_study', import.meta.url));

suite('results of another program, imported', () => {
	let place: Workplace;
	let ended: Ended;
	let folder = '';
	let untouched = '';

	/** Content and times of everything that was imported. */
	const describeOriginals = (): string => {
		const names = readdirSync(folder, {recursive: true}).map(String).toSorted();
		const files = names.filter((name) => statSync(join(folder, name)).isFile());
		return JSON.stringify(files.map((name) => [name, hash(join(folder, name)), statSync(join(folder, name)).mtimeMs]));
	};
	const ask = async (...args: readonly string[]) => {
		const {code, stdout, stderr} = await runProgram(place, args);
		assert.equal(code, 0, stderr);
		return stdout;
	};

	before(async () => {
		place = makeWorkplace();
		folder = join(place.folder, 'theirs');
		cpSync(originals, folder, {recursive: true});
		untouched = describeOriginals();
		ended = await runProgram(place, ['import', 'theirs']);
	});
	after(() => place.remove());

	test('are a run of their own, under a folder of their own', () => {
		assert.equal(ended.code, 0, ended.stderr);
		assert.match(ended.stdout, /^outputs\/imported\/numa_locality_study\/[\d-]+\/[\d-]+: 4 results\n {2}FOREIGN/);
	});

	test('have a summary that begins and ends with what they cannot support', async () => {
		const text = (await ask('summary')).trim();

		assert.match(text, /^FOREIGN \(hydra-runner\), not measured by warpdeck: one run a cell/);
		assert.match(text.split('\n\n').at(-1) ?? '', /^FOREIGN/);
		assert.match(text, /Succeeded: 2 of 4 cells planned/);
		assert.match(text, /its summary counts 6/);
	});

	test('are marked by every other command', async () => {
		assert.match(await ask('list'), /numa_locality_study\/.* FOREIGN, finished {2}ok 2 {2}failed 2/);
		assert.match(await ask('status', '--json'), /"state": "FOREIGN, finished"/);
		assert.match(await ask('summary', '--csv'), /,hydra-runner\n/);
		assert.match(await ask('summary', '--json'), /"foreign": \{\s+"kind": "hydra-runner"/);
		assert.match(await ask('replay', '--headless', '--speed', 'Infinity'), /FOREIGN \(hydra-runner\)/);
	});

	test('cannot be resumed', async () => {
		const {code, stderr} = await runProgram(place, ['resume']);

		assert.equal(code, 2);
		assert.match(stderr, /is imported: warpdeck did not run it/);
	});

	test('have the hashes of what was read in their journal, and their logs beside it', () => {
		const [run = ''] = globSync('outputs/imported/*/*/*', {cwd: place.folder});
		const journal = readFileSync(join(place.folder, run, 'journal.jsonl'), 'utf8');
		const name = readdirSync(folder, {recursive: true})
			.map(String)
			.find((one) => one.endsWith('results.json'));

		assert.ok(journal.includes(hash(join(folder, name ?? ''))));
		assert.match(
			readFileSync(join(place.folder, run, 'logs/gpu0_numa0_vit32x6x512.stdout'), 'utf8'),
			/Test Samples: 1000/,
		);
	});

	test('are as they were where they came from', () => assert.equal(describeOriginals(), untouched));
});

const hash = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
