import {readlinkSync} from 'node:fs';
import {userInfo} from 'node:os';
import {type ControlClient, connectControl} from '../effects/control-client.ts';
import {type ControlAnswer, TAKE_CONTROL} from '../effects/control-wire.ts';
import {readPresence} from '../effects/run-presence.ts';
import type {Clock} from '../engine/ports.ts';
import type {RunState} from '../journal/state.ts';
import {type Answer, accept, refuse} from '../plan/answer-words.ts';
import type {ControlRequest} from '../plan/control-request.ts';
import {quoteForShell} from '../plan/override-text.ts';
import type {Attachment, AttachmentSource} from '../tui/attachment.ts';
import {nameFolder} from './printer.ts';

type AttachmentOptions = {
	readonly folder: string;
	readonly clock: Clock;
	readonly getState: () => RunState;
	/** Takes the control from whoever has it, once. */
	readonly takesControl?: boolean;
};

type LiveAttachment = AttachmentSource & {
	readonly ask: (request: ControlRequest) => void;
	/** The same with its answer. */
	readonly request: (request: ControlRequest) => Promise<Answer>;
	/** Takes the control from the screen that has it; resolves to what came of it. */
	readonly takeControl: () => Promise<Answer>;
	/** Whether a runner still works on the run, as far as can be seen. */
	readonly isLive: () => boolean;
	readonly close: () => void;
};

const LOOK_MS = 2000;

/** Keeps a screen connected to the runner, through a resume by another one too, and knows when there is none. */
export function openAttachment({folder, clock, getState, takesControl = false}: AttachmentOptions): LiveAttachment {
	const listeners = new Set<() => void>();
	let client: ControlClient | null = null;
	let isConnecting = false;
	let isClosed = false;
	let attachment: Attachment = {control: {kind: 'none', why: 'the runner is being asked'}, said: null};
	let isSettled = false;
	let isToTake = takesControl;

	const change = (changes: Partial<Attachment>): void => {
		attachment = {...attachment, ...changes};
		isSettled = true;
		for (const listener of listeners) listener();
	};
	const connect = async (path: string): Promise<void> => {
		isConnecting = true;
		client = await connectControl({
			path,
			name: nameMyself(),
			role: 'screen',
			onControl: ({holder, isOurs}) => change(describeControl(attachment, isOurs, holder ?? 'another screen')),
			onGone: () => {
				client = null;
			},
		});
		isConnecting = false;
		if (isClosed) client?.close();
		else if (client && isToTake) {
			isToTake = false;
			void takeControl().then((answer) => change({said: {text: sayAnswer(answer)}}));
		}
		if (isClosed) return;
		if (!client) change({control: {kind: 'none', why: describeUnreachable(folder)}});
	};
	const takeControl = async (): Promise<Answer> => readAnswer((await client?.ask(TAKE_CONTROL)) ?? null);
	const look = (): void => {
		if (isClosed) return;
		cancel = clock.after(LOOK_MS, look);
		if (getState().closed !== null || client || isConnecting) return;
		const presence = readPresence(folder, clock.now());
		if (presence.kind === 'alive' && presence.holder.control) void connect(presence.holder.control);
		else if (presence.kind === 'alive' || presence.kind === 'unseen')
			change({control: {kind: 'none', why: describeUnreachable(folder)}});
		else change({control: {kind: 'gone', advice: `q, then: warpdeck resume ${quoteForShell(nameFolder(folder))}`}});
	};
	let cancel = clock.after(0, look);
	return {
		// Nothing is said before something is known: the runner answers within a frame.
		get: () => (isSettled && getState().closed === null ? attachment : null),
		subscribe: (listener) => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		ask: (request) => {
			void client?.ask(request).then((answer) => {
				const text = answer?.kind === 'done' ? answer.text : answer?.message;
				change({said: {text: text ?? 'the runner is gone'}});
			});
		},
		request: async (request) => {
			const {control} = attachment;
			if (control.kind === 'taken') return refuse(`The control is held by ${control.by}.`, 'T takes it');
			return readAnswer((await client?.ask(request)) ?? null);
		},
		takeControl,
		isLive: () => attachment.control.kind !== 'gone',
		close: () => {
			isClosed = true;
			cancel();
			client?.close();
		},
	};
}

/** Who has lost the control is told by whom; nothing else is lost. */
function describeControl(before: Attachment, isOurs: boolean, by: string): Partial<Attachment> {
	if (isOurs) return {control: {kind: 'held'}};
	const taken = {control: {kind: 'taken', by}} as const;
	return before.control.kind === 'held' ? {...taken, said: {text: `${by} took the control; T takes it back`}} : taken;
}

function readAnswer(answer: ControlAnswer | null): Answer {
	if (answer === null) return refuse('The runner cannot be reached.', 'warpdeck status');
	return answer.kind === 'done' ? accept([], answer.text) : refuse(answer.message, ...answer.tryThis);
}

const sayAnswer = (answer: Answer): string => (answer.kind === 'facts' ? answer.said : answer.message);

const describeUnreachable = (folder: string): string =>
	`its runner cannot be reached from here; warpdeck stop ${quoteForShell(nameFolder(folder))} asks it through the folder`;

/** As others read who holds the control: `alice on pts/3`. */
export function nameMyself(): string {
	const user = readUser();
	try {
		// A script's input is a pipe, a file or nothing, which says nothing about who asks.
		const terminal = /^\/dev\/((?:pts\/|tty).+)$/.exec(readlinkSync('/proc/self/fd/0'))?.[1];
		return (terminal ? `${user} on ${terminal}` : user).slice(0, 200);
	} catch {
		return user;
	}
}

/** A user without an entry in the passwd file has a number only. */
function readUser(): string {
	try {
		return userInfo().username;
	} catch {
		return `user ${process.getuid?.()}`;
	}
}
