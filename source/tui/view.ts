import type {ControlRequest} from '../plan/control-request.ts';
import type {Attachment} from './attachment.ts';
import {type Action, findAction, type ScreenName} from './keys.ts';
import type {Greeting} from './panels/since.ts';
import {editText} from './parts/text-field.ts';
import {askToDrain, askToKill, askToStop, askToTake} from './questions.ts';
import type {AnyScreen, Effect, Question, RunRequest} from './screen.ts';
import {SCREENS} from './screens/list.ts';

/** What the viewer chose; everything else on the screen comes from the run's state. */
export type View = {
	/** null until chosen: the dashboard, and the summary once the run is closed. */
	readonly chosen: ScreenName | null;
	/** Where Esc leads, the nearest last. */
	readonly before: readonly ScreenName[];
	/** What each screen remembers; only the screen itself knows its shape. */
	readonly own: {readonly [screen in ScreenName]: unknown};
	/** Experiment that the detail screen looks into. */
	readonly lookedInto: string | null;
	/** Lines of the help that are scrolled away; null while it is closed. */
	readonly help: number | null;
	readonly question: Question | null;
	/** How far this viewer has asked the run to end. */
	readonly asked: RunRequest | null;
	/** What has happened while nobody looked is shown first, until a key. */
	readonly greeting: Greeting | null;
	/** Said once on the line of keys, until the next key. */
	readonly notice: string | null;
};

export const startView = (chosen: ScreenName | null = null, greeting: Greeting | null = null): View => ({
	greeting,
	chosen,
	before: [],
	own: Object.fromEntries(Object.entries(SCREENS).map(([name, {initial}]) => [name, initial])) as View['own'],
	lookedInto: null,
	help: null,
	question: null,
	asked: null,
	notice: null,
});

/** What the keys act on at this moment. */
export type Situation = {
	readonly courseKind: 'opening' | 'running' | 'paused' | 'draining' | 'stopping' | 'closed';
	/** Whether the run that is shown can be ended from here; a replay has nothing to end. */
	readonly isOwner: boolean;
	/** How this screen stands to the runner; null where the run lives in this very program. */
	readonly control: Attachment['control'] | null;
	/** Experiments that run and that wait. */
	readonly active: number;
	readonly waiting: number;
	/** What the shown screen made of the scene. */
	readonly model: unknown;
	readonly maxHelpOffset: number;
};

/** What is left for the world outside once the view has taken its part. */
export type OutsideEffect = Extract<
	Effect,
	{kind: 'request' | 'control' | 'take-control' | 'start' | 'consider' | 'copy' | 'export' | 'leave' | 'redraw'}
>;

type Pressed = {readonly view: View; readonly effect: OutsideEffect | null};

export const screenOf = ({chosen}: Pick<View, 'chosen'>, {courseKind}: Pick<Situation, 'courseKind'>): ScreenName =>
	chosen ?? (courseKind === 'closed' ? 'summary' : 'dashboard');

/** Pure: a key on a view in a situation gives the next view, and at most one thing to do outside. */
export function press(before: View, key: string, situation: Situation): Pressed {
	const view = before.notice === null ? before : {...before, notice: null};
	const shown = screenOf(view, situation);
	if (key === 'ctrl-c') return settle(view, interrupt(view, situation), situation);
	if (view.question) return answer(view, view.question, key, situation);
	if (view.greeting !== null) {
		const greeted = {...view, greeting: null};
		return key === 'q' ? settle(greeted, leave(greeted, situation), situation) : {view: greeted, effect: null};
	}
	if (view.help !== null) return {view: {...view, help: scrollHelp(view.help, key, situation)}, effect: null};
	const screen = SCREENS[shown];
	const field = screen.input?.open(view.own[shown]) ?? null;
	if (field && screen.input) {
		const {field: edited, end} = editText(field, key);
		const {own, effect} = screen.input.write(view.own[shown], edited, end, situation.model);
		return settle({...view, own: {...view.own, [shown]: own}}, effect ?? null, situation);
	}
	const action = findAction(key, shown);
	return action ? perform(view, action, screen, situation) : {view, effect: null};
}

/**
 * What Ctrl-C or an answered q does next; null when it leaves, as it does where the runner is another process. A request
 * that is not yet a fact counts.
 */
export function nextRequest(
	{asked}: Pick<View, 'asked'>,
	{courseKind, isOwner, control}: Pick<Situation, 'courseKind' | 'isOwner' | 'control'>,
): RunRequest | null {
	if (courseKind === 'closed' || !isOwner || control !== null) return null;
	if (asked === 'stop' || asked === 'kill') return 'kill';
	if (courseKind === 'stopping') return 'kill';
	return asked === 'drain' || courseKind === 'draining' ? 'stop' : 'drain';
}

function interrupt(view: View, situation: Situation): Effect {
	const request = screenOf(view, situation) === 'picker' ? null : nextRequest(view, situation);
	return request === null ? {kind: 'leave'} : {kind: 'request', request};
}

function answer(view: View, question: Question, key: string, situation: Situation): Pressed {
	const closed = {...view, question: null};
	return key === 'y' || key === 'Y'
		? settle(closed, question.effect, situation)
		: {view: {...closed, notice: 'nothing was done'}, effect: null};
}

function scrollHelp(offset: number, key: string, {maxHelpOffset}: Situation): number | null {
	const moves: {readonly [key: string]: number} = {
		up: offset - 1,
		k: offset - 1,
		down: offset + 1,
		j: offset + 1,
		pageup: offset - 10,
		pagedown: offset + 10,
		g: 0,
		G: maxHelpOffset,
	};
	const to = moves[key];
	return to === undefined ? null : Math.max(0, Math.min(maxHelpOffset, to));
}

