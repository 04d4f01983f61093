import {constants, type Stats} from 'node:fs';
import {type FileHandle, open, readdir, stat} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import type {FoundFile, LeftColumns, LeftFiles, LeftText} from '../engine/ports.ts';
import {codeOf} from './file-problem.ts';
import {readParquet} from './parquet.ts';

/** Of a file whose text is looked at; JSON and tables are read as a whole, on the thread that follows the run. */
const MOST_TEXT_BYTES = 16 * 1024 * 1024;
const MOST_PARQUET_BYTES = 256 * 1024 * 1024;
const MOST_NAMES = 10_000;

/** Files that programs of others leave: whatever stands at a path, nothing is waited for and nothing is read without an end. */
export const createLeftFiles = (): LeftFiles => ({
	list: (folder, pattern) => listFiles(folder, pattern),
	readText: (path) => withFile(path, MOST_TEXT_BYTES, readText),
	readColumns: (path, columns) =>
		withFile(path, MOST_PARQUET_BYTES, (file, bytes) => readParquet(file, bytes, columns)),
});

async function listFiles(folder: string, pattern: string): Promise<readonly FoundFile[]> {
	const found = await expand(resolve(folder), pattern);
	const files = await Promise.all(found.map((path) => look(resolve(folder, path), path)));
	return files.filter((file) => file !== null);
}

/** `*` and `?` stand for letters of one name. */
async function expand(folder: string, pattern: string): Promise<readonly string[]> {
	let paths = [pattern.startsWith('/') ? '/' : ''];
	for (const part of pattern.split('/').filter((name) => name !== '')) {
		if (!/[*?]/.test(part)) {
			paths = paths.map((path) => join(path, part));
			continue;
		}
		const test = toExpression(part);
		const listed = await Promise.all(paths.map(async (path) => listNames(resolve(folder, path), test, path)));
		paths = listed.flat().slice(0, MOST_NAMES);
	}
	return paths;
}

async function listNames(folder: string, test: RegExp, path: string): Promise<readonly string[]> {
	const names = await readdir(folder).catch(() => []);
	return names
		.filter((name) => test.test(name))
		.toSorted()
		.map((name) => join(path, name));
}

const toExpression = (part: string): RegExp => {
	const text = part
		.replaceAll(/[.+^$(){}|[\]\\]/g, '\\$&')
		.replaceAll(/\*+/g, '.*')
		.replaceAll('?', '.');
	return new RegExp(`^${part.startsWith('*') || part.startsWith('?') ? '(?!\\.)' : ''}${text}$`, 's');
};

async function look(absolute: string, path: string): Promise<FoundFile | null> {
	try {
		const {ino, dev, size, mtimeNs, ctimeNs, ...entry} = await stat(absolute, {bigint: true});
		const kind = nameKind(entry as unknown as Stats & {readonly mode: bigint});
		const changedAt = Number(ctimeNs / 1_000_000n);
		return {path, absolute, kind, bytes: Number(size), changedAt, stamp: [dev, ino, size, mtimeNs, ctimeNs].join(' ')};
	} catch (error) {
		if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
		return {path, absolute, kind: 'unreadable', bytes: 0, changedAt: 0, stamp: ''};
	}
}

const KINDS: {readonly [mode: number]: FoundFile['kind']} = {
	[constants.S_IFREG]: 'file',
	[constants.S_IFDIR]: 'folder',
	[constants.S_IFIFO]: 'pipe',
	[constants.S_IFSOCK]: 'socket',
};

const nameKind = ({mode}: {readonly mode: bigint}): FoundFile['kind'] =>
	KINDS[Number(mode) & constants.S_IFMT] ?? 'device';

type Problem = {readonly kind: 'problem'; readonly problem: string};

/** A pipe that nobody writes to is opened without waiting, and turned away because it is none. */
async function withFile<Result extends LeftText | LeftColumns>(
	path: string,
	mostBytes: number,
	read: (file: FileHandle, bytes: number) => Promise<Result>,
): Promise<Result | Problem> {
	try {
		const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
		try {
			const entry = await file.stat();
			if (!entry.isFile()) return {kind: 'problem', problem: 'it is no file'};
			if (entry.size > mostBytes) return {kind: 'problem', problem: describeSize(entry.size, mostBytes)};
			return await read(file, entry.size);
		} finally {
			await file.close();
		}
	} catch (error) {
		return {kind: 'problem', problem: describe(error)};
	}
}

const toMiB = (bytes: number): number => Math.ceil(bytes / 1024 / 1024);

const describeSize = (bytes: number, mostBytes: number): string =>
	`it has ${toMiB(bytes)} MiB, and no more than ${toMiB(mostBytes)} are read`;

const WORDS: {readonly [code: string]: string} = {
	EACCES: 'this user may not read it',
	ENOENT: 'it is not there',
	ELOOP: 'it is a link to itself',
};

function describe(error: unknown): string {
	const code = codeOf(error);
	return WORDS[code ?? ''] ?? (error instanceof Error ? error.message : String(error));
}

/** No more than it had when it was opened, because something may still be writing to it. */
async function readText(file: FileHandle, bytes: number): Promise<LeftText> {
	const buffer = Buffer.allocUnsafe(bytes);
	let length = 0;
	while (length < bytes) {
		const {bytesRead} = await file.read(buffer, length, bytes - length, length);
		if (bytesRead === 0) break;
		length += bytesRead;
	}
	return {kind: 'text', text: buffer.subarray(0, length).toString('utf8')};
}
