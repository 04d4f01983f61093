import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {verifyArchive} from '../../source/effects/run-archive.ts';
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
import {countCommitted, findRunFolder, readResults, readWholeJournal} from '../rig/run-files.ts';
import {until} from '../rig/until.ts';

suite('a campaign of three phases on a CPU', () => {
	let place: Workplace;
	let run = '';
	let second: RunningProgram;
	let waiting: Ended;
	let refused: Ended;
	let stopped: Ended;
	let finished: Ended;

	const type = (...words: readonly string[]) => runProgram(place, words);
	const notes = () => readFileSync(join(place.folder, 'notes'), 'utf8').trim().split('\n');
	const factsOf = (kind: string) => readWholeJournal(run).filter((fact) => fact.type === kind);

	before(async () => {
		place = makeWorkplace();
		writeFileSync(join(place.folder, 'speed'), '10\n');
		const first = startProgram(place, ['run', 'small_campaign', '--suites', fixtureSuites]);
		await until(() => /start {3}prepare.step-2/.test(first.stdout()), 'the second step has begun');
		run = await findRunFolder(place);
		await until(() => notes().length === 2 && countCommitted(run) === 1, 'one is committed, and one waits');
		first.signal('SIGKILL');
		await first.ended;

		second = startProgram(place, ['resume']);
		await until(() => readFacts(run).state.some((fact) => fact.type === 'adopted'), 'the step goes on');
		writeFileSync(join(place.folder, 'go'), '');
		await until(() => readFacts(run).state.some((fact) => fact.type === 'phase-judged'), 'the first phase is over');
		waiting = await type('status');
		await type('approve', 'prepare');
		refused = await second.ended;

		await type('approve', 'measure', run);
		await type('set', 'budget.stop_usd=0.000001', '--run', run);
		stopped = await type('resume');
		await type('set', 'budget.stop_usd=none');
		await type('retry', 'evaluate.step-3');
		finished = await type('resume');
	});
	after(() => {
		second?.signal('SIGKILL');
		place.remove();
	});

	test('goes on in the middle of a phase after its runner was killed, with the very step that ran', () => {
		assert.equal(notes().filter((note) => note.startsWith('prepare.')).length, 2);
		assert.equal(factsOf('adopted').length, 1);
	});

	test('waits for the person whom a gate asks, and says so', () => {
		assert.equal(waiting.code, 0, waiting.stderr);
		assert.match(second.stdout(), /asks a person: look at the notes\n.*warpdeck approve prepare\n[\s\S]*approved by /);
	});

	test('keeps the first phase as a file that holds its results and none of the others', async () => {
		const [kept] = factsOf('phase-kept');
		assert.ok(kept?.type === 'phase-kept');
		const {manifest, faults} = await verifyArchive(kept.path);

		assert.deepEqual([faults, manifest.missing], [[], []]);
		assert.equal(createHash('sha256').update(readFileSync(kept.path)).digest('hex'), kept.sha256);
		const results = manifest.files.map(({path}) => path).filter((path) => path.startsWith('results/'));
		assert.deepEqual(results, ['results/prepare.step-1.json', 'results/prepare.step-2.json']);
	});

	test('ends with 1 where a gate does not hold, postpones what stands behind it, and says what to type', () => {
		assert.equal(refused.code, 1, refused.stderr);
		assert.match(refused.stdout, /phase measure did not pass: the mean of speed is 10, under 100/);
		assert.match(refused.stdout, /later {3}evaluate.step-1: phase measure did not pass/);
		assert.match(refused.stdout, /warpdeck approve measure \S+ && warpdeck\s+resume/);
	});

	test('starts nothing once its budget is used up, which counts the time of every runner', () => {
		assert.equal(stopped.code, 1, stopped.stderr);
		assert.match(stopped.stdout, /nothing more starts: the budget of 0.000001 USD is used up/);
		assert.doesNotMatch(stopped.stdout, /start {3}evaluate/);
	});

	test('goes on once a person has raised the budget, with what was asked for of what its suite postpones', () => {
		assert.match(
			finished.stdout,
			/ok {6}evaluate.step-3[\s\S]*phase evaluate passed[\s\S]*end {5}finished/,
			finished.stderr,
		);
		assert.equal(finished.code, 1);
		assert.deepEqual(
			readResults(run)
				.map(({run_id, status}) => [run_id, status])
				.filter(([, status]) => status !== 'succeeded')
				.map(([id]) => id),
			// Nobody saw a part of the one, and its suite postpones the other.
			['prepare.step-2', 'evaluate.step-1_2'],
		);
	});

	test('has a log of its lane with each start and end, and how far the lane is', () => {
		const lines = readFileSync(join(run, 'logs/progress-cpu0.log'), 'utf8').trim().split('\n');

		assert.equal(lines.length, factsOf('launching').length + factsOf('committed').length);
		assert.match(
			lines.at(-1) ?? '',
			/succeeded \[evaluate\] evaluate.step-3 in .* \| 7 of 8 done, 1 left out \| elapsed \d:\d\d:\d\d/,
		);
	});
});
