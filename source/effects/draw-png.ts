import {crc32, deflateSync} from 'node:zlib';
import {initWasm, Resvg} from '@resvg/resvg-wasm';
import {readDrawingFile} from './drawing-files.ts';

/** Pixels for each unit of the figure: sharp on paper and on dense screens. */
const ZOOM = 2;

let ready: Promise<readonly Uint8Array[]> | null = null;

/** A PNG on white, because what it is put into may be dark. */
export async function drawPng(svg: string): Promise<Uint8Array> {
	ready ??= prepare();
	const drawing = new Resvg(svg, {
		font: {fontBuffers: [...(await ready)], defaultFontFamily: 'DejaVu Sans'},
		fitTo: {mode: 'zoom', value: ZOOM},
		background: '#ffffff',
	});
	const image = drawing.render();
	const png = encodePng(image.pixels, image.width, image.height);
	image.free();
	drawing.free();
	return png;
}

async function prepare(): Promise<readonly Uint8Array[]> {
	await initWasm(readDrawingFile('resvg').buffer as ArrayBuffer);
	return [readDrawingFile('regular'), readDrawingFile('bold')];
}

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];

/** Node packs five times as fast as the library's own encoder. Format: W3C, "Portable Network Graphics", 3rd edition. */
function encodePng(rgba: Uint8Array, width: number, height: number): Uint8Array {
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	// Eight bits each of red, green and blue; nothing shines through white.
	header.set([8, 2, 0, 0, 0], 8);
	const packed = deflateSync(dropAlpha(rgba, width, height), {level: 6});
	const parts = [chunk('IHDR', header), chunk('IDAT', packed), chunk('IEND', Buffer.alloc(0))];
	return Buffer.concat([Buffer.from(SIGNATURE), ...parts]);
}

/** Rows of three bytes a pixel, each behind a 0 that says that it is not filtered. */
function dropAlpha(rgba: Uint8Array, width: number, height: number): Uint8Array {
	const rows = new Uint8Array(height * (1 + 3 * width));
	let to = 0;
	let from = 0;
	for (let y = 0; y < height; y++) {
		to++;
		for (let x = 0; x < width; x++, from += 4, to += 3) {
			rows[to] = rgba[from] ?? 0;
			rows[to + 1] = rgba[from + 1] ?? 0;
			rows[to + 2] = rgba[from + 2] ?? 0;
		}
	}
	return rows;
}

function chunk(type: string, data: Uint8Array): Buffer {
	const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const edges = Buffer.alloc(8);
	edges.writeUInt32BE(data.length, 0);
	edges.writeUInt32BE(crc32(body), 4);
	return Buffer.concat([edges.subarray(0, 4), body, edges.subarray(4)]);
}
