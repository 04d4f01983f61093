import {after} from 'node:test';
import pty from '@lydell/node-pty';
import {createEmulator, type Emulator} from './emulator.ts';

export type PtyScreen = Emulator & {
	readonly press: (keys: string) => void;
	readonly resizeTo: (size: {readonly columns: number; readonly rows: number}) => void;
	readonly pid: number;
	/** Ends with the program. */
	readonly exited: Promise<{readonly exitCode: number; readonly signal: number}>;
	readonly kill: (signal?: string) => void;
};

export type PtyOptions = {
	readonly columns?: number;
	readonly rows?: number;
	readonly cwd?: string;
	readonly env?: {readonly [name: string]: string};
	readonly timeoutMs?: number;
};

/** These would make a program draw something else here than on a person's terminal. */
const UNWANTED = ['CI', 'CONTINUOUS_INTEGRATION', 'NO_COLOR', 'FORCE_COLOR', 'COLUMNS', 'LINES', 'NODE_TEST_CONTEXT'];

const open = new Set<{readonly kill: (signal: string) => void}>();

/** What a failed test leaves behind would keep its file, and with it all tests, from ending. */
if (process.env.NODE_TEST_CONTEXT)
	after(() => {
		for (const child of open) child.kill('SIGKILL');
	});

/** Starts a program in a real pseudo terminal and shows what a person would see on it. */
export function openPty(command: string, args: readonly string[], options: PtyOptions = {}): PtyScreen {
	const {columns = 80, rows = 24, cwd = process.cwd(), timeoutMs = 90_000} = options;
	const emulator = createEmulator({columns, rows, timeoutMs});
	const env = buildEnvironment(options.env ?? {});
	const child = pty.spawn(command, [...args], {cols: columns, rows, cwd, name: 'xterm-256color', env});
	open.add(child);
	child.onExit(() => open.delete(child));
	let drawn: Promise<void> = Promise.resolve();
	child.onData((data) => {
		drawn = emulator.write(data);
	});
	emulator.onAnswer((answer) => child.write(answer));
	return {
		...emulator,
		press: (keys) => child.write(keys),
		resizeTo: (size) => {
			emulator.resize(size.columns, size.rows);
			child.resize(size.columns, size.rows);
		},
		pid: child.pid,
		exited: new Promise((resolve) =>
			child.onExit(({exitCode, signal = 0}) => void drawn.then(() => resolve({exitCode, signal}))),
		),
		kill: (signal) => child.kill(signal),
	};
}

function buildEnvironment(changes: {readonly [name: string]: string}): {[name: string]: string} {
	const inherited = Object.entries(process.env).filter(
		(entry): entry is [string, string] => entry[1] !== undefined && !UNWANTED.includes(entry[0]),
	);
	return {...Object.fromEntries(inherited), TERM: 'xterm-256color', LANG: 'C.UTF-8', ...changes};
}
