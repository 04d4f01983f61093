import {chmodSync, rmSync} from 'node:fs';
import {createServer, type Server, type Socket} from 'node:net';
import {dirname} from 'node:path';
import {isOwnFolder} from './control-path.ts';
import type {ControlAnswer} from './control-wire.ts';
import {CONTROL_PROTOCOL, type GuestLine, guestLineSchema, readLines, send, TAKE_CONTROL} from './control-wire.ts';

/** What a request comes to; `by` is who asks, as a person would say it. */
export type TakeRequest = (request: unknown, by: string) => ControlAnswer | Promise<ControlAnswer>;

/** Writes down that a screen takes the control from another one's, or says why not. */
export type TakeControl = (by: string, from: string | null) => Promise<ControlAnswer>;

type ServerOptions = {
	readonly path: string;
	readonly hello: {readonly warpdeck: string; readonly run: string};
	readonly take: TakeRequest;
	readonly takeControl: TakeControl;
};

type Guest = {readonly socket: Socket; readonly name: string; readonly role: 'screen' | 'command'};

export type ControlServer = {readonly close: () => void};

const MOST_GUESTS = 64;
const HELLO_MS = 5000;
const PRIVATE_SOCKET = 0o600;

/** Listens for screens and commands of the same user; null where that cannot be done safely. */
export async function serveControl({path, hello, take, takeControl}: ServerOptions): Promise<ControlServer | null> {
	if (!isOwnFolder(dirname(path))) return null;
	const guests = createGuests(take, takeControl);
	const server = createServer((socket) => welcome(socket, guests, hello));
	server.maxConnections = MOST_GUESTS;
	if (!(await listen(server, path))) return null;
	// Nothing of the run waits for whoever may still be connected.
	server.unref();
	return {
		close: () => {
			guests.dismiss();
			server.close();
			rmSync(path, {force: true});
		},
	};
}

async function listen(server: Server, path: string): Promise<boolean> {
	// A name of its own for each run: what lies there is what a runner of this run left when it was killed.
	rmSync(path, {force: true});
	const isListening = await new Promise<boolean>((resolve) => {
		server.once('error', () => resolve(false));
		server.listen(path, () => resolve(true));
	});
	if (!isListening) return false;
	server.on('error', () => {});
	chmodSync(path, PRIVATE_SOCKET);
	return true;
}

function welcome(socket: Socket, guests: Guests, hello: ServerOptions['hello']): void {
	let guest: Guest | null = null;
	const dismiss = (problem: string): void => {
		send(socket, {refused: problem});
		socket.destroySoon();
	};
	const late = setTimeout(() => dismiss('nothing was said'), HELLO_MS).unref();
	const onLine = (line: GuestLine): void => {
		if ('request' in line) {
			if (guest) void guests.ask(guest, line.number, line.request);
			else dismiss('who asks was not said');
			return;
		}
		clearTimeout(late);
		if (line.protocol !== CONTROL_PROTOCOL) {
			dismiss(`this runner speaks control protocol ${CONTROL_PROTOCOL}`);
			return;
		}
		guest ??= {socket, name: clean(line.name), role: line.role};
		guests.add(guest);
	};
	socket.on('error', () => socket.destroy());
	socket.on('close', () => {
		clearTimeout(late);
		if (guest) guests.remove(guest);
	});
	readLines(socket, guestLineSchema, onLine, dismiss);
	send(socket, {...hello, protocol: CONTROL_PROTOCOL, pid: process.pid});
}

/** It stands in facts and on screens: no control characters, whatever was sent. */
const clean = (name: string): string => name.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?');

type Guests = {
	readonly add: (guest: Guest) => void;
	readonly remove: (guest: Guest) => void;
	readonly ask: (guest: Guest, number: number, request: unknown) => Promise<void>;
	readonly dismiss: () => void;
};

/**
 * One screen at a time holds the control: who took it, else the longest connected one. A command asks whenever somebody
 * types it.
 */
function createGuests(take: TakeRequest, takeControl: TakeControl): Guests {
	const guests = new Set<Guest>();
	let taker: Guest | null = null;
	const findHolder = (): Guest | undefined =>
		taker && guests.has(taker) ? taker : [...guests].find(({role}) => role === 'screen');

	const tell = (): void => {
		const holder = findHolder();
		for (const guest of guests) {
			if (guest.role === 'screen') send(guest.socket, {holder: holder?.name ?? null, yours: guest === holder});
		}
	};
	/** Written down first; the screen that had it is told by the same line as everybody. */
	const handOver = async (guest: Guest): Promise<ControlAnswer> => {
		if (guest.role !== 'screen') return REFUSED_COMMAND;
		const holder = findHolder();
		if (guest === holder) return {kind: 'done', text: 'This screen holds the control already.'};
		const answer = await takeControl(guest.name, holder?.name ?? null);
		if (answer.kind === 'done') {
			taker = guest;
			tell();
		}
		return answer;
	};
	return {
		add: (guest) => {
			guests.add(guest);
			tell();
		},
		remove: (guest) => {
			guests.delete(guest);
			tell();
		},
		ask: async (guest, number, request) => {
			if (isTaking(request)) {
				send(guest.socket, {number, answer: await handOver(guest)});
				return;
			}
			const holder = findHolder();
			const isFree = guest.role === 'command' || guest === holder;
			const answer = isFree ? await take(request, guest.name) : refuseSecond(holder?.name ?? 'another screen');
			send(guest.socket, {number, answer});
		},
		dismiss: () => {
			for (const {socket} of guests) socket.destroySoon();
		},
	};
}

const refuseSecond = (holder: string): ControlAnswer => ({
	kind: 'refused',
	message: `This screen only reads: the control is held by ${holder}.`,
	tryThis: ['T takes it', 'warpdeck stop   # a command always may'],
});

const isTaking = (request: unknown): boolean =>
	typeof request === 'object' && request !== null && 'kind' in request && request.kind === TAKE_CONTROL.kind;

const REFUSED_COMMAND: ControlAnswer = {
	kind: 'refused',
	message: 'A command needs no control: it may always ask.',
	tryThis: ['warpdeck attach --take-control   # for a screen'],
};
