import {basename, dirname} from 'node:path';
import type {Disk} from '../../source/effects/disk.ts';
import {createJournalFile} from '../../source/effects/journal-file.ts';

/** Each of them is what some promise to a user rests on; the test takes them out one by one. */
export const SYNC_POINTS = [
	'facts',
	'bytes of a result',
	'name of a result',
	'names in the run',
	'name of the run',
] as const;

export type SyncPoint = (typeof SYNC_POINTS)[number];

type Patch = {readonly at: number; readonly bytes: Uint8Array};
type File = {readonly kind: 'file'; kept: Buffer; seen: Buffer; pending: Patch[]};
type Folder = {readonly kind: 'folder'; kept: Map<string, Node>; seen: Map<string, Node>; pending: Rename[]};
type Node = File | Folder;
/** One change of names, which is there as a whole after a loss of power, or not at all. */
type Rename = {readonly gone: string | null; readonly name: string | null; readonly node: Node | null};

export type SimulatedDisk = Disk & {
	/** What a machine finds when it has power again. */
	readonly losePower: () => SimulatedDisk;
	/** Texts by the name of the file, of one folder; empty where there is none. */
	readonly list: (folder: string) => ReadonlyMap<string, string>;
};

type Options = {
	readonly random: () => number;
	/** Resolves when the disk comes to the next deed; never, once the power is gone. */
	readonly step: () => Promise<void>;
	/** A disk that promises this one and does not keep it. */
	readonly without: SyncPoint | null;
};

const makeFolder = (): Folder => ({kind: 'folder', kept: new Map(), seen: new Map(), pending: []});
const makeFile = (bytes: Buffer = Buffer.alloc(0)): File => ({kind: 'file', kept: bytes, seen: bytes, pending: []});
const fail = (code: string, path: string): Error => Object.assign(new Error(`${code}: ${path}`), {code});

/**
 * Keeps what was synced and, of the rest, what chance leaves: of a file's bytes the first so many, of a folder's names
 * any. Whoever is told that something lasts can be held to it.
 */
export function createSimulatedDisk(options: Options, root: Folder = makeFolder()): SimulatedDisk {
	const {random, step, without} = options;
	const find = (path: string): Node | undefined =>
		path === '/' ? root : folderOf(dirname(path))?.seen.get(basename(path));
	const folderOf = (path: string): Folder | undefined => {
		const node = find(path);
		return node?.kind === 'folder' ? node : undefined;
	};
	const demandFolder = (path: string): Folder => folderOf(path) ?? raise('ENOENT', path);
	const demandFile = (path: string): File => {
		const node = find(path);
		return node?.kind === 'file' ? node : raise('ENOENT', path);
	};
	const change = (folder: string, rename: Rename): void => {
		const node = demandFolder(folder);
		applyRename(node.seen, rename);
		node.pending.push(rename);
	};
	const add = (path: string, node: Node): void => change(dirname(path), {gone: null, name: basename(path), node});
	const write = (file: File, patch: Patch): void => {
		file.seen = applyPatch(file.seen, patch);
		file.pending.push(patch);
	};
	const sync = (node: Node, point: SyncPoint): void => {
		if (point === without) return;
		if (node.kind === 'file') node.kept = node.seen;
		else node.kept = new Map(node.seen);
		node.pending = [];
	};

	return {
		has: async (path) => find(path) !== undefined,
		makeFolder: async (path) => {
			await step();
			if (find(path)) return false;
			add(path, makeFolder());
			return true;
		},
		createFile: async (path) => {
			await step();
			if (find(path)) throw fail('EEXIST', path);
			add(path, makeFile());
		},
		writeFile: async (path, text) => {
			await step();
			const file = makeFile();
			add(path, file);
			write(file, {at: 0, bytes: Buffer.from(text)});
			await step();
			sync(file, 'bytes of a result');
		},
		rename: async (from, to) => {
			await step();
			change(dirname(to), {gone: basename(from), name: basename(to), node: demandFile(from)});
		},
		remove: async (path) => {
			await step();
			if (find(path)) change(dirname(path), {gone: basename(path), name: null, node: null});
		},
		syncFolder: async (path) => {
			await step();
			sync(demandFolder(path), nameSync(path));
		},
		openJournal: async (path, length) => {
			const file = demandFile(path);
			return createJournalFile(
				{
					write: async (bytes, at) => {
						await step();
						write(file, {at, bytes: Buffer.from(bytes)});
						await step();
						sync(file, 'facts');
						return bytes.length;
					},
					truncate: async (to) => cut(file, to),
					close: async () => {},
				},
				path,
				length,
			);
		},
		read: (path) => [demandFile(path).seen],
		measure: async (path) => demandFile(path).seen.length,
		cut: async (path, length) => {
			await step();
			cut(demandFile(path), length);
		},
		list: (folder) =>
			new Map(
				[...(folderOf(folder)?.seen ?? [])].flatMap(([name, node]) =>
					node.kind === 'file' ? [[name, node.seen.toString()] as const] : [],
				),
			),
		losePower: () => createSimulatedDisk(options, survive(root, random)),
	};
}

/** The run is a folder of the third level: /suite/day/time. */
function nameSync(folder: string): SyncPoint {
	if (basename(folder) === 'results') return 'name of a result';
	return folder.split('/').length > 3 ? 'names in the run' : 'name of the run';
}

function raise(code: string, path: string): never {
	throw fail(code, path);
}

/** Lasts with the next sync of the file, as a file's length does. */
function cut(file: File, length: number): void {
	file.seen = file.seen.subarray(0, length);
	file.kept = file.kept.subarray(0, length);
	file.pending = [];
}

function applyRename(names: Map<string, Node>, {gone, name, node}: Rename): void {
	if (gone !== null) names.delete(gone);
	if (name !== null && node !== null) names.set(name, node);
}

function applyPatch(bytes: Buffer, {at, bytes: added}: Patch): Buffer {
	const next = Buffer.alloc(Math.max(bytes.length, at + added.length));
	bytes.copy(next);
	next.set(added, at);
	return next;
}

function survive(folder: Folder, random: () => number): Folder {
	const names = new Map(folder.kept);
	for (const rename of folder.pending) if (random() < 0.5) applyRename(names, rename);
	const nodes = new Map<string, Node>(
		[...names].map(([name, node]) => [name, node.kind === 'file' ? surviveFile(node, random) : survive(node, random)]),
	);
	return {kind: 'folder', kept: nodes, seen: new Map(nodes), pending: []};
}

function surviveFile({kept, pending}: File, random: () => number): File {
	const total = pending.reduce((sum, {bytes}) => sum + bytes.length, 0);
	let left = random() < 0.2 ? total : Math.floor(random() * (total + 1));
	let bytes: Buffer = kept;
	for (const {at, bytes: added} of pending) {
		bytes = applyPatch(bytes, {at, bytes: added.subarray(0, left)});
		left -= Math.min(left, added.length);
	}
	return makeFile(bytes);
}
