import {serveRequestFiles} from '../effects/control-files.ts';
import {serveControl, type TakeControl, type TakeRequest} from '../effects/control-server.ts';
import type {ControlAnswer} from '../effects/control-wire.ts';
import type {RunFolder} from '../effects/run-folder.ts';
import {controlRequestSchema} from '../plan/control-request.ts';
import {VERSION} from './arguments.ts';
import type {Session} from './perform.ts';

/** Listens for what screens and commands ask of this run, at its socket and in its folder, until it is closed. */
export async function answerRequests(folder: RunFolder, session: Session): Promise<{readonly close: () => void}> {
	const {path: run, lockToken: token, controlPath} = folder;
	const {clock} = session;
	const take: TakeRequest = (request, by) => answer(session, request, by);
	const takeControl: TakeControl = (by, from) => recordTaking(session, by, from).catch(refuseLost);
	const files = serveRequestFiles({folder: run, token, clock, take});
	const socket =
		controlPath && (await serveControl({path: controlPath, hello: {warpdeck: VERSION, run}, take, takeControl}));
	return {
		close: () => {
			files.close();
			if (socket) socket.close();
		},
	};
}

async function answer(session: Session, asked: unknown, by: string): Promise<ControlAnswer> {
	const parsed = controlRequestSchema.safeParse(asked);
	if (parsed.success) return session.ask(parsed.data, by).catch(refuseLost);
	return {
		kind: 'refused',
		message: `The runner, warpdeck ${VERSION}, does not know this request: ${parsed.error.issues[0]?.message}`,
		tryThis: ['warpdeck --version   # has to be the version that started the run'],
	};
}

async function recordTaking({store, recorder}: Session, by: string, from: string | null): Promise<ControlAnswer> {
	if (store.get().closed) return {kind: 'refused', message: 'The run is over.', tryThis: ['warpdeck resume']};
	await recorder.record({type: 'control-taken', by, from});
	return {kind: 'done', text: 'This screen has the control now.'};
}

/** The disk refused what must be written down, and the run is given up. */
const refuseLost = (error: unknown): ControlAnswer => ({
	kind: 'refused',
	message: error instanceof Error ? error.message : String(error),
	tryThis: ['warpdeck status'],
});
