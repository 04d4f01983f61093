import assert from 'node:assert/strict';
import {readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {isMeasurement, type JournalEvent} from '../../source/journal/event.ts';
import {type Ended, fixtureSuites, makeWorkplace, runProgram, type Workplace} from '../rig/built-program.ts';
import {findRunFolder} from '../rig/run-files.ts';

const isFact = (event: JournalEvent) => !isMeasurement(event);

suite('a finished run, read back by the other commands', () => {
	let place: Workplace;
	let ended: Ended;
	let untouched = '';

	const listFiles = async () => {
		const run = await findRunFolder(place);
		const names = readdirSync(run, {recursive: true}).map(String).toSorted();
		return JSON.stringify(names.map((name) => [name, statSync(join(run, name)).mtimeMs]));
	};
	const ask = async (...args: readonly string[]) => {
		const {code, stdout, stderr} = await runProgram(place, args);
		assert.equal(code, 0, stderr);
		return stdout;
	};

	before(async () => {
		place = makeWorkplace();
		ended = await runProgram(place, [
			'run',
			'endings',
			'experiment.axes.ending=[ok,code]',
			'--suites',
			fixtureSuites,
			'--json',
		]);
		untouched = await listFiles();
	});
	after(() => place.remove());

	test('printed its events as JSON lines and nothing else', () => {
		const lines = ended.stdout
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line) as JournalEvent);
		assert.equal(lines[0]?.type, 'opened');
		assert.equal(lines.at(-1)?.type, 'closed');
		assert.deepEqual(lines.flatMap((event) => (event.type === 'committed' ? [event.id] : [])).toSorted(), [
			'ending-code',
			'ending-ok',
		]);
		const numbers = lines.filter(isFact).map(({seq}) => seq);
		assert.deepEqual(
			numbers,
			numbers.map((_, position) => position + 1),
		);
	});

	test('has a summary as text, JSON, CSV and Markdown that agree', async () => {
		const json = JSON.parse(await ask('summary', '--json')) as {succeeded: number; failed: number};
		assert.deepEqual([json.succeeded, json.failed], [1, 1]);
		assert.match(await ask('summary'), /1 of 2 cells planned = 50\.0 %/);
		const [head, ...rows] = (await ask('summary', '--csv')).trim().split('\n');
		assert.match(head ?? '', /^run_id,status,/);
		assert.deepEqual(rows.map((row) => row.split(',').slice(0, 2).join()).toSorted(), [
			'ending-code,failed',
			'ending-ok,succeeded',
		]);
		assert.match(await ask('summary', '--md'), /^\| ending-code \| failed \|/m);
	});

	test('is listed, as text and as JSON', async () => {
		assert.match(await ask('list'), /endings\/.* finished {2}ok 1 {2}failed 1 {2}left 0/);
		const [row] = JSON.parse(await ask('list', '--json')) as readonly {suite: string; failed: number}[];
		assert.deepEqual([row?.suite, row?.failed], ['endings', 1]);
	});

	test('is replayed with its own lines', async () => {
		const lines = await ask('replay', '--speed', '100000', '--headless');
		assert.match(lines, /ok +ending-ok/);
		assert.match(lines, /failed +ending-code/);
		assert.match(lines.trim().split('\n').at(-1) ?? '', /end +finished$/);
	});

	test('refuses a speed that is no number', async () => {
		const {code, stderr} = await runProgram(place, ['replay', '--speed', 'fast']);
		assert.equal(code, 2);
		assert.match(stderr, /--speed fast[\s\S]*try: --speed 60/);
	});

	test('is left as it was by all of them', async () => assert.equal(await listFiles(), untouched));
});
