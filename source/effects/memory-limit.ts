import {dirname, join} from 'node:path';
import {readText} from './sysfs.ts';

/** The lowest memory limit of the control groups that this process is in, MiB; null without one. */
export async function readMemoryLimitMiB(sysRoot: string, procRoot: string): Promise<number | null> {
	const groups = (await readText(join(procRoot, 'self/cgroup'))) ?? '';
	const files = groups.split('\n').flatMap((line) => listLimitFiles(join(sysRoot, 'fs/cgroup'), line));
	const texts = await Promise.all(files.map(readText));
	const limits = texts.filter((text) => text !== null && /^\d+$/.test(text)).map((text) => Number(text) / 2 ** 20);
	const lowest = Math.min(...limits);
	return lowest < NO_LIMIT_MIB ? Math.floor(lowest) : null;
}

/** The first version of control groups has no word for none; it writes the largest number of pages. */
const NO_LIMIT_MIB = 2 ** 40;

/** `0::/path` is version 2, `4:memory:/path` version 1; the limits of all folders above hold too. */
function listLimitFiles(mount: string, line: string): readonly string[] {
	const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
	if (path === undefined) return [];
	if (controllers === '') return listFolders(path).map((folder) => join(mount, folder, 'memory.max'));
	if (!controllers?.split(',').includes('memory')) return [];
	return listFolders(path).map((folder) => join(mount, 'memory', folder, 'memory.limit_in_bytes'));
}

const listFolders = (path: string): readonly string[] => (path === '/' ? ['/'] : [path, ...listFolders(dirname(path))]);
