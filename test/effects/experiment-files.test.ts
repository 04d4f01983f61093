import assert from 'node:assert/strict';
import {appendFileSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {createExperimentSource} from '../../source/effects/experiment-files.ts';
import {
	type Fact,
	type FactEvent,
	isMeasurement,
	type Measurement,
	type MeasurementEvent,
} from '../../source/journal/event.ts';
import type {ExperimentFiles} from '../../source/journal/experiment-files.ts';
import {encodeFact, encodeMeasurement} from '../../source/journal/format.ts';
import {createStore, type Store} from '../../source/journal/store.ts';
import {createFakeClock} from '../rig/fake-clock.ts';
import {cell, committed, ended, failed, launching, opened, planned, STORY_START, started} from '../rig/story.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';
import {until} from '../rig/until.ts';
import {gpuSample, hostSample} from '../tui/run-stories.ts';

const OTHER = cell({gpuId: 1, numaNode: 0});
const ID = cell().runId;
const POLL_MS = 250;

/** A run's folder that grows as a runner lets it grow: the file first, then the state. */
function openRun(t: TestContext, {replayed = false}: {readonly replayed?: boolean} = {}) {
	const folder = makeTemporaryFolder(t);
	const clock = createFakeClock();
	const store = createStore();
	mkdirSync(join(folder, 'logs'));
	let count = 0;
	const tell = (...told: readonly (Fact | Measurement)[]): void => {
		for (const event of told) write(folder, store, event, ++count);
	};
	tell(opened(), planned([cell(), OTHER]));
	const seen: ExperimentFiles[] = [];
	const source = createExperimentSource({folder, store, clock, replayed});
	const follow = (id = ID) => {
		t.after(source.follow(id, (files) => seen.push(files)));
	};
	const sees = async (wanted: (files: ExperimentFiles) => boolean, what: string): Promise<ExperimentFiles> => {
		await until(async () => {
			await clock.advance(POLL_MS);
			return seen.some(wanted);
		}, what);
		return seen.find(wanted) as ExperimentFiles;
	};
	return {folder, store, tell, follow, seen, sees, log: join(folder, 'logs', `${ID}.stdout`), clock};
}

function write(folder: string, store: Store, told: Fact | Measurement, count: number): void {
	const stamped = {...told, seq: store.get().seq + 1, at: STORY_START + count * 1000};
	if (isMeasurement(stamped))
		appendFileSync(join(folder, 'telemetry.jsonl'), encodeMeasurement(stamped as MeasurementEvent));
	else appendFileSync(join(folder, 'journal.jsonl'), encodeFact(stamped as FactEvent));
	store.accept(stamped as FactEvent);
}

const gpus = (celsius: number): Measurement => ({
	type: 'gpus',
	samples: [gpuSample(0, {celsius}), gpuSample(1, {celsius: 99})],
});

/** By this process, from whatever file. */
const countReadBytes = (): number => Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);

const samples = (id: string, ...latencyMs: readonly number[]): Measurement => ({type: 'samples', id, latencyMs});

