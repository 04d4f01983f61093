import {existsSync, statSync} from 'node:fs';
import {resolve} from 'node:path';
import {UserError} from '../domain/errors.ts';
import {findRun} from '../effects/find-run.ts';
import {type Manifest, verifyArchive} from '../effects/run-archive.ts';
import {archiveRun, nameArchive} from './archive-run.ts';
import {checkFlags} from './arguments.ts';
import type {Invocation} from './dispatch.ts';
import {loadRun} from './load-run.ts';
import {listBaseDirs} from './outputs.ts';
import {nameFolder} from './printer.ts';

/** `warpdeck archive [RUN] [--verify]`: a run as one file with the hash of everything in it; of an archive only --verify. */
export async function run({words: [query], flags}: Invocation): Promise<number> {
	checkFlags('archive', flags, ['verify', 'output', 'json']);
	if (query !== undefined && isArchive(query)) return verify(query, flags.json === true);
	const folder = await findRun(listBaseDirs(), query);
	const target = resolve(flags.output ?? nameArchive(folder));
	if (existsSync(target)) throw refuseExisting(target);
	const {state} = loadRun(folder);
	const manifest = await archiveRun({folder, state, target});
	if (flags.verify) return verify(target, flags.json === true);
	tell(target, manifest, [], flags.json === true);
	return manifest.missing.length > 0 ? 1 : 0;
}

const isArchive = (path: string): boolean =>
	/\.tar\.(gz|zst)$/.test(path) && existsSync(path) && statSync(path).isFile();

const refuseExisting = (target: string): UserError =>
	new UserError(`${nameFolder(target)} is there already.`, {
		tryThis: [`warpdeck archive ${nameFolder(target)} --verify`, 'warpdeck archive RUN --output FILE'],
	});

async function verify(path: string, isJson: boolean): Promise<number> {
	const {manifest, faults} = await verifyArchive(path);
	tell(resolve(path), manifest, faults, isJson);
	return faults.length + manifest.missing.length > 0 ? 1 : 0;
}

function tell(
	path: string,
	{files, missing, changed, live}: Manifest,
	faults: readonly string[],
	isJson: boolean,
): void {
	const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
	if (isJson) {
		process.stdout.write(
			`${JSON.stringify({archive: path, files: files.length, bytes, live, missing, changed, faults}, null, '\t')}\n`,
		);
		return;
	}
	process.stdout.write(`${nameFolder(path)}: ${files.length} files, ${(bytes / 2 ** 20).toFixed(1)} MiB\n`);
	if (live) process.stdout.write('note: the run goes on; what it writes from now on is not in it\n');
	for (const name of missing) process.stderr.write(`missing: ${name}, which the journal speaks of\n`);
	for (const name of changed) process.stderr.write(`changed while it was read: ${name}\n`);
	for (const fault of faults) process.stderr.write(`fault: ${fault}\n`);
}
