import {existsSync, readdirSync} from 'node:fs';
import {mkdir, rename, rm, writeFile} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {UserError} from '../domain/errors.ts';
import {describeFileProblem} from './file-problem.ts';
import type {ReportFile} from './report-files.ts';

/** Says that a folder is a report, which a later one may replace; lists its files. */
const MANIFEST = 'report.json';

type About = {readonly [key: string]: unknown};

/** A folder that holds something else is left alone. */
export function checkTarget(target: string): void {
	if (!existsSync(target) || existsSync(join(target, MANIFEST))) return;
	if (isEmptyFolder(target)) return;
	throw new UserError(`${target} holds something that is no report of warpdeck, so nothing is written there.`, {
		tryThis: ['warpdeck report --out A_NEW_FOLDER'],
	});
}

function isEmptyFolder(path: string): boolean {
	try {
		return readdirSync(path).length === 0;
	} catch {
		return false;
	}
}

/** Writes a whole report beside its place and then gives it its name: whoever looks sees the old one or the new one. */
export async function writeReportFolder(
	target: string,
	files: AsyncIterable<ReportFile>,
	about: About,
): Promise<readonly string[]> {
	const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
	const written: string[] = [];
	try {
		await mkdir(temporary, {recursive: true});
		for await (const {path, content} of files) {
			await mkdir(dirname(join(temporary, path)), {recursive: true});
			await writeFile(join(temporary, path), content);
			written.push(path);
		}
		await writeFile(join(temporary, MANIFEST), `${JSON.stringify({...about, files: written}, null, '\t')}\n`);
		await replaceFolder(temporary, target);
	} catch (error) {
		await rm(temporary, {recursive: true, force: true});
		throw isOfFiles(error) ? describeFileProblem(`The report in ${target} could not be written`, error) : error;
	}
	return written;
}

/** What a disk refuses is the user's to mend; anything else is our fault and keeps its stack. */
const isOfFiles = (error: unknown): boolean => error instanceof Error && 'syscall' in error;

/** No system renames a folder over a full one, so the old one steps aside first. */
async function replaceFolder(temporary: string, target: string): Promise<void> {
	const old = `${temporary}.old`;
	if (existsSync(target)) await rename(target, old);
	await rename(temporary, target);
	await rm(old, {recursive: true, force: true});
}
