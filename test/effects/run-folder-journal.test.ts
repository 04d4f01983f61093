import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {UserError} from '../../source/domain/errors.ts';
import {createJournalFile, type JournalDisk, openJournalFile} from '../../source/effects/journal-file.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';

/** A disk in memory that does as it is told: `budget` bytes fit, and `failing` operations refuse. */
function createDisk() {
	const disk = {text: '', syncs: 0, budget: Number.POSITIVE_INFINITY, failing: new Set<keyof JournalDisk>()};
	const refuse = (operation: keyof JournalDisk, code: string): void => {
		if (disk.failing.has(operation)) throw Object.assign(new Error(code), {code});
	};
	const operations: JournalDisk = {
		write: async (bytes, position) => {
			refuse('write', 'EIO');
			const fits = Buffer.from(bytes)
				.subarray(0, Math.max(0, disk.budget - position))
				.toString();
			if (fits === '') throw Object.assign(new Error('ENOSPC'), {code: 'ENOSPC'});
			disk.text = disk.text.slice(0, position) + fits;
			disk.syncs++;
			return fits.length;
		},
		truncate: async (length) => {
			refuse('truncate', 'EIO');
			disk.text = disk.text.slice(0, length);
		},
		close: async () => {},
	};
	return {disk, journal: createJournalFile(operations, 'journal.jsonl', 0)};
}

suite('facts', () => {
	test('that a thousand lanes append at once stand in order and share their syncs', async () => {
		const {disk, journal} = createDisk();
		const resolved: number[] = [];
		await Promise.all(
			Array.from({length: 1000}, async (_, index) => {
				await journal.append(`${index}\n`);
				resolved.push(index);
			}),
		);

		const wanted = Array.from({length: 1000}, (_, index) => index);
		assert.deepEqual(resolved, wanted);
		assert.deepEqual(disk.text.trimEnd().split('\n').map(Number), wanted);
		assert.ok(disk.syncs <= 2, `${disk.syncs} syncs`);
	});

	test('appended one after the other are synced one by one', async () => {
		const {disk, journal} = createDisk();
		for (const line of ['1\n', '2\n', '3\n']) await journal.append(line);

		assert.deepEqual([disk.text, disk.syncs], ['1\n2\n3\n', 3]);
	});

	test('for which there is no space are refused whole, and fit once there is', async () => {
		const {disk, journal} = createDisk();
		await journal.append('first\n');
		disk.budget = 10;

		await assert.rejects(journal.append('does not fit\n'), (error: UserError) => {
			assert.ok(error instanceof UserError);
			assert.match(
				error.message,
				/^The journal journal\.jsonl could not be written: there is no space left on the disk\.$/,
			);
			assert.match(error.tryThis[0], /df -h .* warpdeck resume/);
			return true;
		});
		assert.equal(disk.text, 'first\n');

		disk.budget = 1000;
		await journal.append('does not fit\n');
		assert.equal(disk.text, 'first\ndoes not fit\n');
	});

	test('that wait behind one that was refused are refused too, so that none stands behind a gap', async () => {
		const {disk, journal} = createDisk();
		disk.failing.add('write');
		const outcomes = await Promise.allSettled([journal.append('1\n'), journal.append('2\n'), journal.append('3\n')]);

		assert.deepEqual(
			outcomes.map(({status}) => status),
			['rejected', 'rejected', 'rejected'],
		);
		assert.equal(disk.text, '');
		disk.failing.clear();
		await journal.append('1\n');
		assert.equal(disk.text, '1\n');
	});

	test('leave no half line even when the disk cannot be cut back at once', async () => {
		const {disk, journal} = createDisk();
		disk.budget = 4;
		disk.failing.add('truncate');
		await assert.rejects(journal.append('a long line\n'), UserError);
		assert.equal(disk.text, 'a lo');

		disk.budget = 1000;
		await assert.rejects(journal.append('b\n'), UserError);
		disk.failing.clear();
		await journal.append('b\n');

		assert.equal(disk.text, 'b\n');
	});

	test('of a run that goes on are written behind its last whole line', async (context) => {
		const path = join(makeTemporaryFolder(context), 'journal.jsonl');
		writeFileSync(path, 'whole\n');
		const journal = await openJournalFile(path, 6);
		await journal.append('next\n');
		await journal.close();

		assert.equal(readFileSync(path, 'utf8'), 'whole\nnext\n');
	});
});

suite('a disk that is full', () => {
	test('costs no whole line and leaves no half one, and takes facts again once there is space', async (context) => {
		const folder = makeTemporaryFolder(context);
		const refusal = mountSmallDisk(folder);
		if (refusal) return context.skip(refusal);
		try {
			await fillAndGoOn(folder);
		} finally {
			execFileSync('umount', [folder]);
		}
	});
});

async function fillAndGoOn(folder: string): Promise<void> {
	const [path, ballast] = [join(folder, 'journal.jsonl'), join(folder, 'ballast')];
	writeFileSync(path, '');
	writeFileSync(ballast, Buffer.alloc(64 * 1024));
	const journal = await openJournalFile(path, 0);
	const line = `${'x'.repeat(999)}\n`;
	let written = 0;
	const fill = async (): Promise<void> => {
		for (; written < 1000; written++) await journal.append(line);
	};

	await assert.rejects(fill(), /no space left on the disk/);
	assert.equal(readFileSync(path, 'utf8'), line.repeat(written));
	rmSync(ballast);
	await journal.append(line);
	await journal.close();

	assert.ok(written > 50);
	assert.equal(readFileSync(path, 'utf8'), line.repeat(written + 1));
}

/** 256 KiB of memory as a disk; returns why not where mounting is not allowed. */
function mountSmallDisk(folder: string): string | null {
	try {
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder], {stdio: 'pipe'});
		return null;
	} catch (error) {
		return `a small disk cannot be mounted here: ${error instanceof Error ? error.message.trim() : error}`;
	}
}
