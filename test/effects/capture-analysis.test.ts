import assert from 'node:assert/strict';
import {chmodSync, copyFileSync, existsSync, readdirSync, truncateSync, utimesSync, writeFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {analyseCaptures} from '../../source/effects/analyse-captures.ts';
import {findCaptures} from '../../source/effects/capture-files.ts';
import type {SideCar} from '../../source/report/profile/capture-metadata.ts';
import {checkout} from '../rig/built-program.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const recorded = (name: string): string => join(checkout, 'fixtures/nsys', `${name}.sqlite`);

/** A folder with a program nsys that does what `script` says; its export copies a recorded capture. */
function makeFolder(context: TestContext, script: string | null) {
	const folder = makeTemporaryFolder(context);
	if (script !== null) {
		writeFileSync(join(folder, 'nsys'), `#!/bin/sh\n${script}\n`);
		chmodSync(join(folder, 'nsys'), 0o755);
	}
	const env = {
		PATH: script === null ? '' : `${folder}${delimiter}${process.env.PATH}`,
		RECORDED: recorded('pipeline_range'),
	};
	return {folder, env};
}

const EXPORT = `
for word in "$@"; do case "$word" in --output=*) target="\${word#--output=}";; esac; done
echo "$@" >> "$(dirname "$target")/asked"
cp "$RECORDED" "$target"`;

const analyseFolder = (folder: string, env: NodeJS.ProcessEnv) =>
	analyseCaptures(findCaptures([folder]), {
		includeWarmUp: false,
		processes: 2,
		program: join(checkout, 'source/cli/main.ts'),
		loader: ['--import=tsx'],
		env,
		onDone: () => {},
	});

const makeOlder = (path: string) => utimesSync(path, 1000, 1000);

suite('a report without a whole database', () => {
	test('is exported beside itself, once', async (context) => {
		const {folder, env} = makeFolder(context, EXPORT);
		writeFileSync(join(folder, 'gpu0_numa2_vit.nsys-rep'), 'report');

		const first = await analyseFolder(folder, env);
		const second = await analyseFolder(folder, {PATH: ''});

		for (const {captures, failures} of [first, second]) {
			assert.deepEqual(failures, []);
			assert.equal(captures[0]?.profile.batches?.count, 20);
			assert.deepEqual([captures[0]?.capture.gpuIndex, captures[0]?.capture.numaNode], [0, 2]);
		}
		assert.deepEqual(readdirSync(folder).toSorted(), [
			'asked',
			'gpu0_numa2_vit.nsys-rep',
			'gpu0_numa2_vit.sqlite',
			'nsys',
		]);
	});

	for (const [what, damage] of [
		['cut off', (path: string) => truncateSync(path, 100_000)],
		['older than the report', makeOlder],
		['left by an export that was killed', (path: string) => writeFileSync(`${path}-journal`, 'x')],
		['no database at all', (path: string) => writeFileSync(path, 'x'.repeat(9000))],
	] as const) {
		test(`is exported again when the one that is there is ${what}`, async (context) => {
			const {folder, env} = makeFolder(context, EXPORT);
			writeFileSync(join(folder, 'a.nsys-rep'), 'report');
			copyFileSync(recorded('three_stream'), join(folder, 'a.sqlite'));
			damage(join(folder, 'a.sqlite'));

			const {captures} = await analyseFolder(folder, env);

			assert.equal(captures[0]?.profile.batches?.count, 20);
			assert.ok(existsSync(join(folder, 'asked')));
		});
	}

	test('says what to type where there is no nsys, and the others go on', async (context) => {
		const {folder, env} = makeFolder(context, null);
		writeFileSync(join(folder, 'a.nsys-rep'), 'report');
		copyFileSync(recorded('three_stream'), join(folder, 'b.sqlite'));

		const {captures, failures, lackingNsys} = await analyseFolder(folder, env);

		assert.equal(captures[0]?.profile.batches?.count, 32);
		assert.equal(lackingNsys, 1);
		assert.match(failures[0]?.problem ?? '', /no database, and there is no nsys here/);
		assert.match(failures[0]?.tryThis ?? '', /nsys export --type=sqlite .*a\.nsys-rep/);
	});

	test('says what nsys said, and leaves nothing half done', async (context) => {
		const {folder, env} = makeFolder(
			context,
			`${EXPORT}\necho 'Section Table Reference magic number mismatch.'\nexit 1`,
		);
		writeFileSync(join(folder, 'a.nsys-rep'), 'report');

		const {failures} = await analyseFolder(folder, env);

		assert.match(failures[0]?.problem ?? '', /ended with 1: Section Table Reference magic number mismatch/);
		assert.deepEqual(readdirSync(folder).toSorted(), ['a.nsys-rep', 'asked', 'nsys']);
	});
});

suite('a folder of captures', () => {
	test('is searched to the bottom, and takes a report and its database for one', (context) => {
		const folder = makeTemporaryFolder(context);
		for (const name of ['a.nsys-rep', 'a.sqlite', 'b.sqlite', 'notes.txt', 'c.77-partial.sqlite']) {
			writeFileSync(join(folder, name), name);
		}

		assert.deepEqual(
			findCaptures([folder, join(folder, 'a.sqlite')]).map(({report, database}) => [
				report !== null,
				database !== null,
			]),
			[
				[true, true],
				[false, true],
			],
		);
	});

	test('has metadata from a side-car rather than from a name', async (context) => {
		const {folder, env} = makeFolder(context, null);
		copyFileSync(recorded('pipeline_range'), join(folder, 'gpu3_numa1_old.sqlite'));
		const sideCar: SideCar = {
			warpdeck_capture: 1,
			run_id: 'gpu0_numa2_vit32x6x512.b2',
			model: 'vit32x6x512',
			gpu: 0,
			numa_node: 2,
			params: {batch_size: 10},
		};
		writeFileSync(join(folder, 'gpu3_numa1_old.json'), JSON.stringify(sideCar));

		const {captures} = await analyseFolder(folder, env);

		assert.deepEqual(captures[0]?.capture, {
			runId: 'gpu0_numa2_vit32x6x512.b2',
			model: 'vit32x6x512',
			gpuIndex: 0,
			numaNode: 2,
			params: {batch_size: 10},
			from: 'side-car',
		});
	});
});
