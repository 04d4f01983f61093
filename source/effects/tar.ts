/** One file in a tar archive (POSIX ustar, with a pax header before a long name). */
type TarEntry = {readonly path: string; readonly bytes: number; readonly mtimeS: number};

const TAR_BLOCK = 512;
const MOST_NAME_BYTES = 100;
const END_BLOCKS = 2;

export const TAR_END = Buffer.alloc(TAR_BLOCK * END_BLOCKS);

/** What stands before a file's bytes. */
export function encodeTarHeader({path, bytes, mtimeS}: TarEntry): Buffer {
	if (Buffer.byteLength(path) <= MOST_NAME_BYTES) return encodeBlock(path, bytes, mtimeS, '0');
	const record = Buffer.from(encodeRecord(`path=${path}\n`));
	const pax = encodeBlock('pax', record.length, mtimeS, 'x');
	return Buffer.concat([pax, record, padTar(record.length), encodeBlock(path.slice(-60), bytes, mtimeS, '0')]);
}

/** Fills a file up to a whole block. */
export const padTar = (bytes: number): Buffer => Buffer.alloc((TAR_BLOCK - (bytes % TAR_BLOCK)) % TAR_BLOCK);

/** A record's length counts its own digits. */
function encodeRecord(text: string): string {
	const length = Buffer.byteLength(text) + 1;
	let total = length + String(length).length;
	if (String(total).length > String(length).length) total = length + String(total).length;
	return `${total} ${text}`;
}

function encodeBlock(name: string, bytes: number, mtimeS: number, type: string): Buffer {
	const block = Buffer.alloc(TAR_BLOCK);
	const octal = (value: number, width: number) =>
		Math.floor(value)
			.toString(8)
			.padStart(width - 1, '0');
	block.write(name, 0);
	block.write(`${octal(0o600, 8)}\0${octal(0, 8)}\0${octal(0, 8)}\0`, 100);
	block.write(`${octal(bytes, 12)}\0${octal(mtimeS, 12)}\0`, 124);
	block.fill(' ', 148, 156);
	block.write(type, 156);
	block.write('ustar\x0000', 257);
	const sum = block.reduce((total, byte) => total + byte, 0);
	block.write(`${octal(sum, 7)}\0 `, 148);
	return block;
}

type Part =
	| {readonly kind: 'file'; readonly path: string; readonly bytes: number}
	| {readonly kind: 'data'; readonly data: Buffer};

/** Walks an archive that comes in chunks: each file, then its bytes; throws where it is none. */
export async function* readTar(chunks: AsyncIterable<Buffer>): AsyncGenerator<Part> {
	const source = createSource(chunks);
	let longName: string | null = null;
	for (;;) {
		const block = await source.take(TAR_BLOCK);
		if (block === null || block.every((byte) => byte === 0)) return;
		const {name, bytes, type} = decodeBlock(block);
		if (type === 'x') {
			const record = await source.take(bytes + padTar(bytes).length);
			longName = /^\d+ path=([^\n]*)\n/.exec(record?.toString('utf8') ?? '')?.[1] ?? null;
			continue;
		}
		yield {kind: 'file', path: longName ?? name, bytes};
		longName = null;
		for await (const data of source.pass(bytes)) yield {kind: 'data', data};
		await source.take(padTar(bytes).length);
	}
}

function decodeBlock(block: Buffer): {readonly name: string; readonly bytes: number; readonly type: string} {
	const text = (from: number, to: number) => block.toString('utf8', from, to).replace(/\0.*$/s, '');
	if (text(257, 262) !== 'ustar') throw new Error('it is no tar archive');
	return {name: text(0, 100), bytes: Number.parseInt(text(124, 136), 8), type: text(156, 157)};
}

function createSource(chunks: AsyncIterable<Buffer>) {
	const iterator = chunks[Symbol.asyncIterator]();
	let rest: Buffer = Buffer.alloc(0);
	const more = async (): Promise<boolean> => {
		const next = await iterator.next();
		if (next.done) return false;
		rest = rest.length === 0 ? next.value : Buffer.concat([rest, next.value]);
		return true;
	};
	return {
		/** null at the end; throws in the middle. */
		take: async (length: number): Promise<Buffer | null> => {
			while (rest.length < length) {
				if (await more()) continue;
				if (rest.length === 0) return null;
				throw new Error('it ends in the middle');
			}
			const taken = rest.subarray(0, length);
			rest = rest.subarray(length);
			return taken;
		},
		pass: async function* (length: number): AsyncGenerator<Buffer> {
			for (let left = length; left > 0; ) {
				if (rest.length === 0 && !(await more())) throw new Error('it ends in the middle');
				const data = rest.subarray(0, left);
				rest = rest.subarray(data.length);
				left -= data.length;
				yield data;
			}
		},
	};
}
