import assert from 'node:assert/strict';
import {appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {basename, join, relative} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {UserError} from '../../source/domain/errors.ts';
import {createRunFolder, openRunFolder, type RunFolderRequest, readFacts} from '../../source/effects/run-folder.ts';
import {formatLocalIso, reduceName} from '../../source/effects/run-path.ts';
import type {FactEvent} from '../../source/journal/event.ts';
import {encodeFact} from '../../source/journal/format.ts';
import {createFakeClock} from '../rig/fake-clock.ts';
import {cell, opened, planned, ran, stamp} from '../rig/story.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const startedAt = new Date(2026, 10, 21, 14, 30, 5);
const events = stamp([
	opened({output: {logsDir: 'my_logs', resultsFile: 'results.json'}}),
	planned([cell()]),
	...ran(cell().runId),
]) as readonly FactEvent[];
const facts = events.map(encodeFact);

const request = (context: TestContext, changes: Partial<RunFolderRequest> = {}): RunFolderRequest => ({
	baseDir: makeTemporaryFolder(context),
	name: 'quick_test',
	multirun: false,
	startedAt,
	clock: createFakeClock(),
	warpdeck: '0.1.0',
	...changes,
});

suite("a run's folder", () => {
	test('is named by suite, day and time, is private, and holds its folders and a lock', async (context) => {
		const wanted = request(context);
		const {path, store} = await createRunFolder(wanted);

		assert.equal(relative(wanted.baseDir, path), 'quick_test/2026-11-21/14-30-05');
		assert.equal(statSync(path).mode & 0o777, 0o700);
		assert.deepEqual(readdirSync(path).sort(), [
			'.exit',
			'.hydra',
			'journal.jsonl',
			'logs',
			'results',
			'run.lock',
			'samples',
		]);
		await store.close();
		assert.equal(existsSync(join(path, 'run.lock')), false);
	});

	test('of a sweep lies under the name with _multirun', async (context) => {
		const wanted = request(context, {multirun: true});
		const {path, store} = await createRunFolder(wanted);

		assert.match(relative(wanted.baseDir, path), /^quick_test_multirun\//);
		await store.close();
	});

	test('is never shared by runs that start in the same second', async (context) => {
		const wanted = request(context);
		const made = await Promise.all(Array.from({length: 12}, () => createRunFolder(wanted)));

		const names = made.map(({path}) => basename(path)).sort();
		assert.equal(new Set(names).size, 12);
		assert.ok(names.includes('14-30-05') && names.includes('14-30-05-2') && names.includes('14-30-05-12'));
		for (const {store} of made) await store.close();
	});

	for (const [written, name] of [
		['numa study/µ', 'numa_study_'],
		['../../etc', '.._.._etc'],
		['..', 'run'],
		['', 'run'],
		['/', 'run'],
		['a'.repeat(300), 'a'.repeat(100)],
	] as const) {
		test(`turns the name ${JSON.stringify(written.slice(0, 20))} into one that stays where it belongs`, () => {
			assert.equal(reduceName(written, 'run'), name);
		});
	}

	test('keeps its logs inside, whatever output.logs_dir says', async (context) => {
		const wanted = request(context, {logsDir: '../../elsewhere'});
		const {path, logsDir, store} = await createRunFolder(wanted);

		assert.equal(logsDir, '.._.._elsewhere');
		assert.ok(statSync(join(path, logsDir)).isDirectory());
		assert.ok(store.attemptFiles('a', 1).stdout.startsWith(`${path}/`));
		await store.close();
	});

	test("does not give the logs the name of one of warpdeck's files", async (context) => {
		await assert.rejects(createRunFolder(request(context, {logsDir: 'journal.jsonl'})), (error: UserError) => {
			assert.match(error.message, /output\.logs_dir=journal\.jsonl/);
			assert.deepEqual(error.tryThis, ['output.logs_dir=logs']);
			return true;
		});
	});

	test('that cannot be made is refused with the reason and the setting to change', async (context) => {
		const wanted = request(context);
		writeFileSync(join(wanted.baseDir, 'file'), '');

		await assert.rejects(createRunFolder({...wanted, baseDir: join(wanted.baseDir, 'file')}), (error: UserError) => {
			assert.ok(error instanceof UserError);
			assert.match(error.message, /a part of the path is a file/);
			assert.match(error.tryThis[0], /output\.base_dir=/);
			assert.equal(error.exitCode, 3);
			return true;
		});
	});
});

suite('a run that is taken up again', () => {
	const fill = async (context: TestContext): Promise<{path: string; clock: RunFolderRequest}> => {
		const wanted = request(context, {logsDir: 'my logs'});
		const {path, store} = await createRunFolder(wanted);
		await store.appendFacts(facts.join(''));
		await store.close();
		return {path, clock: wanted};
	};

	test('gives its facts back, and goes on in the same folder of logs', async (context) => {
		const {path, clock} = await fill(context);
		const again = await openRunFolder(path, clock);

		assert.deepEqual(again.facts, events);
		assert.deepEqual([again.droppedBytes, again.logsDir], [0, 'my_logs']);
		await again.store.close();
	});

	test('loses the torn end of its journal and appends behind the last whole fact', async (context) => {
		const {path, clock} = await fill(context);
		const torn = facts[5]?.slice(0, 40) ?? '';
		appendFileSync(join(path, 'journal.jsonl'), torn);

		const again = await openRunFolder(path, clock);
		await again.store.appendFacts(encodeFact({type: 'noted', level: 'info', message: 'on', seq: 7, at: 7}));
		await again.store.close();

		assert.equal(again.droppedBytes, 40);
		const {state, damageCount, tornBytes} = readFacts(path);
		assert.deepEqual([state.length, damageCount, tornBytes], [7, 0, 0]);
	});

	test('is refused while its runner lives, and its files stay as they are', async (context) => {
		const wanted = request(context);
		const {path, store} = await createRunFolder(wanted);
		appendFileSync(join(path, 'journal.jsonl'), 'half a li');

		await assert.rejects(openRunFolder(path, wanted), /belongs to warpdeck process/);

		assert.equal(readFileSync(join(path, 'journal.jsonl'), 'utf8'), 'half a li');
		await store.close();
	});

	test('without a journal is refused, and the lock is given back', async (context) => {
		const wanted = request(context);
		const folder = join(wanted.baseDir, 'empty');
		mkdirSync(folder);

		await assert.rejects(openRunFolder(folder, wanted), /journal in .* could not be read: it is not there/);

		assert.deepEqual(readdirSync(folder), []);
	});
});

suite('a time in the log', () => {
	test('is local, has its offset, and is the very moment', () => {
		const written = formatLocalIso(new Date(2026, 0, 2, 3, 4, 5, 6));

		assert.match(written, /^2026-01-02T03:04:05\.006[+-]\d\d:\d\d$/);
		assert.equal(new Date(written).getTime(), new Date(2026, 0, 2, 3, 4, 5, 6).getTime());
	});
});
