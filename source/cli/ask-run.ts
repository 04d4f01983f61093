import {UserError} from '../domain/errors.ts';
import {createClock} from '../effects/clock.ts';
import {connectControl} from '../effects/control-client.ts';
import {askByFile} from '../effects/control-files.ts';
import type {ControlAnswer} from '../effects/control-wire.ts';
import {findRun} from '../effects/find-run.ts';
import type {LockHolder} from '../effects/lock-holder.ts';
import {readPresence} from '../effects/run-presence.ts';
import {quoteForShell} from '../plan/override-text.ts';
import {nameMyself} from './attachment.ts';
import {listBaseDirs} from './outputs.ts';
import {nameFolder} from './printer.ts';

const PATIENCE_MS = 15_000;

/** Asks the runner of RUN for something, and prints what it says; resolves to the exit code. */
export async function askRun(query: string | undefined, request: unknown): Promise<number> {
	const folder = await findAsked(query);
	if (!isLive(folder)) return askOver(folder, request);
	const answer = await ask(folder, request);
	if (!answer) throw refuseSilent(folder);
	if (answer.kind === 'refused') throw refuse(answer);
	process.stdout.write(`${nameFolder(folder)}: ${answer.text}\n`);
	return 0;
}

/** What somebody means who names no run is the newest one that somebody works on. */
async function findAsked(query: string | undefined): Promise<string> {
	const {listRuns} = await import('../effects/find-run.ts');
	const live =
		query === undefined
			? listBaseDirs()
					.flatMap(listRuns)
					.find(({path}) => isLive(path))
			: undefined;
	return live?.path ?? (await findRun(listBaseDirs(), query));
}

const isLive = (path: string): boolean => ['alive', 'unseen'].includes(readPresence(path, Date.now()).kind);

/** Of a campaign some words are kept for its next resume. */
async function askOver(folder: string, request: unknown): Promise<number> {
	const name = nameFolder(folder);
	const {askEnded} = await import('./ask-ended.ts');
	const answer = await askEnded(folder, request);
	if (answer?.kind === 'facts') {
		process.stdout.write(
			`${name}: ${answer.said}\n  try: warpdeck resume ${quoteForShell(name)}   # nobody works on it\n`,
		);
		return 0;
	}
	if (answer) throw refuse(answer);
	throw new UserError(`No runner works on ${name}.`, {
		tryThis: [
			`warpdeck status ${quoteForShell(name)}   # how it ended`,
			'warpdeck list   # the runs here, and which of them live',
		],
	});
}

function refuse({message, tryThis}: {readonly message: string; readonly tryThis: readonly string[]}): UserError {
	const [first = 'warpdeck status', ...rest] = tryThis;
	return new UserError(message, {tryThis: [first, ...rest]});
}

async function ask(folder: string, request: unknown): Promise<ControlAnswer | null> {
	const clock = createClock();
	const presence = readPresence(folder, clock.now());
	if (presence.kind === 'free') return null;
	const {holder} = presence;
	const client = await reach(holder, presence.kind);
	if (!client) {
		const letter = {to: holder.token, name: nameMyself(), request};
		return askByFile(folder, letter, {clock, patienceMs: PATIENCE_MS});
	}
	try {
		return await client.ask(request);
	} finally {
		client.close();
	}
}

/** A path of another machine may be anybody's here. */
const reach = async ({control}: LockHolder, kind: string) =>
	control === undefined || kind !== 'alive'
		? null
		: connectControl({path: control, name: nameMyself(), role: 'command'});

const refuseSilent = (folder: string): UserError =>
	new UserError(`The runner of ${nameFolder(folder)} did not answer within ${PATIENCE_MS / 1000} s.`, {
		tryThis: [
			`warpdeck status ${quoteForShell(nameFolder(folder))}   # whether it still lives, and where`,
			'repeat the command: nothing was done',
		],
		exitCode: 3,
	});
