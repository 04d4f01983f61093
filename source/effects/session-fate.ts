import {existsSync, readdirSync} from 'node:fs';
import {userInfo} from 'node:os';
import {basename, join} from 'node:path';
import type {FateFacts} from '../report/judge-fate.ts';
import {readText} from './sysfs.ts';

type FateOptions = {
	readonly env?: {readonly [name: string]: string | undefined};
	readonly user?: string;
	/** Default: / */
	readonly root?: string;
};

const SHELLS = /^(sh|bash|dash|zsh|fish|ash|ksh|tcsh|csh)$/;

/** What would end this process, from files alone: nothing is asked that could hang. */
export async function readFate({
	env = process.env,
	user = readUser(),
	root = '/',
}: FateOptions = {}): Promise<FateFacts> {
	const cgroup = (await readText(join(root, 'proc/self/cgroup'))) ?? '';
	const first = ((await readText(join(root, 'proc/1/comm'))) ?? '').trim();
	const isSystemd = existsSync(join(root, 'run/systemd/system'));
	return {
		killsUserProcesses: isSystemd ? await readKilling(root, user) : null,
		group: /\/session-[^/]*\.scope/.test(cgroup)
			? 'login'
			: /\/user@\d+\.service/.test(cgroup)
				? 'user manager'
				: 'other',
		lingers: existsSync(join(root, 'var/lib/systemd/linger', user)),
		slurmJob: env.SLURM_JOB_ID || null,
		firstShell: SHELLS.test(first) ? first : null,
	};
}

/** A user without an entry has a number only. */
function readUser(): string {
	try {
		return userInfo().username;
	} catch {
		return String(process.getuid?.());
	}
}

/** The main file first, then drop-ins by name, of whichever folder; what is commented out there is the default. */
async function readKilling(root: string, user: string): Promise<boolean | null> {
	const folders = ['usr/lib/systemd', 'run/systemd', 'etc/systemd'].map((folder) => join(root, folder));
	const main = folders
		.toReversed()
		.map((folder) => join(folder, 'logind.conf'))
		.find(existsSync);
	const dropIns = folders.flatMap((folder) => listFiles(join(folder, 'logind.conf.d')));
	const sorted = dropIns.toSorted((a, b) => (basename(a) < basename(b) ? -1 : 1));
	const texts = await Promise.all([...(main ? [main] : []), ...sorted].map(readText));
	const text = texts.join('\n');
	const only = readList(text, 'KillOnlyUsers');
	const spared = readList(text, 'KillExcludeUsers') ?? ['root'];
	const kills = /^(yes|true|1|on)$/i.test(
		findLast(text, /^KillUserProcesses=(.*)$/gm) ?? findLast(text, /^#\s*KillUserProcesses=(.*)$/gm) ?? '',
	);
	if (text.trim() === '') return null;
	return kills && !spared.includes(user) && (only === null || only.length === 0 || only.includes(user));
}

function listFiles(folder: string): readonly string[] {
	try {
		return readdirSync(folder)
			.filter((name) => name.endsWith('.conf'))
			.map((name) => join(folder, name));
	} catch {
		return [];
	}
}

const findLast = (text: string, pattern: RegExp): string | undefined => [...text.matchAll(pattern)].at(-1)?.[1]?.trim();

const readList = (text: string, key: string): readonly string[] | null =>
	findLast(text, new RegExp(`^${key}=(.*)$`, 'gm'))
		?.split(/\s+/)
		.filter(Boolean) ?? null;
