import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {pipeline} from 'node:stream/promises';
import type {InputDigest} from '../domain/command-keys.ts';
import {UserError} from '../domain/errors.ts';
import {chooseCachePath, readCache, writeCache} from './cache-file.ts';
import {type InputBounds, type InputFile, listInputs, nameInput} from './list-inputs.ts';

/** null: the pattern names nothing that is there. */
export type InputReader = {
	readonly digest: (pattern: string, base: string) => Promise<InputDigest | null>;
	/** Keeps what was hashed for the next plan. */
	readonly keep: () => void;
};

const BOUNDS: InputBounds = {files: 10_000, bytes: 32 * 2 ** 30};

/** A smaller one is hashed again sooner than it is looked up. */
const KEPT_FROM_BYTES = 2 ** 20;
const MOST_KEPT = 5000;
/** A file may change twice within one tick of a file system's clock. */
const SETTLED_NS = 2_000_000_000n;

/** Hashes what inputs hold; a file that has not changed since is read once. */
export function createInputReader(env: NodeJS.ProcessEnv, bounds: InputBounds = BOUNDS): InputReader {
	const file = chooseCachePath(env, 'input-hashes.json');
	const known = new Map<string, string>();
	const fresh = new Map<string, string>();
	let isRead = false;

	const hash = async ({path, bytes, stamp}: InputFile): Promise<string> => {
		if (!isRead && bytes >= KEPT_FROM_BYTES) {
			isRead = true;
			for (const [key, value] of readKept(file)) known.set(key, value);
		}
		const key = `${stamp} ${path}`;
		const found = known.get(key);
		if (found !== undefined) return found;
		const sha256 = await hashFile(path);
		if (!isSettled(stamp)) return sha256;
		known.set(key, sha256);
		if (bytes >= KEPT_FROM_BYTES) fresh.set(key, sha256);
		return sha256;
	};

	return {
		digest: async (pattern, base) => {
			const files = listInputs(pattern, base, bounds);
			if (files.length === 0) return null;
			const bytes = files.reduce((sum, one) => sum + one.bytes, 0);
			const [only] = files;
			// What `sha256sum` says of a single file.
			if (only && files.length === 1) return {sha256: await hash(only), files: 1, bytes};
			const all = createHash('sha256');
			for (const one of files) all.update(`${nameInput(one.path, base)}\0${await hash(one)}\n`);
			return {sha256: all.digest('hex'), files: files.length, bytes};
		},
		keep: () => {
			// Without it the next plan hashes once more, which is no reason to stop.
			if (fresh.size > 0) writeCache(file, Object.fromEntries([...readKept(file), ...fresh].slice(-MOST_KEPT)));
			fresh.clear();
		},
	};
}

async function hashFile(path: string): Promise<string> {
	const hash = createHash('sha256');
	try {
		await pipeline(createReadStream(path, {highWaterMark: 2 ** 20}), hash);
	} catch (cause) {
		throw new UserError(`The input ${path} cannot be read: ${(cause as Error).message}.`, {
			tryThis: [`ls -l ${path}`, 'leave it out of experiment.workload.inputs'],
			exitCode: 3,
			cause,
		});
	}
	return hash.digest('hex');
}

function isSettled(stamp: string): boolean {
	const [, , , mtimeNs = '0', ctimeNs = '0'] = stamp.split(' ');
	const youngest = BigInt(mtimeNs) > BigInt(ctimeNs) ? BigInt(mtimeNs) : BigInt(ctimeNs);
	return BigInt(Date.now()) * 1_000_000n - youngest > SETTLED_NS;
}

function readKept(file: string): readonly (readonly [key: string, sha256: string])[] {
	const isHash = (value: unknown) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
	return Object.entries(readCache(file) ?? {}).filter(([, value]) => isHash(value));
}
