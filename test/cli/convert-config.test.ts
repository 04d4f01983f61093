import assert from 'node:assert/strict';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {readArguments} from '../../source/cli/arguments.ts';
import {convertFiles} from '../../source/cli/convert-config-command.ts';
import {UserError} from '../../source/domain/errors.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const CONFIG = '{\n  "run_name": "h1", // of the paper\n  "device": "mps",\n  "model": {"dtype": "float16"}\n}\n';

/** A folder with these files, and the command in it. */
function prepare(context: TestContext, files: {readonly [name: string]: string} = {'run_h1.json': CONFIG}) {
	const folder = makeTemporaryFolder(context);
	for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
	const read = (name: string) => readFileSync(join(folder, name), 'utf8');
	const convert = async (...words: readonly string[]) => {
		const said = {out: '', err: ''};
		const take = (where: 'out' | 'err') => (text: string) => {
			said[where] += text.replaceAll(folder, '.');
		};
		const named = words.map((word) => (/^[\w*]+\.jsonc?$/.test(word) ? join(folder, word) : word));
		const code = await convertFiles(readArguments(named), {out: take('out'), err: take('err')});
		return {code, ...said};
	};
	return {folder, read, convert};
}

suite('convert-config', () => {
	test('writes a file beside each, with its comments, and leaves the file itself alone', async (context) => {
		const {folder, read, convert} = prepare(context);

		const {code, out, err} = await convert('run_h1.json');

		assert.deepEqual([code, out], [0, './run_h1_cuda.json\n']);
		assert.match(err, /^note: .*run_name stays h1/);
		assert.equal(read('run_h1_cuda.json'), CONFIG.replace('mps', 'cuda'));
		assert.equal(read('run_h1.json'), CONFIG);
		assert.deepEqual(readdirSync(folder).toSorted(), ['run_h1.json', 'run_h1_cuda.json']);
	});

	test('of a dry run shows what would change and writes nothing', async (context) => {
		const {folder, convert} = prepare(context);

		const {code, out} = await convert('run_h1.json', '--dry-run');

		assert.equal(code, 0);
		assert.ok(out.startsWith('--- ./run_h1.json\n+++ ./run_h1_cuda.json\n@@ -1,6 +1,6 @@\n'), out);
		assert.ok(out.includes('\n-  "device": "mps",\n+  "device": "cuda",\n'));
		assert.deepEqual(readdirSync(folder), ['run_h1.json']);
	});

	test('writes over nothing unless it is told to, and calls what is equal done', async (context) => {
		const {read, convert} = prepare(context, {'run_h1.json': CONFIG, 'run_h1_cuda.json': '{"mine": true}'});

		const refused = await convert('run_h1.json');
		assert.equal(refused.code, 1);
		assert.match(refused.err, /run_h1_cuda\.json is there already and is something else\.\n {2}try: --force/);
		assert.equal(read('run_h1_cuda.json'), '{"mine": true}');

		assert.equal((await convert('run_h1.json', '--force')).code, 0);
		assert.deepEqual(await convert('run_h1.json').then(({code, out}) => [code, out]), [
			0,
			'./run_h1_cuda.json is as it should be already\n',
		]);
	});

	test('warns with exit code 1 of a key that is not there, and does the rest', async (context) => {
		const {read, convert} = prepare(context);

		const {code, err} = await convert('run_h1.json', '--batch-size', '4', '--low-memory');

		assert.equal(code, 1);
		assert.match(err, /warning: .*--batch-size: there is no key batch_size, so nothing was changed for it\n/);
		assert.ok(read('run_h1_cuda.json').includes('{"dtype": "float16", "low_memory": true}'));
	});

	test('of many files converts those that can be read, tells the others with line and column, and ends with 2', async (context) => {
		const {folder, convert} = prepare(context, {'a.json': CONFIG, 'b.json': '{\n"device" "mps"}', 'c.json': '[1]'});

		const {code, err} = await convert('a.json', 'b.json', 'c.json', 'd.json');

		assert.equal(code, 2);
		assert.match(err, /b\.json: a colon is missing behind the key \(line 2, column 10\); it was not converted/);
		assert.match(err, /c\.json: it is not a dictionary of keys/);
		assert.match(err, /d\.json: it cannot be read: it is not there/);
		assert.match(err, /4 files: 1 written, 0 as it should be already, 3 refused\n$/);
		assert.ok(existsSync(join(folder, 'a_cuda.json')));
	});

	test('puts one file where it is told, with another GPU and a name of its own', async (context) => {
		const {read, convert} = prepare(context);

		await convert('run_h1.json', '--device', 'cuda:1', '--rename', '--output', 'second.json');

		assert.deepEqual(read('second.json'), CONFIG.replace('mps', 'cuda:1').replace('"h1"', '"h1_cuda"'));
	});

	for (const [words, message] of [
		[[], /was not told what/],
		[['a.json', '--dtype', 'float8'], /--dtype float8 is not known/],
		[['a.json', '--batch-size', '0'], /--batch-size 0 is no number of samples/],
		[['a.json', '--device', 'gpu1'], /--device gpu1 is no device/],
		[['a.json', '--to', 'cpu', '--device', 'cuda'], /are two devices/],
		[['a.json', 'b.json', '--output', 'c.json'], /--output names one file, and there are 2/],
		[['a.json', '--suffix', 'x/y'], /has a \//],
		[['a.json', '--md'], /does not read --md/],
	] as const) {
		test(`refuses ${words.join(' ') || 'no word at all'}`, async (context) => {
			const {convert} = prepare(context);

			await assert.rejects(convert(...words), (error) => error instanceof UserError && message.test(error.message));
		});
	}
});
