import type {FileHandle} from 'node:fs/promises';
import * as zlib from 'node:zlib';
import type {LeftColumns} from '../engine/ports.ts';

const MOST_ROWS = 5_000_000;

type Decompress = (input: Uint8Array, bytes: number) => Uint8Array;

/** Of Node itself; zstd came to it with 22.15. What says how long it will be may not become longer. */
const COMPRESSORS: {readonly [codec: string]: Decompress} = {
	GZIP: (input, bytes) => zlib.gunzipSync(input, {maxOutputLength: Math.max(1, bytes)}),
	BROTLI: (input, bytes) => zlib.brotliDecompressSync(input, {maxOutputLength: Math.max(1, bytes)}),
	...(zlib.zstdDecompressSync
		? {ZSTD: (input, bytes) => zlib.zstdDecompressSync(input, {maxOutputLength: Math.max(1, bytes)})}
		: {}),
};

/** The columns of these names that it has, row by row; only a run that reads one loads what knows the format. */
export async function readParquet(file: FileHandle, bytes: number, columns: readonly string[]): Promise<LeftColumns> {
	const {parquetMetadataAsync, parquetReadObjects} = await import('hyparquet');
	const slice = async (start: number, end = bytes): Promise<ArrayBuffer> => {
		const buffer = new ArrayBuffer(end - start);
		await file.read(new Uint8Array(buffer), 0, end - start, start);
		return buffer;
	};
	const source = {byteLength: bytes, slice};
	try {
		const metadata = await parquetMetadataAsync(source);
		const titles = metadata.schema.slice(1).map(({name}) => name);
		if (Number(metadata.num_rows) > MOST_ROWS)
			return {kind: 'problem', problem: `it has ${metadata.num_rows} rows, and no more than ${MOST_ROWS} are read`};
		const wanted = columns.filter((name) => titles.includes(name));
		if (wanted.length === 0) return {kind: 'columns', titles, rows: []};
		const rows = await parquetReadObjects({file: source, metadata, columns: wanted, compressors: COMPRESSORS});
		return {kind: 'columns', titles: wanted, rows: rows.map((row) => wanted.map((name) => row[name]))};
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		return {kind: 'problem', problem: `it is no whole parquet file (${reason.slice(0, 120)})`};
	}
}
