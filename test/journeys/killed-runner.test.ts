import assert from 'node:assert/strict';
import {appendFileSync, existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {readFacts} from '../../source/effects/run-folder.ts';
import {
	type Ended,
	fixtureSuites,
	makeWorkplace,
	type RunningProgram,
	runProgram,
	startProgram,
	type Workplace,
} from '../rig/built-program.ts';
import {countCommitted, findRunFolder, listTagged, readResults, readWholeJournal} from '../rig/run-files.ts';
import {until} from '../rig/until.ts';

const PATIENCE_MS = 90_000;
const TORN = '{"type":"committed","id":"num';

suite('a runner that was killed in the middle of its run', () => {
	let place: Workplace;
	let run = '';
	let orphans: readonly number[] = [];
	let resumed: RunningProgram;
	let intruder: Ended;
	let ended: Ended;

	const readNotes = () => readFileSync(join(place.folder, 'notes'), 'utf8').trim().split('\n');
	const countNotes = (name: string) => readNotes().filter((note) => note === name).length;

	const listAdopted = () => readFacts(run).state.filter((fact) => fact.type === 'adopted');

	before(async () => {
		place = makeWorkplace();
		const first = startProgram(place, ['run', 'short_runs', '--suites', fixtureSuites]);
		await until(
			() => /start {3}number-3/.test(first.stdout()) && /start {3}number-4/.test(first.stdout()),
			'both wait',
			PATIENCE_MS,
		);
		run = await findRunFolder(place);
		await until(
			() => countCommitted(run) === 2 && countNotes('3') + countNotes('4') === 2,
			'two are committed',
			PATIENCE_MS,
		);
		first.signal('SIGKILL');
		await first.ended;
		orphans = listTagged(run);
		appendFileSync(join(run, 'journal.jsonl'), TORN);

		resumed = startProgram(place, ['resume']);
		await until(() => listAdopted().length === 2, 'both are adopted', PATIENCE_MS);
		intruder = await runProgram(place, ['resume']);
		writeFileSync(join(place.folder, 'released'), '');
		ended = await resumed.ended;
	});
	after(() => {
		resumed?.signal('SIGKILL');
		place.remove();
	});

	test('leaves its workloads alive, and resume goes on with the very same processes', () => {
		assert.ok(orphans.length >= 2, 'no workload outlived the runner');
		const facts = readWholeJournal(run);
		const starts = facts.filter((fact) => fact.type === 'started').map(({pid}) => pid);
		const adopted = listAdopted().map(({pid}) => pid);
		// Killed between the deed and its fact, a runner leaves a process that only its tag tells.
		assert.equal(new Set([...starts, ...adopted]).size, 6);
		assert.ok(adopted.every((pid) => orphans.includes(pid)));
	});

	test('is resumed without repeating a success, nor what still ran', () => {
		assert.equal(ended.code, 0, ended.stderr);
		assert.deepEqual(['1', '2', '3', '4', '5', '6'].map(countNotes), [1, 1, 1, 1, 1, 1]);
	});

	test('leaves results with a success for each cell, and says of which ones nobody saw a part', () => {
		const records = readResults(run);
		assert.deepEqual(
			records.map(({status, attempts}) => [status, attempts]),
			[
				['succeeded', 1],
				['succeeded', 1],
				['degraded', 1],
				['degraded', 1],
				['succeeded', 1],
				['succeeded', 1],
			],
		);
		assert.match(records[2]?.degraded.join() ?? '', /^unwatched: its runner was gone for/);
	});

	test('costs the torn end of its journal and no more', () => {
		const resumption = readWholeJournal(run).find((fact) => fact.type === 'resumed');
		assert.equal(resumption?.droppedBytes, TORN.length);
	});

	test('has one successor: a second resume is refused with the pid of the first', () => {
		assert.notEqual(intruder.code, 0);
		assert.match(intruder.stderr, new RegExp(`\\b${resumed.pid}\\b`));
		assert.match(intruder.stderr, /try: /);
		assert.equal(intruder.stdout, '');
	});

	test('once finished, is finished: another resume runs nothing', async () => {
		const before = readNotes().length;
		const again = await runProgram(place, ['resume']);
		assert.equal(again.code, 0);
		assert.match(again.stdout, /^Nothing is left to run in (any run here|outputs\/\S+)\.$/m);
		assert.equal(readNotes().length, before);
	});

	test('gets back from the journal what is made of it, where the runner was killed before it was written', async () => {
		const path = join(run, 'results.json');
		const whole = readFileSync(path, 'utf8');
		for (const spoil of [
			() => rmSync(path),
			() => writeFileSync(path, '[]'),
			() => rmSync(join(run, 'experiment_summary.json')),
		]) {
			spoil();
			await runProgram(place, ['resume', run]);
			assert.equal(readFileSync(path, 'utf8'), whole);
			assert.ok(existsSync(join(run, 'experiment_summary.json')));
		}
	});
});
