import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import zlib from 'node:zlib';
import {keepArchive, noteArchive} from '../../source/cli/keep-archive.ts';
import {cell, opened, planned, play} from '../rig/story.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

function prepare(context: TestContext) {
	const place = makeTemporaryFolder(context);
	const folder = join(place, 'outputs/study/2026-11-28/23-00-00');
	mkdirSync(folder, {recursive: true});
	const state = play(opened(), planned([cell({runId: 'a'})]), {type: 'closed', reason: 'finished'});
	for (const name of ['journal.jsonl', 'results.json', 'experiment_summary.json']) {
		writeFileSync(join(folder, name), `${name}\n`);
	}
	const archiveDir = join(place, 'kept/deep');
	return {place, folder, archiveDir, keep: () => keepArchive({folder, state, archiveDir})};
}

function unpack(path: string, into: string): void {
	const bytes = readFileSync(path);
	const tar = path.endsWith('.zst') ? zlib.zstdDecompressSync(bytes) : zlib.gunzipSync(bytes);
	execFileSync('tar', ['-xf', '-', '-C', into], {input: tar});
}

suite('the archive that is kept of a run that has ended', () => {
	test('is one file in a folder that is made for it, and a real tar reads it', async (context) => {
		const {place, archiveDir, keep} = prepare(context);
		const kept = await keep();
		assert(kept.kind === 'kept', JSON.stringify(kept));
		assert.match(basename(kept.path), /^study_2026-11-28_23-00-00\.tar\.(zst|gz)$/);
		assert.equal(statSync(archiveDir).mode & 0o777, 0o700);

		unpack(kept.path, place);
		assert.equal(readFileSync(join(place, 'journal.jsonl'), 'utf8'), 'journal.jsonl\n');
		assert.equal(JSON.parse(readFileSync(join(place, 'manifest.json'), 'utf8')).files.length, 3);
	});

	test('does not replace the one of before a resume', async (context) => {
		const {archiveDir, keep} = prepare(context);
		await keep();
		await keep();
		assert.deepEqual(
			readdirSync(archiveDir)
				.map((name) => name.replace(/\.tar.*/, ''))
				.toSorted(),
			['study_2026-11-28_23-00-00', 'study_2026-11-28_23-00-00-2'],
		);
	});

	test('is said to be wanting where a file of the run is', async (context) => {
		const {folder, keep} = prepare(context);
		execFileSync('rm', [join(folder, 'results.json')]);
		const kept = await keep();
		assert(kept.kind === 'failed');
		assert.match(kept.problem, /results\.json is missing, which the journal speaks of/);
	});

	test('costs a sentence and nothing else where it cannot be written', async (context) => {
		const {place, archiveDir, keep} = prepare(context);
		writeFileSync(join(place, 'kept'), 'a file where the folder should be');
		const kept = await keep();
		assert(kept.kind === 'failed');
		assert.match(kept.problem, /kept/);
		const [note] = noteArchive(archiveDir);
		assert(note?.type === 'noted' && note.level === 'warning');
		assert.match(note.message, /cannot be archived in .*; it goes on all the same\./);
	});

	test('is not noted where nothing is wrong, or nothing is kept', (context) => {
		const {archiveDir} = prepare(context);
		assert.deepEqual([...noteArchive(archiveDir), ...noteArchive(undefined)], []);
	});
});
