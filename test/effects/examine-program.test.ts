import assert from 'node:assert/strict';
import {chmodSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {examineProgram, findScript, isFixed} from '../../source/effects/examine-program.ts';
import {findOwnChoices} from '../../source/effects/read-script.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

/** A folder with a program of this text. */
function write(context: TestContext, text: string, mode = 0o755): string {
	const folder = makeTemporaryFolder(context);
	writeFileSync(join(folder, 'run.py'), text);
	chmodSync(join(folder, 'run.py'), mode);
	return folder;
}

const examine = (folder: string, argv: readonly string[], isMade = false) =>
	examineProgram({argv, env: {PATH: '/usr/bin:/bin'}, cwd: folder, isMade, start: folder});

suite('a program that could be started', () => {
	test('has nothing against it: a binary, a script with its interpreter, and one that an interpreter is given', (t) => {
		const folder = write(t, '#!/usr/bin/env sh\necho\n');

		for (const argv of [['sh', '-c', 'echo'], ['./run.py'], ['sh', 'run.py'], ['sh', '-x', './run.py', 'else.py']]) {
			assert.equal(examine(folder, argv), null, argv.join(' '));
		}
	});
});

suite('a program that could not', () => {
	const rows = [
		['is not there', ['./none'], '', 0o755, /'\.\/none' does not exist here/, /command -v/],
		['is not executable', ['./run.py'], '#!/bin/sh', 0o644, /is not executable/, /chmod \+x/],
		['says nowhere what runs it', ['./run.py'], 'import os\n', 0o755, /no #! line/, /command=\[python3,/],
		[
			'has an interpreter that is not here',
			['./run.py'],
			'#!/opt/none/python3',
			0o755,
			/run by \/opt\/none/,
			/head -1/,
		],
		['has one that env does not find', ['./run.py'], '#!/usr/bin/env -S nope -u\n', 0o755, /run by nope/, /head -1/],
		['ends its first line as on Windows', ['./run.py'], '#!/bin/sh\r\necho\r\n', 0o755, /as on Windows/, /sed -i/],
		['is a variable', ['X_Y=1', 'sh'], '', 0o755, /X_Y=1 is no program/, /workload\.env\.X_Y=1/],
		[
			'is a script that is not there',
			['sh', '-x', 'gone.sh'],
			'',
			0o755,
			/run gone\.sh, which is not in/,
			/cwd=FOLDER/,
		],
	] as const;
	for (const [what, argv, text, mode, message, advice] of rows) {
		test(`${what}`, (t) => {
			const fault = examine(write(t, text, mode), argv);

			assert.match(fault?.message ?? '', message);
			assert.match(fault?.advice ?? '', advice);
		});
	}

	test('starts in a folder that is not there', (t) => {
		assert.match(examine(join(makeTemporaryFolder(t), 'none'), ['sh'])?.message ?? '', /folder .* does not exist/);
	});

	test('finds its script elsewhere, because it starts in a folder of its own', (t) => {
		const start = write(t, '');
		mkdirSync(join(start, 'tools'));
		const fault = examineProgram({
			argv: ['sh', 'run.py'],
			env: {PATH: '/bin'},
			cwd: 'RUN/work/gpu0',
			isMade: true,
			start,
		});

		assert.match(fault?.advice ?? '', /\$\{start_dir\}\/run\.py/);
	});
});

test('the script of a command is told only where it is one for sure', () => {
	const rows = [
		['python3 -u solve.py --x', 'solve.py'],
		['python3 -X dev solve.py', 'solve.py'],
		['python3 -m lab.harness config.py', null],
		['python3 -c print() x.py', null],
		['./run.sh', './run.sh'],
		['bash run.sh', 'run.sh'],
		['solver model.py', null],
		['python3 data.csv', null],
	] as const;
	for (const [line, script] of rows) assert.equal(findScript(line.split(' ')), script, line);
});

test('what is examined is the same for all experiments where no placeholder stands in it', () => {
	const slot = ['$', '{axes.x}'].join('');
	const rows = [
		[['solve', slot], true],
		[[`./solve-${slot}`], false],
		[['python3', '-u', 'solve.py', slot], true],
		[['python3', '-u', slot], false],
		[['sh', '-c', 'true', slot], true],
	] as const;
	for (const [words, fixed] of rows) assert.equal(isFixed(words), fixed, words.join(' '));
});

test('a script that sets CUDA_VISIBLE_DEVICES itself is found, with what it sets where that is plain', (t) => {
	const text = `import os
os.environ["CUDA_VISIBLE_DEVICES"] = "1"  # our GPU
os.environ['CUDA_VISIBLE_DEVICES'] = str(options.gpu)
# os.environ["CUDA_VISIBLE_DEVICES"] = "7"
print(os.environ["CUDA_VISIBLE_DEVICES"] == "1")
export CUDA_VISIBLE_DEVICES=0,1
CUDA_VISIBLE_DEVICES=$GPU python x.py
`;

	assert.deepEqual(findOwnChoices(join(write(t, text), 'run.py')), [
		{line: 2, value: '1'},
		{line: 3, value: null},
		{line: 6, value: '0,1'},
		{line: 7, value: null},
	]);
	assert.deepEqual(findOwnChoices('/none'), []);
});
