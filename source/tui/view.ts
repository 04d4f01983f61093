import {type Action, findAction, type ScreenName} from './keys.ts';

export type RunRequest = 'drain' | 'stop' | 'kill';

/** What the viewer chose; everything else on the screen comes from the run's state. */
export type View = {
	/** null until chosen: the dashboard, and the summary once the run is closed. */
	readonly chosen: ScreenName | null;
	readonly lane: number;
	readonly offset: number;
	readonly help: boolean;
	/** How far this viewer has asked the run to end. */
	readonly asked: RunRequest | null;
};

export const initialView: View = {chosen: null, lane: 0, offset: 0, help: false, asked: null};

/** What the keys act on at this moment. */
export type Situation = {
	readonly courseKind: 'opening' | 'running' | 'draining' | 'stopping' | 'closed';
	readonly laneCount: number;
	readonly maxOffset: number;
	/** Lines of a page. */
	readonly page: number;
};

export type Effect = {readonly kind: 'ask'; readonly request: RunRequest} | {readonly kind: 'leave' | 'redraw'};

type Pressed = {readonly view: View; readonly effect: Effect | null};

export const screenOf = ({chosen}: View, {courseKind}: Pick<Situation, 'courseKind'>): ScreenName =>
	chosen ?? (courseKind === 'closed' ? 'summary' : 'dashboard');

export function press(view: View, key: string, situation: Situation): Pressed {
	const action = findAction(key, screenOf(view, situation));
	if (action === 'leave') return leave(view, situation);
	if (view.help) return {view: {...view, help: false}, effect: null};
	if (action === 'redraw') return {view, effect: {kind: 'redraw'}};
	return {view: action ? move(view, action, situation) : view, effect: null};
}

/** What the next q does; null when it leaves. A request that is not yet a fact counts, so that qq is two steps. */
export function nextRequest({asked}: View, {courseKind}: Pick<Situation, 'courseKind'>): RunRequest | null {
	if (courseKind === 'closed') return null;
	if (asked === 'stop' || asked === 'kill') return 'kill';
	if (courseKind === 'stopping') return 'kill';
	return asked === 'drain' || courseKind === 'draining' ? 'stop' : 'drain';
}

function leave(view: View, situation: Situation): Pressed {
	const request = nextRequest(view, situation);
	if (request === null) return {view, effect: {kind: 'leave'}};
	return {view: {...view, help: false, asked: request}, effect: {kind: 'ask', request}};
}

function move(view: View, action: Action, situation: Situation): View {
	const screen = screenOf(view, situation);
	if (action === 'help') return {...view, help: true};
	if (action === 'toggle-screen') return {...view, chosen: screen === 'summary' ? 'dashboard' : 'summary', offset: 0};
	if (screen === 'dashboard') {
		return {...view, lane: shift(view.lane, action, {page: 1, last: situation.laneCount - 1})};
	}
	return {...view, offset: shift(view.offset, action, {page: situation.page, last: situation.maxOffset})};
}

function shift(position: number, action: Action, {page, last}: {readonly page: number; readonly last: number}): number {
	const from = Math.min(position, Math.max(0, last));
	const moves: {readonly [action in Action]?: number} = {
		up: from - 1,
		down: from + 1,
		'page-up': from - page,
		'page-down': from + page,
		top: 0,
		bottom: last,
	};
	return Math.max(0, Math.min(last, moves[action] ?? from));
}