/** The actions that mean the same everywhere; the rest is the screen's own. */
function perform(view: View, action: Action, screen: AnyScreen, situation: Situation): Pressed {
	const shown = screenOf(view, situation);
	switch (action) {
		case 'help':
			return {view: {...view, help: 0}, effect: null};
		case 'redraw':
			return {view, effect: {kind: 'redraw'}};
		case 'leave':
			return settle(view, leave(view, situation), situation);
		case 'stop':
			return settle(view, stop(situation), situation);
		case 'take-control':
			return settle(view, takeControl(situation), situation);
		case 'show-campaign':
			return settle(view, shown === 'campaign' ? {kind: 'back'} : {kind: 'go', to: 'campaign'}, situation);
		case 'next-screen':
		case 'previous-screen':
			return {view: cycle(view, shown, action === 'next-screen' ? 1 : -1), effect: null};
		default: {
			const {own, effect} = screen.act(view.own[shown], action, situation.model);
			const acted = {...view, own: {...view.own, [shown]: own}};
			const isBack = action === 'back' && effect === undefined;
			return settle(acted, isBack ? {kind: 'back'} : (effect ?? null), situation);
		}
	}
}

/** Where the runner is this very process, leaving its screen means ending its run, and so it asks. */
function leave(view: View, situation: Situation): Effect {
	const request = screenOf(view, situation) === 'picker' ? null : nextRequest(view, situation);
	if (request === null) return {kind: 'leave'};
	const ask = {drain: askToDrain, stop: askToStop, kill: askToKill}[request];
	return {kind: 'ask', question: ask(situation)};
}

function stop(situation: Situation): Effect | null {
	const {courseKind, isOwner, control} = situation;
	if (courseKind === 'closed' || !isOwner) return null;
	if (control !== null && control.kind !== 'held') return {kind: 'say', text: explainReadOnly(control)};
	// There is no third Ctrl-C where the runner is another process.
	if (control !== null && courseKind === 'stopping') return {kind: 'ask', question: askToKill(situation)};
	return {kind: 'ask', question: askToStop(situation)};
}

/** Only from another screen: whoever has it, or cannot be given it, is told so. */
function takeControl({courseKind, isOwner, control}: Situation): Effect | null {
	if (courseKind === 'closed' || !isOwner) return null;
	if (control === null || control.kind === 'held') return {kind: 'say', text: 'this screen has the control'};
	if (control.kind !== 'taken') return {kind: 'say', text: explainReadOnly(control)};
	return {kind: 'ask', question: askToTake(control.by)};
}

function explainReadOnly(control: Exclude<NonNullable<Situation['control']>, {kind: 'held'}>): string {
	if (control.kind === 'gone') return 'nobody runs this run any more';
	return control.kind === 'taken'
		? `held by ${control.by}; T takes it; a command always may: warpdeck stop`
		: `${control.why}`;
}

const CYCLE: readonly ScreenName[] = ['dashboard', 'results', 'summary'];

function cycle(view: View, shown: ScreenName, step: number): View {
	const at = CYCLE.indexOf(shown);
	return {...view, chosen: CYCLE[(at + step + CYCLE.length) % CYCLE.length] ?? null, before: []};
}

/** Takes into the view what belongs there, and hands the rest out. */
function settle(view: View, effect: Effect | null, situation: Situation): Pressed {
	const shown = screenOf(view, situation);
	const hindrance = findHindrance(effect, situation);
	if (hindrance !== null) return {view: {...view, notice: hindrance}, effect: null};
	switch (effect?.kind) {
		case undefined:
			return {view, effect: null};
		case 'ask':
			return {view: {...view, question: effect.question}, effect: null};
		case 'look-into':
			return {view: enter({...view, lookedInto: effect.id}, shown, 'detail'), effect: null};
		case 'go':
			return {view: enter(view, shown, effect.to), effect: null};
		case 'back':
			return {view: goBack(view), effect: null};
		case 'request':
			return {view: {...view, asked: effect.request}, effect};
		case 'say':
			return {view: {...view, notice: effect.text}, effect: null};
		case 'copy':
			return {view: {...view, notice: `copied: ${effect.what}`}, effect};
		case 'export':
			return {view: {...view, notice: 'the report is being written ...'}, effect};
		default:
			return {view, effect};
	}
}

/** Why nobody can be asked for that; null where somebody can. */
function findHindrance(effect: Effect | null, {courseKind, isOwner}: Situation): string | null {
	const wanted = effect?.kind === 'ask' ? effect.question.effect : effect;
	if (wanted?.kind !== 'control') return null;
	if (courseKind === 'closed') return explainEnd(wanted.request);
	return isOwner ? null : 'this screen only shows the run';
}

/** What is said to a phase is written down for the next resume; everything else has to wait for it. */
const explainEnd = (request: ControlRequest): string =>
	request.kind === 'approve'
		? `the run is over; warpdeck approve ${request.phase} says it, and warpdeck resume goes on`
		: 'the run is over; warpdeck resume goes on with it';

const enter = (view: View, from: ScreenName, to: ScreenName): View => ({
	...view,
	chosen: to,
	before: [...view.before, from],
	own: {...view.own, [to]: to === 'detail' ? SCREENS.detail.initial : view.own[to]},
});

function goBack(view: View): View {
	const to = view.before.at(-1);
	return to === undefined ? view : {...view, chosen: to, before: view.before.slice(0, -1)};
}
