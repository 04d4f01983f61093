import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdirSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {createLeftFiles} from '../../source/effects/left-files.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const files = createLeftFiles();
const MIB = 1024 * 1024;

/** method (linear, iterative, iterative) and ms (10.5, 8.25, 8.75), as another program wrote them. */
const PARQUET = Buffer.from(
	'UEFSMRUGFUwVTFwVBhUAFQYVABUEFQAAAAMHBgAAAGxpbmVhcgkAAABpdGVyYXRpdmUJAAAAaXRlcmF0aXZlFQYVNBU0XBUGFQAVBhUAFQQVAAAA' +
		'AwcAAAAAAAAlQAAAAAAAgCBAAAAAAACAIUAVBBk8SARyb290FQQAFQwlAhgGbWV0aG9kJQAAFQolAhgCbXMAFgYZHBksJggcFQwZFQAZGAZtZXRo' +
		'b2QVABYGFnYWdiYIAAAmfhwVChkVABkYAm1zFQAWBhZeFl4mfgAAFtQBFgY21AEAKAloeXBhcnF1ZXQZLBwAABwAAAB+AAAAUEFSMQ==',
	'base64',
);

function makeFolder(context: TestContext) {
	const folder = makeTemporaryFolder(context);
	mkdirSync(join(folder, 'run_1'));
	mkdirSync(join(folder, 'run_2'));
	for (const path of ['run_1/a.json', 'run_2/a.json', 'run_2/b.json', 'run_2/.hidden.json']) {
		writeFileSync(join(folder, path), path);
	}
	return folder;
}

const list = async (folder: string, pattern: string) => (await files.list(folder, pattern)).map(({path}) => path);

suite('files that a program left', () => {
	test('are found by name, and by stars in any part of it', async (context) => {
		const folder = makeFolder(context);

		assert.deepEqual(await list(folder, 'run_1/a.json'), ['run_1/a.json']);
		assert.deepEqual(await list(folder, './run_*/a.json'), ['run_1/a.json', 'run_2/a.json']);
		assert.deepEqual(await list(folder, '*/?.json'), ['run_1/a.json', 'run_2/a.json', 'run_2/b.json']);
		assert.deepEqual(await list('/', join(folder, 'run_2', '*.json')), [
			join(folder, 'run_2/a.json'),
			join(folder, 'run_2/b.json'),
		]);
		assert.deepEqual(await list(folder, 'none/*.json'), []);
		assert.deepEqual(await list(folder, 'run_1/a.json/b'), []);
	});

	test('are other ones after every change, also under the same name and of the same size', async (context) => {
		const folder = makeFolder(context);
		const look = async () => (await files.list(folder, 'run_1/a.json'))[0]?.stamp;
		const before = await look();
		assert.equal(await look(), before);

		execFileSync('sh', ['-c', 'cp -p run_1/a.json copy && mv copy run_1/a.json'], {cwd: folder});

		assert.notEqual(await look(), before);
	});

	test('are called what they are, and nothing waits for a writer or reads without an end', async (context) => {
		const folder = makeFolder(context);
		execFileSync('mkfifo', [join(folder, 'pipe')]);
		symlinkSync('/dev/zero', join(folder, 'zeros'));
		symlinkSync('loop', join(folder, 'loop'));
		const names = ['run_1', 'run_1/a.json', 'pipe', 'zeros', 'loop'];
		const found = await Promise.all(names.map((name) => files.list(folder, name)));

		assert.deepEqual(
			found.map(([file]) => file?.kind),
			['folder', 'file', 'pipe', 'device', 'unreadable'],
		);
		for (const name of ['run_1', 'pipe', 'zeros']) {
			assert.deepEqual(await files.readText(join(folder, name)), {kind: 'problem', problem: 'it is no file'});
		}
		assert.equal((await files.readText(join(folder, 'gone'))).kind, 'problem');
	});

	test('are read as text up to 16 MiB', async (context) => {
		const folder = makeFolder(context);
		const path = join(folder, 'run_1/a.json');
		assert.deepEqual(await files.readText(path), {kind: 'text', text: 'run_1/a.json'});

		truncateSync(path, 16 * MIB + 1);

		assert.deepEqual(await files.readText(path), {
			kind: 'problem',
			problem: 'it has 17 MiB, and no more than 16 are read',
		});
	});
});

suite('a parquet file', () => {
	const read = async (context: TestContext, bytes: Buffer, columns: readonly string[]) => {
		const path = join(makeTemporaryFolder(context), 'a.parquet');
		writeFileSync(path, bytes);
		return files.readColumns(path, columns);
	};

	test('gives the columns that are asked for and that it has', async (context) => {
		assert.deepEqual(await read(context, PARQUET, ['ms', 'method', 'other']), {
			kind: 'columns',
			titles: ['ms', 'method'],
			rows: [
				[10.5, 'linear'],
				[8.25, 'iterative'],
				[8.75, 'iterative'],
			],
		});
	});

	test('names its columns where none is asked for', async (context) => {
		assert.deepEqual(await read(context, PARQUET, []), {kind: 'columns', titles: ['method', 'ms'], rows: []});
	});

	for (const [name, bytes] of [
		['cut off', PARQUET.subarray(0, -90)],
		['empty', Buffer.alloc(0)],
		['lying about its length', Buffer.concat([PARQUET.subarray(0, 40), Buffer.from('\xff\xff\xff\x7fPAR1', 'latin1')])],
		['broken inside', Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(60, 255), PARQUET.subarray(64)])],
	] as const) {
		test(`that is ${name} is a problem and no crash`, async (context) => {
			const found = await read(context, bytes, ['ms', 'method']);

			assert.equal(found.kind, 'problem');
		});
	}
});
