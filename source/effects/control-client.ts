import {connect, type Socket} from 'node:net';
import {isOwnSocket} from './control-path.ts';
import type {ControlAnswer} from './control-wire.ts';
import {CONTROL_PROTOCOL, type RunnerLine, readLines, runnerLineSchema, send} from './control-wire.ts';

/** Who holds the control of a run; null: nobody does. */
type ControlState = {readonly holder: string | null; readonly isOurs: boolean};

export type ControlClient = {
	/** null when the connection ended before the answer came. */
	readonly ask: (request: unknown) => Promise<ControlAnswer | null>;
	readonly close: () => void;
};

type ClientOptions = {
	readonly path: string;
	/** As others read it: `alice on pts/3`. */
	readonly name: string;
	readonly role: 'screen' | 'command';
	readonly onControl?: (state: ControlState) => void;
	readonly onGone?: () => void;
};

const CONNECT_MS = 2000;

/** Connects to a runner of the same user on this machine; null where none can be reached, or none of ours listens. */
export async function connectControl(options: ClientOptions): Promise<ControlClient | null> {
	if (!isOwnSocket(options.path)) return null;
	const socket = connect(options.path);
	const waiting = new Map<number, (answer: ControlAnswer | null) => void>();
	const greeted = Promise.withResolvers<boolean>();
	let count = 0;
	const late = setTimeout(() => greeted.resolve(false), CONNECT_MS);
	const leave = (): void => {
		greeted.resolve(false);
		for (const resolve of waiting.values()) resolve(null);
		waiting.clear();
	};
	socket.on('error', () => socket.destroy());
	socket.on('close', () => {
		leave();
		options.onGone?.();
	});
	const onLine = (line: RunnerLine): void => take(line, {socket, options, waiting, greet: greeted.resolve});
	readLines(socket, runnerLineSchema, onLine, () => socket.destroy());
	const isGreeted = await greeted.promise;
	clearTimeout(late);
	if (!isGreeted) {
		socket.destroy();
		return null;
	}
	return {
		ask: (request) =>
			new Promise((resolve) => {
				if (!socket.writable) return resolve(null);
				waiting.set(++count, resolve);
				send(socket, {number: count, request});
			}),
		close: () => void socket.destroySoon(),
	};
}

type Taking = {
	readonly socket: Socket;
	readonly options: ClientOptions;
	readonly waiting: Map<number, (answer: ControlAnswer | null) => void>;
	readonly greet: (isGreeted: boolean) => void;
};

function take(line: RunnerLine, {socket, options, waiting, greet}: Taking): void {
	if ('protocol' in line) {
		const isKnown = line.protocol === CONTROL_PROTOCOL;
		if (isKnown) send(socket, {protocol: CONTROL_PROTOCOL, name: options.name, role: options.role});
		greet(isKnown);
	} else if ('yours' in line) options.onControl?.({holder: line.holder, isOurs: line.yours});
	else if ('answer' in line) {
		waiting.get(line.number)?.(line.answer);
		waiting.delete(line.number);
	} else socket.destroy();
}
