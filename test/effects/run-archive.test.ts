import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import zlib from 'node:zlib';
import {verifyArchive, writeArchive} from '../../source/effects/run-archive.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

const about = {warpdeck: '0.1.0', run: '/runs/1', suite: 's', at: 1_752_287_462_000, lastSeq: 3, live: false};
const LONG = `logs/${'long-name-'.repeat(20)}.stdout`;

function prepare(context: TestContext, ending = '.tar.gz') {
	const place = makeTemporaryFolder(context);
	const folder = join(place, 'run');
	mkdirSync(join(folder, 'logs'), {recursive: true});
	mkdirSync(join(folder, '.requests'));
	const files = {
		'journal.jsonl': '{"a":1}\n{"a":2}\n{"torn',
		'results.json': '[]\n',
		[LONG]: 'ü'.repeat(5000),
		'run.lock': 'ours',
		'.requests/x.request': 'ours',
		'.results.json.1-2.tmp': 'half',
	};
	for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
	const target = join(place, `a${ending}`);
	const write = (expected: readonly string[] = ['journal.jsonl']) => writeArchive({folder, target, expected, about});
	return {place, target, write};
}

suite('the archive of a run', () => {
	test('holds every file but the runner’s own, whole lines only, and tar can read it', async (context) => {
		const {place, target, write} = prepare(context);
		await write();
		execFileSync('tar', ['-xzf', target, '-C', place]);

		assert.equal(readFileSync(join(place, 'journal.jsonl'), 'utf8'), '{"a":1}\n{"a":2}\n');
		assert.equal(readFileSync(join(place, LONG), 'utf8'), 'ü'.repeat(5000));
		const names = execFileSync('tar', ['-tzf', target], {encoding: 'utf8'}).trim().split('\n');
		assert.deepEqual(names.toSorted(), ['journal.jsonl', LONG, 'manifest.json', 'results.json']);
	});

	for (const ending of ['.tar.gz', '.tar.zst']) {
		test(`${ending} is verified against its manifest`, {
			skip: ending === '.tar.zst' && !zlib.createZstdCompress,
		}, async (context) => {
			const {target, write} = prepare(context, ending);
			await write();
			const {manifest, faults} = await verifyArchive(target);

			assert.deepEqual(faults, []);
			assert.deepEqual(
				manifest.files.map(({path}) => path),
				['journal.jsonl', LONG, 'results.json'],
			);
			assert.deepEqual([manifest.suite, manifest.lastSeq], ['s', 3]);
		});
	}

	test('names what the journal speaks of and is not there', async (context) => {
		const {write} = prepare(context);
		const {missing} = await write(['journal.jsonl', 'results/a.json']);

		assert.deepEqual(missing, ['results/a.json']);
	});

	test('that was changed, or cut anywhere, is found out', async (context) => {
		const {target, write} = prepare(context);
		await write();
		const tar = zlib.gunzipSync(readFileSync(target));
		const changed = Buffer.from(tar);
		changed.write('[{', changed.indexOf('[]\n'));
		writeFileSync(target, zlib.gzipSync(changed));
		assert.deepEqual((await verifyArchive(target)).faults, ['results.json is not what was archived']);

		for (const length of [100, 700, tar.length - 4000]) {
			writeFileSync(target, zlib.gzipSync(tar.subarray(0, length)));
			await assert.rejects(verifyArchive(target), /cannot be verified/);
		}
	});

	test('is never written over', async (context) => {
		const {target, write} = prepare(context);
		writeFileSync(target, 'mine');

		await assert.rejects(write());
		assert.equal(readFileSync(target, 'utf8'), 'mine');
	});
});
