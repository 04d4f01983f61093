import {closeSync, openSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {listHiddenForms, listSecrets} from '../domain/secrets.ts';
import {overwrite, readAt} from './log-cut.ts';

const CHUNK_BYTES = 1024 * 1024;

/** Writes stars over each of the texts in a file that nobody writes any more; its length stays. */
export function blotOut(descriptor: number, texts: readonly string[]): void {
	const wanted = texts.map((text) => Buffer.from(text)).filter(({length}) => length > 0 && length < CHUNK_BYTES);
	if (wanted.length === 0) return;
	// One that lies across two chunks is seen whole in the second.
	const overlap = Math.max(...wanted.map(({length}) => length)) - 1;
	for (let position = 0; ; position += CHUNK_BYTES - overlap) {
		const bytes = readAt(descriptor, position, CHUNK_BYTES);
		for (const text of wanted)
			blotOutIn(bytes, text, (index) => overwrite(descriptor, stars(text.length), position + index));
		if (bytes.length < CHUNK_BYTES) return;
	}
}

/** In all logs of a run: a runner that was killed has left those of its last experiments as they were. */
export function blotOutLogs(folder: string, env: NodeJS.ProcessEnv): void {
	const texts = listHiddenForms(listSecrets(env));
	if (texts.length === 0) return;
	for (const path of listLogs(folder)) {
		try {
			const descriptor = openSync(path, 'r+');
			blotOut(descriptor, texts);
			closeSync(descriptor);
		} catch {
			// Whoever may not write it may hardly read it.
		}
	}
}

function listLogs(folder: string): readonly string[] {
	try {
		return readdirSync(folder)
			.filter((name) => /\.(stdout|stderr)$/.test(name))
			.map((name) => join(folder, name));
	} catch {
		return [];
	}
}

function blotOutIn(bytes: Buffer, text: Buffer, write: (index: number) => void): void {
	for (let index = bytes.indexOf(text); index !== -1; index = bytes.indexOf(text, index + text.length)) write(index);
}

const stars = (length: number): Buffer => Buffer.alloc(length, '*');
