import assert from 'node:assert/strict';
import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import type {UserError} from '../../source/domain/errors.ts';
import {createRunStore} from '../../source/effects/run-store.ts';
import {createFakeClock} from '../rig/fake-clock.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';
import {until} from '../rig/until.ts';

async function openStore(context: TestContext) {
	const path = makeTemporaryFolder(context);
	for (const name of ['logs', 'samples', 'results']) mkdirSync(join(path, name));
	writeFileSync(join(path, 'journal.jsonl'), '');
	const clock = createFakeClock();
	const problems: UserError[] = [];
	const store = await createRunStore(path, {logsDir: 'logs', clock, onProblem: (problem) => problems.push(problem)});
	const read = (name: string): string => (existsSync(join(path, name)) ? readFileSync(join(path, name), 'utf8') : '');
	return {path, clock, store, problems, read};
}

suite('measurements', () => {
	test('wait for a second, then stand in the files in the order in which they came', async (context) => {
		const {clock, store, read} = await openStore(context);
		store.appendMeasurements('1\n');
		store.appendMeasurements('2\n');
		store.appendSamples('a', '[3]\n');
		store.appendSamples('a', '[4]\n');

		assert.equal(read('telemetry.jsonl'), '');
		await clock.advance(1000);
		await until(() => read('samples/a.jsonl') !== '', 'the samples are written');

		assert.equal(read('telemetry.jsonl'), '1\n2\n');
		assert.equal(read('samples/a.jsonl'), '[3]\n[4]\n');
		await store.close();
	});

	test('do not wait once 64 KiB are there', async (context) => {
		const {store, read} = await openStore(context);
		store.appendMeasurements(`${'x'.repeat(70_000)}\n`);

		await until(() => read('telemetry.jsonl').length === 70_001, 'the large line is written');
		await store.close();
	});

	test('that still wait are written when the run closes', async (context) => {
		const {store, read} = await openStore(context);
		store.appendMeasurements('1\n');

		await store.close();

		assert.equal(read('telemetry.jsonl'), '1\n');
	});

	test('of a thousand experiments need no more than a few open files', async (context) => {
		const {store, path} = await openStore(context);
		const before = readdirSync('/proc/self/fd').length;
		for (let index = 0; index < 1000; index++) store.appendSamples(`e${index}`, '[1]\n');
		const closing = store.close();
		let most = 0;
		await until(() => {
			most = Math.max(most, readdirSync('/proc/self/fd').length);
			return readdirSync(join(path, 'samples')).length === 1000;
		}, 'all samples are written');
		await closing;

		assert.ok(most - before <= 32, `${most - before} more files were open`);
	});

	test('that cannot be written are told and cost nothing else', async (context) => {
		const {store, path, problems, read} = await openStore(context);
		mkdirSync(join(path, 'telemetry.jsonl'));
		store.appendMeasurements('1\n');
		store.log('hello', 0);

		await store.close();

		assert.equal(problems.length, 1);
		assert.match(problems[0]?.message ?? '', /^Telemetry, samples or the log in .* could not be written/);
		assert.match(read('experiment.log'), / hello\n$/);
	});
});

suite('the log', () => {
	test('begins every line with a local time and its offset', async (context) => {
		const {store, read} = await openStore(context);
		store.log('first\nsecond', 1_752_287_462_123);
		await store.close();

		const [first, second, rest] = read('experiment.log').split('\n');
		assert.match(first ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.123[+-]\d\d:\d\d first$/);
		assert.match(second ?? '', /[+-]\d\d:\d\d second$/);
		assert.equal(new Date(first?.split(' ')[0] ?? '').getTime(), 1_752_287_462_123);
		assert.equal(rest, '');
	});
});

suite('a committed file', () => {
	test('replaces the one before and leaves no temporary name', async (context) => {
		const {store, path, read} = await openStore(context);
		await store.commitFile('results/a.json', 'old');
		await store.commitFile('results/a.json', 'new');

		assert.equal(read('results/a.json'), 'new');
		assert.deepEqual(readdirSync(join(path, 'results')), ['a.json']);
		await store.close();
	});

	test('asked for many times at once ends as the last text', async (context) => {
		const {store, read} = await openStore(context);
		await Promise.all(Array.from({length: 20}, (_, index) => store.commitFile('results.json', `${index}`)));

		assert.equal(read('results.json'), '19');
		await store.close();
	});

	test('that cannot be written says so, leaves nothing behind, and the next one can', async (context) => {
		const {store, path} = await openStore(context);
		mkdirSync(join(path, 'results', 'a.json'));

		await assert.rejects(store.commitFile('results/a.json', 'text'), /a\.json could not be written/);
		await store.commitFile('results/b.json', 'text');

		assert.deepEqual(readdirSync(join(path, 'results')).sort(), ['a.json', 'b.json']);
		await store.close();
	});

	test('never lands outside the folder of its run', async (context) => {
		const {store} = await openStore(context);

		await assert.rejects(store.commitFile('../escaped.json', 'text'), /not inside/);
		await store.close();
	});
});

suite("an attempt's files", () => {
	test('carry the number of every attempt but the first', async (context) => {
		const {store, path} = await openStore(context);
		const [first, second] = [store.attemptFiles('gpu0', 1), store.attemptFiles('gpu0', 2)];

		assert.equal(first.stdout, join(path, 'logs/gpu0.stdout'));
		assert.equal(second.stderr, join(path, 'logs/gpu0.attempt2.stderr'));
		assert.notEqual(first.exitStatus, second.exitStatus);
		await store.close();
	});

	test('never leave the run, whatever an experiment is called', async (context) => {
		const {store} = await openStore(context);

		for (const id of ['../x', '..', '', 'a/b']) assert.throws(() => store.attemptFiles(id, 1), /cannot be the name/);
		await store.close();
	});
});
