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

function blotOutIn(bytes: Buffer, text: Buffer, write: (index: number) => void): void {
	for (let index = bytes.indexOf(text); index !== -1; index = bytes.indexOf(text, index + text.length)) write(index);
}

const stars = (length: number): Buffer => Buffer.alloc(length, '*');
