import {randomUUID} from 'node:crypto';
import {constants} from 'node:fs';
import {mkdir, open, readdir, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {z} from 'zod';
import type {Clock} from '../engine/ports.ts';
import type {ControlServer, TakeRequest} from './control-server.ts';
import type {ControlAnswer} from './control-wire.ts';
import {answerSchema, MOST_LINE_BYTES} from './control-wire.ts';
import {codeOf} from './file-problem.ts';
import {parseAs} from './lock-holder.ts';

/** Requests from where no socket reaches: another machine that shares the run's folder. */
const FOLDER = '.requests';
const POLL_MS = 500;
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
const REQUEST = '.request';
const ANSWER = '.answer';

const letterSchema = z.object({
	/** Token of the lock that is asked: what an earlier runner left unanswered is not for the next one. */
	to: z.string(),
	name: z.string().min(1).max(200),
	request: z.unknown(),
});

type FilesOptions = {
	readonly folder: string;
	/** Token of our own lock. */
	readonly token: string;
	readonly clock: Pick<Clock, 'after'>;
	readonly take: TakeRequest;
};

/** Looks for requests twice a second and answers each once. */
export function serveRequestFiles({folder, token, clock, take}: FilesOptions): ControlServer {
	const inbox = join(folder, FOLDER);
	let isClosed = false;
	let cancel = clock.after(POLL_MS, () => void turn());
	const turn = async (): Promise<void> => {
		for (const name of await listRequests(inbox)) await answerFile(join(inbox, name), token, take).catch(() => {});
		if (!isClosed) cancel = clock.after(POLL_MS, () => void turn());
	};
	return {
		close: () => {
			isClosed = true;
			cancel();
		},
	};
}

const listRequests = async (inbox: string): Promise<readonly string[]> =>
	(await readdir(inbox).catch(() => [])).filter((name) => name.endsWith(REQUEST)).toSorted();

/** Taken away before it is done: a runner that dies now leaves it undone, which is better than done twice. */
async function answerFile(path: string, token: string, take: TakeRequest): Promise<void> {
	const text = await readPlain(path);
	await rm(path, {force: true});
	const letter = parseAs(letterSchema, text);
	if (letter?.to !== token) return;
	const answer = await take(letter.request, letter.name.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?'));
	await putWhole(path.slice(0, -REQUEST.length) + ANSWER, JSON.stringify(answer));
}

/** No link is followed, no pipe is waited for, and a large file is none of ours. */
async function readPlain(path: string): Promise<string> {
	const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
	try {
		const about = await file.stat();
		return about.isFile() && about.size <= MOST_LINE_BYTES ? await file.readFile('utf8') : '';
	} finally {
		await file.close();
	}
}

/** Exclusive creation, then rename: whoever looks sees all of it or nothing. */
async function putWhole(path: string, text: string): Promise<void> {
	const temporary = `${path}.${randomUUID()}.tmp`;
	const file = await open(temporary, 'wx', PRIVATE_FILE);
	try {
		await file.writeFile(text);
		await file.sync();
	} finally {
		await file.close();
	}
	await rename(temporary, path);
}

type Letter = {readonly to: string; readonly name: string; readonly request: unknown};

/** Leaves a request and waits for its answer; null when nobody answers in time, and then it is taken back. */
export async function askByFile(
	folder: string,
	letter: Letter,
	{clock, patienceMs}: {readonly clock: Clock; readonly patienceMs: number},
): Promise<ControlAnswer | null> {
	const inbox = join(folder, FOLDER);
	await mkdir(inbox, {mode: PRIVATE_FOLDER}).catch((error: unknown) => {
		if (codeOf(error) !== 'EEXIST') throw error;
	});
	const path = join(inbox, randomUUID());
	await putWhole(path + REQUEST, JSON.stringify(letter));
	const until = clock.now() + patienceMs;
	while (clock.now() < until) {
		await new Promise<void>((resolve) => void clock.after(POLL_MS / 2, resolve));
		const answer = parseAs<ControlAnswer>(answerSchema, await readPlain(path + ANSWER).catch(() => ''));
		if (!answer) continue;
		await rm(path + ANSWER, {force: true});
		return answer;
	}
	await rm(path + REQUEST, {force: true});
	return null;
}
