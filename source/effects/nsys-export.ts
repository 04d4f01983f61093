import {closeSync, existsSync, openSync, readSync, statSync} from 'node:fs';
import {rename, rm} from 'node:fs/promises';
import {askTool} from './ask-tool.ts';
import type {CaptureFile} from './capture-files.ts';

type ExportOutcome =
	| {readonly kind: 'exported'; readonly database: string}
	| {readonly kind: 'absent'}
	| {readonly kind: 'failed'; readonly problem: string};

const LONGEST_MS = 30 * 60_000;

/** Whether the database is there, whole, and not older than its report. */
export function isFresh({report, database}: CaptureFile): boolean {
	if (database === null) return false;
	if (report === null) return true;
	return isWhole(database) && statSync(database).mtimeMs >= statSync(report).mtimeMs;
}

/** A database says in its first page how long it is; a journal beside it is an export that was killed. */
function isWhole(database: string): boolean {
	const head = readHead(database);
	// What cannot be read is for SQLite to explain.
	if (head === null) return true;
	if (head.length < HEAD_BYTES) return false;
	const pageBytes = head.readUInt16BE(16) === 1 ? 65_536 : head.readUInt16BE(16);
	return statSync(database).size >= pageBytes * head.readUInt32BE(28) && !existsSync(`${database}-journal`);
}

const HEAD_BYTES = 32;

function readHead(path: string): Buffer | null {
	const head = Buffer.alloc(HEAD_BYTES);
	try {
		const file = openSync(path, 'r');
		try {
			return head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0));
		} finally {
			closeSync(file);
		}
	} catch {
		return null;
	}
}

/** Makes `<report>.sqlite` by nsys, under another name until it is whole. */
export async function exportReport({stem, report}: CaptureFile, env: NodeJS.ProcessEnv): Promise<ExportOutcome> {
	const database = `${stem}.sqlite`;
	const partial = `${stem}.${process.pid}-partial.sqlite`;
	const args = ['export', '--type=sqlite', '--force-overwrite=true', `--output=${partial}`];
	const answer = await askTool('nsys', [...args, report ?? ''], {timeoutMs: LONGEST_MS, env});
	try {
		if (answer.kind === 'absent') return {kind: 'absent'};
		if (answer.kind !== 'answered' || answer.code !== 0 || !existsSync(partial)) {
			return {kind: 'failed', problem: describe(answer)};
		}
		// Of an export that was killed: SQLite would undo in the new database what it noted of the old one.
		await rm(`${database}-journal`, {force: true});
		await rename(partial, database);
		return {kind: 'exported', database};
	} catch (error) {
		return {kind: 'failed', problem: (error as Error).message};
	} finally {
		await Promise.all([partial, `${partial}-journal`].map((path) => rm(path, {force: true})));
	}
}

function describe(answer: Awaited<ReturnType<typeof askTool>>): string {
	if (answer.kind === 'hung') return `nsys export did not end within ${answer.afterMs / 60_000} min`;
	if (answer.kind === 'failed') return `nsys export was ${answer.problem}`;
	if (answer.kind === 'absent') return 'nsys is not here';
	const said = `${answer.stderr}\n${answer.stdout}`.split('\n').find((line) => line.trim() !== '');
	return `nsys export ended with ${answer.code}: ${said?.trim() ?? 'it said nothing'}`;
}
