import {initWasm, Resvg} from '@resvg/resvg-wasm';
import {readDrawingFile} from './drawing-files.ts';

/** Pixels for each unit of the figure: sharp on paper and on dense screens. */
const ZOOM = 2;

let ready: Promise<void> | null = null;

/** A PNG on white, because what it is put into may be dark. */
export async function drawPng(svg: string): Promise<Uint8Array> {
	ready ??= initWasm(readDrawingFile('resvg').buffer as ArrayBuffer);
	await ready;
	const fontBuffers = [readDrawingFile('regular'), readDrawingFile('bold')];
	const drawing = new Resvg(svg, {
		font: {fontBuffers, defaultFontFamily: 'DejaVu Sans'},
		fitTo: {mode: 'zoom', value: ZOOM},
		background: '#ffffff',
	});
	const image = drawing.render();
	const png = image.asPng();
	image.free();
	drawing.free();
	return png;
}