suite("an experiment's files", () => {
	test('tell its own facts, the batches and GPU samples of its latest attempt, and the ends of its logs', async (t) => {
		const {tell, follow, sees, log} = openRun(t);
		tell(gpus(30), launching(ID), started(ID), samples(ID, 1), gpus(35), ...failed(OTHER.runId));
		tell(ended(ID), {type: 'resumed', version: 1, warpdeck: '0.1.0', pid: 2, droppedBytes: 0}, gpus(36));
		tell(launching(ID, 2), started(ID, 2), samples(OTHER.runId, 5), samples(ID, 2, 3), gpus(40), hostSample);
		tell(samples(ID, 4), gpus(41), ended(ID, undefined, 2), gpus(50), samples(OTHER.runId, 6), committed(ID, {}, 2));
		writeFileSync(log.replace('.stdout', '.attempt2.stdout'), 'one\ntwo\n');

		follow();
		const files = await sees(({facts}) => facts.length > 0, 'facts');

		assert.deepEqual(
			files.facts.map(({type}) => type),
			['launching', 'started', 'ended', 'resumed', 'launching', 'started', 'ended', 'committed'],
		);
		assert.deepEqual(files.latencyMs, [2, 3, 4]);
		assert.deepEqual(
			files.gpuSamples.map(({sample}) => sample.celsius),
			[40, 41],
		);
		assert.equal(files.hostSamples.length, 1);
		assert.deepEqual(files.stdout, {
			path: `logs/${ID}.attempt2.stdout`,
			lines: ['one', 'two'],
			firstLine: 0,
			skippedBytes: 0,
		});
		assert.deepEqual(files.problems, []);
	});

	test('are told again when they grow, an unfinished line once it is whole, and not while nothing happens', async (t) => {
		const {folder, tell, follow, seen, sees, log, clock} = openRun(t);
		tell(launching(ID), started(ID), samples(ID, 1));
		writeFileSync(log, 'first\n');
		follow();
		await sees(({latencyMs, stdout}) => latencyMs.length === 1 && stdout.lines.length === 1, 'the first');
		const before = seen.length;
		for (let look = 0; look < 4; look++) await clock.advance(POLL_MS);
		assert.equal(seen.length, before);

		appendFileSync(join(folder, 'telemetry.jsonl'), '{"type":"samples","id":"');
		appendFileSync(log, 'second\nthi');
		await sees(({stdout}) => stdout.lines.at(-1) === 'thi', 'the unfinished line of a log');
		truncateSync(join(folder, 'telemetry.jsonl'), 0);
		writeFileSync(log, 'anew\n');
		await sees(({stdout}) => stdout.lines[0] === 'anew', 'a log that was emptied and written anew');
	});

	test('end with the last 5 000 lines, which keep their numbers while the log grows', async (t) => {
		const {tell, follow, sees, log} = openRun(t);
		tell(launching(ID), started(ID));
		writeFileSync(log, Array.from({length: 6000}, (_, index) => `line ${index}\n`).join(''));
		follow();
		const {stdout} = await sees(({stdout: {lines}}) => lines.length > 0, 'lines');
		assert.equal(stdout.lines.length, 5000);
		assert.equal(stdout.lines[0], 'line 1000');
		assert.ok(stdout.skippedBytes > 0);

		appendFileSync(log, 'more\nand more\n');
		const grown = await sees(({stdout: {lines}}) => lines.at(-1) === 'and more', 'more lines');
		assert.equal(grown.stdout.lines.length, 5000);
		assert.equal(grown.stdout.firstLine, stdout.firstLine + 2);
		assert.equal(grown.stdout.lines[0], 'line 1002');
	});

	test('survive a line of 10 MB, bytes that are no text, and a progress bar', async (t) => {
		const {tell, follow, sees, log} = openRun(t);
		tell(launching(ID), started(ID));
		const bytes = Buffer.from([0, 255, 254, 27, 91, 50, 74, 10]);
		writeFileSync(
			log,
			Buffer.concat([Buffer.alloc(10 * 1024 * 1024, 'x'), Buffer.from('\n'), bytes, Buffer.from('1 %\r50 %\r\n')]),
		);
		follow();
		const {stdout} = await sees(({stdout: {lines}}) => lines.length > 0, 'lines');

		assert.equal(stdout.lines.length, 2);
		assert.match(stdout.lines[0] ?? '', /\ufffd/);
		assert.equal(stdout.lines[1], '50 %');
		writeFileSync(log, `${'y'.repeat(10 * 1024 * 1024)}\n`);
		const one = await sees(({stdout: {lines}}) => lines[0]?.startsWith('y') ?? false, 'a part of the only line');
		assert.match(one.stdout.lines[0] ?? '', /^y{4000} \[and \d+ more characters\]$/);
	});

	test('that are missing or may not be read cost what they hold, and are named', async (t) => {
		const {folder, tell, follow, sees, log} = openRun(t);
		tell(launching(ID), started(ID), samples(ID, 1));
		rmSync(join(folder, 'telemetry.jsonl'));
		mkdirSync(log);
		follow();
		const files = await sees(({facts}) => facts.length === 2, 'facts');

		assert.deepEqual(files.latencyMs, []);
		assert.ok(files.problems.some((problem) => problem.startsWith('telemetry.jsonl is not there')));
		assert.ok(files.problems.some((problem) => problem.startsWith(`logs/${ID}.stdout could not be read`)));
		assert.deepEqual(files.stdout.lines, []);
		assert.equal(files.stderr.path, `logs/${ID}.stderr`);
	});

	test('of a run whose journal is gone say so', async (t) => {
		const {folder, tell, follow, sees} = openRun(t);
		tell(launching(ID));
		rmSync(join(folder, 'journal.jsonl'));
		follow();
		const {facts, problems} = await sees(() => true, 'an answer');

		assert.deepEqual(facts, []);
		assert.match(problems.join(), /journal\.jsonl is not there/);
	});

	test('pass over a damaged line, and ignore an unfinished one', async (t) => {
		const {folder, tell, follow, sees} = openRun(t);
		tell(launching(ID));
		appendFileSync(join(folder, 'journal.jsonl'), `{"type":"started","id":"${ID}","crc":"00000000"}\n`);
		appendFileSync(join(folder, 'telemetry.jsonl'), `{"type":"samples","id":"${ID}","latencyMs":[7]}\n`);
		tell(started(ID), samples(ID, 1));
		appendFileSync(join(folder, 'journal.jsonl'), `{"type":"ended","id":"${ID}"`);
		follow();
		const {facts, latencyMs} = await sees(({facts: known}) => known.length === 2, 'facts');

		assert.deepEqual(
			facts.map(({type}) => type),
			['launching', 'started'],
		);
		assert.deepEqual(latencyMs, [1]);
	});

	test('are found in the telemetry of a night without reading the night', async (t) => {
		const {folder, store, follow, sees} = openRun(t);
		const path = join(folder, 'telemetry.jsonl');
		const at = (second: number) => STORY_START + second * 1000;
		const tick = (second: number) => encodeMeasurement({...gpus(second % 90), seq: second, at: at(second)});
		writeFileSync(path, Array.from({length: 36_000}, (_, second) => tick(second)).join(''));
		const told = [
			{...launching(ID), at: at(20_000)},
			{...started(ID), at: at(20_001)},
			{...ended(ID), at: at(20_010)},
		];
		for (const [index, fact] of told.entries()) {
			appendFileSync(join(folder, 'journal.jsonl'), encodeFact({...fact, seq: index + 3}));
			store.accept({...fact, seq: index + 3});
		}
		const readBefore = countReadBytes();
		follow();
		const {gpuSamples} = await sees(({gpuSamples: found}) => found.length > 0, 'samples');

		assert.deepEqual(
			gpuSamples.map((one) => one.at),
			Array.from({length: 11}, (_, second) => at(20_000 + second)),
		);
		assert.ok(countReadBytes() - readBefore < statSync(path).size / 4, 'it read more than a quarter of the night');
	});
});

