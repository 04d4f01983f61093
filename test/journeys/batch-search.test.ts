import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {type Ended, fixtureSuites, makeWorkplace, runProgram, type Workplace} from '../rig/built-program.ts';
import {findRunFolder, readJson, readResults} from '../rig/run-files.ts';

type Found = {readonly largest: number; readonly fastest: number; readonly fastest_n: number; readonly state: string};
type Told = {readonly batch_searches: readonly Found[]; readonly failed_runs: number};

const readFound = (run: string): Found | undefined => readJson<Told>(run, 'experiment_summary.json').batch_searches[0];

suite('a search for the batch that fits', () => {
	let place: Workplace;
	let ended: Ended;
	let run = '';

	before(async () => {
		place = makeWorkplace();
		ended = await runProgram(place, ['run', 'batch_search', '--suites', fixtureSuites]);
		run = await findRunFolder(place);
	});
	after(() => place?.remove());

	test('ends well, though memory ran out again and again', () => {
		assert.equal(ended.code, 0, ended.stdout + ended.stderr);
		assert.match(ended.stdout, /no fit {2}batch_search_batch64/);
		assert.equal(readJson<Told>(run, 'experiment_summary.json').failed_runs, 0);
	});

	test('finds the largest and the fastest', () => {
		const {largest, fastest, fastest_n, state} = readFound(run) ?? assert.fail();

		assert.deepEqual({largest, fastest, fastest_n, state}, {largest: 44, fastest: 24, fastest_n: 2, state: 'done'});
		assert.match(ended.stdout, /100\.0 MiB and 8\.000 MiB for each of batch_size/);
	});

	test('leaves a record of every value', () => {
		const {search, status} = readResults(run).find(({run_id}) => run_id === 'batch_search_batch45') ?? assert.fail();

		assert.equal(status, 'succeeded');
		assert.deepEqual(
			{...(search as object), out_of_memory: null},
			{key: 'batch_size', value: 45, series: 'batch_search', fits: false, out_of_memory: null},
		);
	});

	test('goes on where its journal ends, even between a result and what follows from it', async () => {
		const journal = join(run, 'journal.jsonl');
		const lines = readFileSync(journal, 'utf8').split('\n');
		const seventh = lines.flatMap((line, index) => (line.includes('"type":"committed"') ? [index] : []))[6] ?? 0;
		writeFileSync(journal, `${lines.slice(0, seventh + 1).join('\n')}\n`);

		const resumed = await runProgram(place, ['resume', run]);

		assert.equal(resumed.code, 0, resumed.stdout + resumed.stderr);
		assert.equal(resumed.stdout.match(/start {3}batch_search_batch64/), null, 'what did not fit is not tried again');
		assert.deepEqual([readFound(run)?.largest, readFound(run)?.fastest], [44, 24]);
	});
});
