import childProcess from 'node:child_process';
import {appendFileSync} from 'node:fs';
import promises, {type FileHandle} from 'node:fs/promises';
import {syncBuiltinESMExports} from 'node:module';
import {basename, dirname} from 'node:path';

/**
 * Loaded before the built program with `node --import`: the program dies by SIGKILL when it comes to a named point for
 * the n-th time. The points lie in Node's own functions, so that nothing of this is in the product, where it could be
 * left on, and what is tortured is what people run.
 */
const {TORTURE_POINT = '', TORTURE_COUNT = '1', TORTURE_LOG = ''} = process.env;
let left = Number(TORTURE_COUNT);

function reach(point: string): void {
	if (point !== TORTURE_POINT || --left > 0) return;
	appendFileSync(TORTURE_LOG, `${point}\n`);
	process.kill(process.pid, 'SIGKILL');
}

type Bytes = {readonly length: number; readonly subarray: (start: number, end: number) => Uint8Array};

const paths = new WeakMap<FileHandle, string>();
const {open, rename, rm, link} = promises;

const isTemporary = (path: string): boolean => path.endsWith('.tmp');

/** What a file is to a run; null for one that does not matter. */
function nameFile(path: string): string | null {
	if (basename(path) === 'journal.jsonl') return 'journal';
	if (isTemporary(path) && basename(dirname(path)) === 'results') return 'result';
	if (/\.lease(\.new)?$/.test(path)) return 'lease';
	if (basename(path).startsWith('run.lock.')) return path.endsWith('.new') ? 'lock' : null;
	return basename(path) === 'results' ? 'folder of results' : null;
}

Object.assign(promises, {
	open: async (path: string, flags?: string | number, mode?: number) => {
		const file = await open(path, flags, mode);
		paths.set(file, path);
		const name = nameFile(path);
		if (flags === 'wx' && (name === 'lease' || name === 'lock')) reach(`${name} made, still empty`);
		return file;
	},
	rename: async (from: string, to: string) => {
		const name = nameFile(from);
		if (name) reach(`before the rename of a ${name}`);
		await rename(from, to);
		if (name) reach(`after the rename of a ${name}`);
	},
	link: async (from: string, to: string) => {
		await link(from, to);
		if (nameFile(from) === 'lock') reach(to.endsWith('.breaking') ? 'guard of a break taken' : 'lock taken');
	},
	rm: async (path: string, ...more: []) => {
		await rm(path, ...more);
		if (nameFile(path) === 'lease') reach('lease given back');
		if (basename(path) === 'run.lock') reach('lock given back');
	},
});

type Deed = (this: FileHandle, ...args: unknown[]) => Promise<unknown>;

const sample = await open('/dev/null', 'r');
const handles: {-readonly [name in 'write' | 'writeFile' | 'sync']: Deed} = Object.getPrototypeOf(sample);
await sample.close();
const {write, writeFile, sync} = handles;

/** Before and after a call that leaves something on the disk. */
async function around(file: FileHandle, deed: string, call: () => Promise<unknown>): Promise<unknown> {
	const name = nameFile(paths.get(file) ?? '');
	if (name) reach(`before the ${deed} of a ${name}`);
	const outcome = await call();
	if (name) reach(`after the ${deed} of a ${name}`);
	return outcome;
}

handles.write = function (...args) {
	const [bytes, , , position] = args as [Bytes, number, number, number];
	const isFacts = nameFile(paths.get(this) ?? '') === 'journal' && bytes.length > 1;
	if (!isFacts || TORTURE_POINT !== 'in the middle of facts' || left > 1) {
		if (isFacts) reach('in the middle of facts');
		return around(this, 'write', () => write.apply(this, args));
	}
	const half = Math.floor(bytes.length / 2);
	return write.apply(this, [bytes, 0, half, position]).then(() => reach('in the middle of facts'));
};
handles.writeFile = function (...args) {
	return around(this, 'write', () => writeFile.apply(this, args));
};
handles.sync = function (...args) {
	return around(this, 'sync', () => sync.apply(this, args));
};

type Message = {readonly program?: string; readonly kind?: string};
type Spawner = {
	send?: (message: Message, ...more: readonly unknown[]) => boolean;
	emit: (event: string, message: Message, ...more: readonly unknown[]) => boolean;
};
const {spawn} = childProcess;

/** The process that spawns for the runner is the only one that it talks to by messages. */
function watchSpawner(spawner: Spawner): void {
	const {send, emit} = spawner;
	if (!send) return;
	spawner.send = (message, ...more) => {
		if (message.program) reach('before the spawn');
		const sent = send.call(spawner, message, ...more);
		if (message.program) reach('spawn ordered, not answered');
		return sent;
	};
	spawner.emit = (event, message, ...more) => {
		if (event === 'message' && message.kind === 'started') reach('after the spawn');
		if (event === 'message' && message.kind === 'ended') reach('exit seen');
		return emit.call(spawner, event, message, ...more);
	};
}

Object.assign(childProcess, {
	spawn: (...args: Parameters<typeof spawn>) => {
		const child = spawn(...args);
		watchSpawner(child as unknown as Spawner);
		return child;
	},
});

syncBuiltinESMExports();