suite("an experiment's files in a replay", () => {
	test('tell nothing that has not happened yet, and its log once it has ended', async (t) => {
		const {folder, store, follow, seen, sees, log} = openRun(t, {replayed: true});
		const events: readonly (Fact | Measurement)[] = [
			launching(ID),
			started(ID),
			samples(ID, 1),
			samples(ID, 2),
			ended(ID),
		];
		const written = createStore(store.get());
		for (const [index, event] of events.entries()) write(folder, written, event, index + 3);
		writeFileSync(log, 'the end is known\n');
		const play = (fact: Fact, second: number) =>
			store.accept({...fact, seq: store.get().seq + 1, at: STORY_START + second * 1000});
		play(launching(ID), 3);
		play(started(ID), 4);
		store.accept({...samples(ID, 1), seq: 1, at: STORY_START + 5000});
		follow();
		const early = await sees(({latencyMs}) => latencyMs.length > 0, 'the first batch');

		assert.deepEqual(early.latencyMs, [1]);
		assert.equal(early.facts.length, 2);
		assert.deepEqual(early.stdout.lines, []);
		assert.match(early.problems.join(), /replay shows a log once its experiment has ended/);

		store.accept({...samples(ID, 2), seq: 2, at: STORY_START + 6000});
		play(ended(ID), 7);
		const late = await sees(({stdout}) => stdout.lines.length > 0, 'the log');
		assert.deepEqual(late.latencyMs, [1, 2]);
		assert.deepEqual(late.problems, []);
		assert.ok(seen.length >= 2);
	});
});
