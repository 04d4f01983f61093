import assert from 'node:assert/strict';
import {existsSync, openSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {blotOut, blotOutLogs} from '../../source/effects/blot-out.ts';
import {launchHere, makeFolder} from '../rig/launching.ts';

/** Sets variables of this process for the length of a test. */
function setVariables(values: {readonly [name: string]: string}): () => void {
	const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
	Object.assign(process.env, values);
	return () => {
		for (const [name, value] of before) {
			if (value === undefined) delete process.env[name];
			else process.env[name] = value;
		}
	};
}

suite('a program that is launched', () => {
	test('gets of the environment what is listed, and what is added', async (t) => {
		t.after(setVariables({GIVEN_ONE: '1', GIVEN_TWO: '2', OTHER_ONE: '3'}));
		const {finished, lines} = await launchHere(t, ['sh', '-c', 'echo "$GIVEN_ONE,$GIVEN_TWO,$OTHER_ONE,$ADDED"'], {
			inherited: ['PATH', 'GIVEN_*'],
			env: {ADDED: '4', GIVEN_TWO: '5'},
		});
		await finished;

		assert.deepEqual(lines, ['1,5,,4']);
	});

	test('starts in a folder that is made for it', async (t) => {
		const folder = join(makeFolder(t), 'work/gpu0');
		const {finished} = await launchHere(t, ['sh', '-c', 'echo >left'], {folder, cwd: folder});
		await finished;

		assert.ok(existsSync(join(folder, 'left')));
	});

	test('leaves no secret of the environment in its logs, nor in their tails', async (t) => {
		t.after(setVariables({GIVEN_TOKEN: 'correct-horse-battery'}));
		const {finished, files} = await launchHere(t, [
			'sh',
			'-c',
			'echo "token $GIVEN_TOKEN"; echo "401: $GIVEN_TOKEN $GIVEN_TOKEN" >&2; exit 1',
		]);
		const {stderrTail} = await finished;
		const stars = '*'.repeat('correct-horse-battery'.length);

		assert.equal(readFileSync(files.stdout, 'utf8'), `token ${stars}\n`);
		assert.equal(stderrTail, `401: ${stars} ${stars}\n`);
		assert.equal(readFileSync(files.stderr, 'utf8'), stderrTail);
	});
});

test('a text is blotted out also where it lies across what is read at once', (t) => {
	const path = join(makeFolder(t), 'log');
	const before = 'x'.repeat(1024 * 1024 - 4);
	writeFileSync(path, `${before}SECRETWORD and SECRETWORD`);

	blotOut(openSync(path, 'a+'), ['SECRETWORD']);

	assert.equal(readFileSync(path, 'utf8'), `${before}********** and **********`);
});

test('logs that a killed runner has left are blotted out as well, and other files stay', (t) => {
	const folder = makeFolder(t);
	for (const name of ['a.stdout', 'a.stderr', 'a.txt']) writeFileSync(join(folder, name), 'said correct-horse\n');

	blotOutLogs(folder, {A_TOKEN: 'correct-horse'});
	blotOutLogs(join(folder, 'none'), {A_TOKEN: 'correct-horse'});

	assert.deepEqual(
		['a.stdout', 'a.stderr', 'a.txt'].map((name) => readFileSync(join(folder, name), 'utf8')),
		['said *************\n', 'said *************\n', 'said correct-horse\n'],
	);
});
