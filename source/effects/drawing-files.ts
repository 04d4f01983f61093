import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

/** Files that drawing needs beside its code; the build puts them beside the program and replaces this file. */
const FILES = {
	regular: 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
	bold: 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf',
	resvg: '@resvg/resvg-wasm/index_bg.wasm',
} as const;

export const readDrawingFile = (name: keyof typeof FILES): Uint8Array =>
	readFileSync(createRequire(import.meta.url).resolve(FILES[name]));
