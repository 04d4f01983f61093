import {createHash} from 'node:crypto';
import {closeSync, createReadStream, createWriteStream, openSync, readSync} from 'node:fs';
import {open, readdir, rm, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import zlib from 'node:zlib';
import {z} from 'zod';
import {UserError} from '../domain/errors.ts';
import {hostDisk} from './disk.ts';
import {codeOf, describeFileProblem} from './file-problem.ts';
import {encodeTarHeader, padTar, readTar, TAR_END} from './tar.ts';

const fileSchema = z.object({path: z.string(), bytes: z.int(), sha256: z.string()});

const manifestSchema = z.object({
	warpdeck: z.string(),
	run: z.string(),
	suite: z.string(),
	/** Epoch ms of the view. */
	at: z.number(),
	/** Of the journal's last fact in it. */
	lastSeq: z.int(),
	/** Somebody worked on the run at that moment, so that its measurements may go on. */
	live: z.boolean(),
	files: z.array(fileSchema),
	/** What the journal says must be there and is not. */
	missing: z.array(z.string()),
	/** What became shorter while it was read. */
	changed: z.array(z.string()),
});

export type Manifest = z.infer<typeof manifestSchema>;

const MANIFEST = 'manifest.json';
/** Of the runner that works on it, or copies of the run themselves. */
const NOT_KEPT = /^(run\.lock.*|\.requests|.*\.tmp|backups|\.unfinished-.*)$/;
/** Lines that are being written stay out. */
const LINES = /\.jsonl$/;
const CHUNK_BYTES = 1024 * 1024;
const PRIVATE_FILE = 0o600;

/** Zstandard where this Node has it: a third smaller and several times as fast. */
const hasZstd = typeof zlib.createZstdCompress === 'function';

export const ARCHIVE_ENDING = hasZstd ? '.tar.zst' : '.tar.gz';

type ArchiveOptions = {
	readonly folder: string;
	/** Must not be there yet. */
	readonly target: string;
	/** What the journal says must be there, relative to the folder. */
	readonly expected: readonly string[];
	/** Whether a file of the run belongs to it, relative to the folder; absent: every one. */
	readonly isWanted?: (path: string) => boolean;
	readonly about: Omit<Manifest, 'files' | 'missing' | 'changed'>;
};

/** Writes a view of a run as one file: what is appended meanwhile stays out, and hashes of all stand at its end. */
export async function writeArchive({folder, target, expected, about, isWanted}: ArchiveOptions): Promise<Manifest> {
	const all = await listFiles(folder);
	const paths = isWanted ? all.filter(isWanted) : all;
	const views = await Promise.all(paths.map((path) => measure(folder, path)));
	const manifest: Manifest = {
		...about,
		files: [],
		// An imported result may have no log, and then names none.
		missing: expected.filter((path) => path !== '' && !paths.includes(path)),
		changed: [],
	};
	const compress = createCompressor(target);
	try {
		const file = createWriteStream(target, {flags: 'wx', mode: PRIVATE_FILE, flush: true});
		await pipeline(Readable.from(makeTar(folder, views, manifest)), compress, file);
		await hostDisk.syncFolder(dirname(target));
	} catch (error) {
		if (codeOf(error) !== 'EEXIST') await rm(target, {force: true});
		throw describeFileProblem(
			`The archive ${target} could not be written`,
			error,
			'warpdeck archive RUN --output FILE',
		);
	}
	return manifest;
}

/** As the name says. */
function createCompressor(target: string) {
	if (!target.endsWith('.zst')) return zlib.createGzip();
	if (hasZstd) return zlib.createZstdCompress();
	throw new UserError(`This Node, ${process.version}, cannot write Zstandard.`, {
		tryThis: ['warpdeck archive RUN --output NAME.tar.gz'],
		exitCode: 3,
	});
}

async function listFiles(folder: string, below = ''): Promise<readonly string[]> {
	const entries = await readdir(join(folder, below), {withFileTypes: true});
	const nested = entries
		.filter(({name}) => !NOT_KEPT.test(name))
		.map(async (entry) => {
			const path = join(below, entry.name);
			if (entry.isDirectory()) return listFiles(folder, path);
			return entry.isFile() ? [path] : [];
		});
	return (await Promise.all(nested)).flat().toSorted();
}

type View = {readonly path: string; readonly bytes: number; readonly mtimeS: number};

async function measure(folder: string, path: string): Promise<View> {
	const {size, mtimeMs} = await stat(join(folder, path));
	const bytes = LINES.test(path) ? await findLastLine(join(folder, path), size) : size;
	return {path, bytes, mtimeS: mtimeMs / 1000};
}

/** Where the last whole line ends. */
async function findLastLine(path: string, size: number): Promise<number> {
	const file = await open(path, 'r');
	try {
		for (let end = size; end > 0; ) {
			const start = Math.max(0, end - CHUNK_BYTES);
			const {buffer, bytesRead} = await file.read(Buffer.alloc(end - start), 0, end - start, start);
			const at = buffer.subarray(0, bytesRead).lastIndexOf(10);
			if (at >= 0) return start + at + 1;
			end = start;
		}
		return 0;
	} finally {
		await file.close();
	}
}

/** The manifest comes last, because hashes are made of the very bytes that are written. */
function* makeTar(folder: string, views: readonly View[], manifest: Manifest): Generator<Buffer> {
	for (const view of views) {
		yield encodeTarHeader(view);
		const hash = createHash('sha256');
		let left = view.bytes;
		for (const data of readFile(join(folder, view.path), view.bytes)) {
			hash.update(data);
			left -= data.length;
			yield data;
		}
		if (left > 0) {
			const lost = Buffer.alloc(left);
			hash.update(lost);
			manifest.changed.push(view.path);
			yield lost;
		}
		yield padTar(view.bytes);
		manifest.files.push({path: view.path, bytes: view.bytes, sha256: hash.digest('hex')});
	}
	const text = Buffer.from(`${JSON.stringify(manifest, null, '\t')}\n`);
	yield encodeTarHeader({path: MANIFEST, bytes: text.length, mtimeS: manifest.at / 1000});
	yield Buffer.concat([text, padTar(text.length), TAR_END]);
}

function* readFile(path: string, bytes: number): Generator<Buffer> {
	const file = openSync(path, 'r');
	try {
		for (let at = 0; at < bytes; ) {
			const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, bytes - at));
			const length = readSync(file, buffer, 0, buffer.length, at);
			if (length === 0) return;
			at += length;
			yield buffer.subarray(0, length);
		}
	} finally {
		closeSync(file);
	}
}

