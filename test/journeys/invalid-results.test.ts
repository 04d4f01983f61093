import assert from 'node:assert/strict';
import {delimiter, join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {checkout, type Ended, fixtureSuites, makeWorkplace, runProgram, type Workplace} from '../rig/built-program.ts';
import {findRunFolder, readJson, readResults} from '../rig/run-files.ts';

const REASON = 'pages: 0.0 % on node 0, 100.0 % elsewhere (pinned ring)';

suite('results whose pages lay on another node than they were bound to', () => {
	let place: Workplace;
	let ended: Ended;
	let run = '';
	const summarize = () => readJson<{readonly [key: string]: unknown}>(run, 'experiment_summary.json');
	const statuses = () => readResults(run).map(({status, success, attempts}) => [status, success, attempts]);

	before(async () => {
		const own = makeWorkplace();
		// Binds nothing, so that this is the same on every machine.
		place = {...own, env: {...own.env, PATH: [join(checkout, 'fixtures/bin'), own.env.PATH].join(delimiter)}};
		ended = await runProgram(place, ['run', 'misplaced', '--suites', fixtureSuites]);
		run = await findRunFolder(place);
	});
	after(() => place?.remove());

	test('are tried once more in their place: what is well then counts, and what is not is invalid', () => {
		assert.deepEqual(statuses(), [
			['succeeded', true, 1],
			['succeeded', true, 2],
			['invalid', false, 2],
		]);
		const starts = ended.stdout.match(/start .*/g)?.map((line) => /attempt \d/.exec(line)?.[0] ?? 'first');
		assert.deepEqual(starts, ['first', 'first', 'attempt 2', 'first', 'attempt 2']);
	});

	test('are said with their reason, and make the exit code 1', () => {
		assert.equal(ended.code, 1);
		assert.match(ended.stdout, new RegExp(`again .*\\(validity\\): ${REASON.replace(/[().]/g, '\\$&')}`));
		assert.match(
			ended.stdout,
			/2 experiments invalid at first and tried once more: 1 came out well, 1 is invalid again/,
		);
		const {invalid_runs, failed_runs, invalid_by_reason} = summarize();
		assert.deepEqual([invalid_runs, failed_runs, invalid_by_reason], [1, 0, [{reason: REASON, count: 1}]]);
	});

	test('are tried again by a resume, and nothing else is', async () => {
		const {code, stdout} = await runProgram(place, ['resume']);

		assert.equal(code, 0, stdout);
		assert.equal(stdout.match(/start /g)?.length, 1);
		assert.deepEqual(statuses().at(-1), ['succeeded', true, 3]);
		assert.equal(summarize().invalid_runs, 0);
	});
});
