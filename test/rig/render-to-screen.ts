import {PassThrough, Writable} from 'node:stream';
import {render} from 'ink';
import type {ReactElement} from 'react';
import {createEmulator, type Emulator} from './emulator.ts';

export type Size = {readonly columns: number; readonly rows: number};

export type Screen = Emulator & {
	/** To be given to Ink in place of the process's own. */
	readonly stdout: NodeJS.WriteStream;
	readonly stdin: NodeJS.ReadStream;
	readonly press: (keys: string) => void;
	readonly resizeTo: (size: Size) => void;
	/** Everything written so far has been drawn. */
	readonly settle: () => Promise<void>;
	readonly writtenBytes: () => number;
};

export const KEY = {
	up: '\u001b[A',
	down: '\u001b[B',
	pageDown: '\u001b[6~',
	pageUp: '\u001b[5~',
	tab: '\t',
	enter: '\r',
	escape: '\u001b',
	ctrlC: '\u0003',
	ctrlL: '\u000c',
};

/** A terminal that Ink believes in, without a process and without a pseudo terminal. */
export function createScreen(size: Size): Screen {
	const emulator = createEmulator({...size, convertEol: true});
	let pending: Promise<void> = Promise.resolve();
	let bytes = 0;
	const sink = new Writable({
		decodeStrings: false,
		write(chunk: string, _encoding, done) {
			bytes += Buffer.byteLength(chunk);
			pending = emulator.write(`${chunk}`);
			done();
		},
	});
	const stdout = Object.assign(sink, {...size, isTTY: true}) as unknown as NodeJS.WriteStream;
	const input = Object.assign(new PassThrough(), {
		isTTY: true,
		setRawMode: () => input,
		ref: () => input,
		unref: () => input,
	});
	return {
		...emulator,
		stdout,
		stdin: input as unknown as NodeJS.ReadStream,
		press: (keys) => void input.write(keys),
		resizeTo: (wanted) => {
			emulator.resize(wanted.columns, wanted.rows);
			Object.assign(stdout, wanted).emit('resize');
		},
		settle: () => pending,
		writtenBytes: () => bytes,
	};
}

/** Keys in one chunk, and what stands on the screen once they have been taken. */
export type Pressing = {readonly keys: string; readonly until: RegExp};

/** One frame of an element as a person sees it, after keys that they pressed. */
export async function renderToScreen(
	element: ReactElement,
	size: Size,
	pressings: readonly Pressing[] = [],
): Promise<readonly string[]> {
	const screen = createScreen(size);
	const {stdout, stdin} = screen;
	const instance = render(element, {stdout, stdin, interactive: true, patchConsole: false, exitOnCtrlC: false});
	await instance.waitUntilRenderFlush();
	await screen.settle();
	for (const {keys, until} of pressings) {
		screen.press(keys);
		await screen.until(until);
	}
	const lines = screen.lines();
	instance.unmount();
	await instance.waitUntilExit();
	return lines;
}
