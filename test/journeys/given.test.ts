import assert from 'node:assert/strict';
import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {makeWorkplace, runProgram} from '../rig/built-program.ts';
import {findByAxis, findRunFolder, readResults} from '../rig/run-files.ts';

const SUITE = `experiment:
  name: given
  hardware: {gpu_ids: []}
  axes: {config: [one.json, many.json]}
  workload:
    config: '\${axes.config}'
    entry:
      - {when: {has: conditions}, command: [sh, '\${start_dir}/many.sh', '\${start_dir}']}
      - {command: [sh, '\${start_dir}/one.sh', '\${config}']}
    folder: experiment
    inputs: [data]
    env_from: ['GIVEN_*']
    env_required: [GIVEN_TOKEN]
`;

const TOKEN = 'correct-horse-battery-staple';

suite('a command that is given a folder, inputs, an environment and an entry', () => {
	test('gets all of them, leaves no secret, and is degraded once its inputs have changed', async (t) => {
		const place = makeWorkplace();
		t.after(place.remove);
		const put = (name: string, text: string) => writeFileSync(join(place.folder, name), text);
		for (const name of ['suites', 'data']) mkdirSync(join(place.folder, name));
		put('suites/given.yaml', SUITE);
		put('one.json', '{"device": "cpu"}');
		put('many.json', '{"conditions": []} // as people write it');
		put('data/a.csv', '1');
		put('broken', '');
		put('one.sh', 'echo "$GIVEN_HOME,$OTHER" >left; basename "$1"');
		put('many.sh', 'echo "401 for $GIVEN_TOKEN" >&2; test ! -e "$1/broken"');
		const env = {GIVEN_TOKEN: TOKEN, GIVEN_HOME: '/given', OTHER: 'other'};

		const refused = await runProgram(place, ['run', 'given', '--suites', 'suites', '--headless']);
		const first = await runProgram(place, ['run', 'given', '--suites', 'suites', '--headless'], {env});
		const run = await findRunFolder(place);
		const [tried] = [readResults(run)];
		put('data/a.csv', '2');
		rmSync(join(place.folder, 'broken'));
		const second = await runProgram(place, ['resume', '--headless'], {env});
		const many = findByAxis(readResults(run), 'many.json');

		assert.equal(refused.code, 3);
		assert.match(refused.stderr, /GIVEN_TOKEN is not set/);
		assert.equal(first.code, 1, first.stderr);
		assert.equal(findByAxis(tried, 'one.json').status, 'succeeded');
		assert.equal(readFileSync(join(run, 'work/config-one.json/left'), 'utf8'), '/given,\n');
		assert.equal(readFileSync(join(run, 'logs/config-one.json.stdout'), 'utf8'), 'one.json\n');
		assert.match(String(findByAxis(tried, 'many.json').failure?.message), /401 for \*+/);
		assert.match(second.stdout, /The input data has changed/);
		assert.equal(many.status, 'degraded');
		assert.match(many.degraded.join('\n'), /^input: data has changed/);
		assert.deepEqual(listHolding(run, TOKEN), []);
	});
});

const listHolding = (folder: string, text: string): readonly string[] =>
	readdirSync(folder, {recursive: true, withFileTypes: true})
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.filter((path) => readFileSync(path, 'utf8').includes(text));
