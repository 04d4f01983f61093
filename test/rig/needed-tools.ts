import {spawnSync} from 'node:child_process';
import {delimiter, isAbsolute, join} from 'node:path';
import {isExecutable} from '../../source/effects/find-program.ts';
import {findPython} from '../../source/effects/python.ts';

/** Every program of that name on PATH, in its order. */
export const listPrograms = (name: string): readonly string[] =>
	(process.env.PATH ?? '')
		.split(delimiter)
		.filter(isAbsolute)
		.map((folder) => join(folder, name))
		.filter(isExecutable);

/** false, or why a test that needs the program is skipped. */
export const lacks = (...names: readonly string[]): string | false => {
	const missing = names.filter((name) => listPrograms(name).length === 0);
	return missing.length > 0 && `${missing.join(', ')} is not installed here`;
};

/** false, or why a test that needs PyTorch is skipped. */
export const lacksTorch = async (): Promise<string | false> =>
	(await findPython({env: process.env})).kind === 'none' && 'no interpreter here has PyTorch';

/** false, or why a test that needs strict binding is skipped. */
export const lacksStrictBinding = (): string | false => {
	const tried = spawnSync('numactl', ['--cpunodebind=0', '--membind=0', 'true']);
	return tried.status !== 0 && 'numactl cannot bind to node 0 here';
};

/** Path of a Node below the one that warpdeck needs, or undefined. */
export const findOldNode = (): string | undefined =>
	listPrograms('node').find((path) => {
		const version = spawnSync(path, ['-p', 'process.versions.node'], {encoding: 'utf8'}).stdout;
		const [major = 0, minor = 0] = version.split('.').map(Number);
		return major < 22 || (major === 22 && minor < 13);
	});
