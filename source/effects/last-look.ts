import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {dirname, join} from 'node:path';

type Environment = {readonly [name: string]: string | undefined};

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** In the user's own state folder: whoever only looks writes nothing into a run. */
function findFile(folder: string, env: Environment): string {
	const state = env.WARPDECK_CONFIG_DIR || join(env.XDG_STATE_HOME || join(homedir(), '.local/state'), 'warpdeck');
	return join(state, 'looks', createHash('sha256').update(folder).digest('hex').slice(0, 24));
}

/** When this user last left the screen of a run, epoch ms; null where that is not known. */
export function readLastLook(folder: string, env: Environment = process.env): number | null {
	try {
		const at = Number(readFileSync(findFile(folder, env), 'utf8'));
		return at > 0 ? at : null;
	} catch {
		return null;
	}
}

/** Costs the next greeting and nothing else where it cannot be kept. */
export function keepLastLook(folder: string, at: number, env: Environment = process.env): void {
	try {
		const path = findFile(folder, env);
		mkdirSync(dirname(path), {recursive: true, mode: PRIVATE_FOLDER});
		writeFileSync(path, `${Math.round(at)}\n`, {mode: PRIVATE_FILE});
	} catch {}
}
