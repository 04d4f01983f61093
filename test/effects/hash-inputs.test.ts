import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {createInputReader} from '../../source/effects/hash-inputs.ts';
import {listInputs} from '../../source/effects/list-inputs.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const BOUNDS = {files: 100, bytes: 2 ** 30};

/** A folder with these files, each holding its own name. */
function write(context: TestContext, names: readonly string[]): string {
	const folder = makeTemporaryFolder(context);
	for (const name of names) {
		mkdirSync(dirname(join(folder, name)), {recursive: true});
		writeFileSync(join(folder, name), name);
	}
	return folder;
}

suite('the files of a pattern', () => {
	const names = ['a.py', 'b.txt', 'src/c.py', 'src/deep/d.py', '.hidden.py', 'src/.git/e.py', 'src/__pycache__/f.py'];
	const rows = [
		['*.py', ['a.py']],
		['src/**/*.py', ['src/c.py', 'src/deep/d.py']],
		['**', ['a.py', 'b.txt', 'src/c.py', 'src/deep/d.py']],
		['src', ['src/c.py', 'src/deep/d.py']],
		['./?.txt', ['b.txt']],
		['.hidden.py', ['.hidden.py']],
		['none/*.py', []],
		['[ab].py', []],
	] as const;
	for (const [pattern, expected] of rows) {
		test(`${pattern}: ${expected.join(', ') || 'none'}`, (t) => {
			const folder = write(t, names);

			const found = listInputs(pattern, folder, BOUNDS).map(({path}) => path.slice(folder.length + 1));

			assert.deepEqual(found, expected);
		});
	}

	test('follows a link to a file, and none that leads in a circle', (t) => {
		const folder = write(t, ['data/a']);
		symlinkSync(join(folder, 'data'), join(folder, 'data/again'));
		symlinkSync(join(folder, 'data/a'), join(folder, 'data/b'));

		assert.equal(listInputs('data', folder, BOUNDS).length, 2);
		assert.equal(listInputs('data/again/a', folder, BOUNDS).length, 1);
	});

	test('is refused where there are too many to be read for each plan', (t) => {
		const folder = write(t, ['a', 'b', 'c']);

		assert.throws(() => listInputs('*', folder, {...BOUNDS, files: 2}), /names more than 2 files/);
		assert.throws(() => listInputs('*', folder, {...BOUNDS, bytes: 2}), /names more than 0 GiB/);
	});
});

suite('the digest of inputs', () => {
	const reader = (context: TestContext) => createInputReader({XDG_CACHE_HOME: makeTemporaryFolder(context)});

	test('is what sha256sum says of a single file', async (t) => {
		const folder = write(t, ['a']);

		assert.deepEqual(await reader(t).digest('a', folder), {
			sha256: createHash('sha256').update('a').digest('hex'),
			files: 1,
			bytes: 1,
		});
	});

	test('is the same in another folder, and another one for other names or contents', async (t) => {
		const digest = async (names: readonly string[]) => (await reader(t).digest('*', write(t, names)))?.sha256;
		const changed = write(t, ['a', 'b']);
		writeFileSync(join(changed, 'b'), 'other');

		assert.equal(await digest(['a', 'b']), await digest(['b', 'a']));
		assert.notEqual(await digest(['a', 'b']), await digest(['a', 'c']));
		assert.notEqual(await digest(['a', 'b']), (await reader(t).digest('*', changed))?.sha256);
	});

	test('is none where nothing is there', async (t) => {
		assert.equal(await reader(t).digest('gone', makeTemporaryFolder(t)), null);
	});

	test('is kept for a large file that has not changed, and made anew for one that has', async (t) => {
		const folder = makeTemporaryFolder(t);
		const [file, cache] = [join(folder, 'weights'), makeTemporaryFolder(t)];
		const kept = join(cache, 'warpdeck/input-hashes.json');
		const read = async () => {
			const own = createInputReader({XDG_CACHE_HOME: cache});
			const found = await own.digest('weights', folder);
			own.keep();
			return found?.sha256;
		};
		writeFileSync(file, Buffer.alloc(2 ** 20, 1));
		const first = await read();
		// Its inode changed just now, so that the next change could have the same time: nothing is kept of it yet.
		assert.throws(() => readFileSync(kept), /ENOENT/);

		writeFileSync(file, Buffer.alloc(2 ** 20, 2));
		utimesSync(file, 1, 1);

		assert.notEqual(await read(), first);
	});
});