/** Reads an archive to its end and compares it with its manifest; what differs, a line each. */
export async function verifyArchive(
	path: string,
): Promise<{readonly manifest: Manifest; readonly faults: readonly string[]}> {
	try {
		const {found, manifest} = await readArchive(path);
		const listed = new Map(manifest.files.map((file) => [file.path, file.sha256]));
		const faults = [
			...manifest.files.filter((file) => !found.has(file.path)).map((file) => `${file.path} is not in it`),
			...[...found].flatMap(([name, sha256]) => {
				if (!listed.has(name)) return [`${name} is not in its manifest`];
				return listed.get(name) === sha256 ? [] : [`${name} is not what was archived`];
			}),
		];
		return {manifest, faults};
	} catch (error) {
		throw refuseArchive(path, error);
	}
}

async function readArchive(path: string) {
	const expand = path.endsWith('.zst') ? zlib.createZstdDecompress() : zlib.createGunzip();
	const source = createReadStream(path);
	source.on('error', (error) => expand.destroy(error));
	const found = new Map<string, string>();
	let name: string | null = null;
	let hash = createHash('sha256');
	let text: Buffer[] = [];
	const finish = () => name !== null && found.set(name, hash.digest('hex'));
	for await (const part of readTar(source.pipe(expand))) {
		if (part.kind === 'data') {
			hash.update(part.data);
			if (name === MANIFEST) text.push(Buffer.from(part.data));
			continue;
		}
		finish();
		name = part.path;
		hash = createHash('sha256');
		text = [];
	}
	finish();
	found.delete(MANIFEST);
	return {found, manifest: manifestSchema.parse(JSON.parse(Buffer.concat(text).toString('utf8')))};
}

const refuseArchive = (path: string, error: unknown): UserError =>
	new UserError(`${path} cannot be verified: ${error instanceof Error ? error.message.split('\n')[0] : error}.`, {
		tryThis: ['warpdeck archive RUN --verify   # makes a new one and reads it back'],
		exitCode: 3,
		cause: error,
	});
