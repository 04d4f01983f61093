import {spawn} from 'node:child_process';
import {request as requestPlain} from 'node:http';
import {request as requestSecure} from 'node:https';

const PATIENCE_MS = 10_000;

/** Runs a command to its end, without a shell and without waiting for ever; resolves to what went wrong, or null. */
export function runNotice([program = '', ...args]: readonly string[]): Promise<string | null> {
	return new Promise((resolve) => {
		const child = spawn(program, args, {stdio: 'ignore', timeout: PATIENCE_MS, killSignal: 'SIGKILL'});
		child.once('error', (error) => resolve(error.message));
		child.once('exit', (code, signal) => resolve(code === 0 ? null : `it ended with ${signal ?? `exit code ${code}`}`));
	});
}

/** Posts JSON; resolves to what went wrong, or null. */
export function postNotice(address: string, body: object): Promise<string | null> {
	return new Promise((resolve) => {
		const open = address.startsWith('https:') ? requestSecure : requestPlain;
		const call = open(address, {method: 'POST', timeout: PATIENCE_MS, headers: {'content-type': 'application/json'}});
		call.once('error', (error) => resolve(error.message));
		call.once('timeout', () => call.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} s`)));
		call.once('response', (response) => {
			response.resume();
			const {statusCode = 0} = response;
			resolve(statusCode < 400 ? null : `it answered ${statusCode}`);
		});
		call.end(JSON.stringify(body));
	});
}

/** Rings the bell and shows a notification where the terminal has one (OSC 9); neither moves the cursor. */
export const formatRing = (text: string): string =>
	`\u0007\u001b]9;${text.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, ' ')}\u0007`;
