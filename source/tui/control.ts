import type {PhaseSummary} from '../report/campaign/campaign-summary.ts';
import {nameStatus} from '../report/campaign/phase-words.ts';
import type {Action} from './keys.ts';
import {askToApprove, askToGoOn, askToPassAnyway} from './phase-questions.ts';
import {askToEndOne, askToMove, askToRetryAll, askToRunAgain} from './questions.ts';
import type {Effect} from './screen.ts';

/** An experiment that the cursor is on, with the word that its row has for where it stands. */
type Chosen = {readonly id: string; readonly status: string};

const OPEN: ReadonlySet<string> = new Set(['waiting', 'launching', 'running', 'ended']);
const GOOD: ReadonlySet<string> = new Set(['ok', 'succeeded', 'degraded']);
const SET_ASIDE: ReadonlySet<string> = new Set(['postponed', 'skipped']);

/** What a key wants of the run; null for a key that wants nothing of it. What loses something is asked first. */
export function controlExperiment(action: Action, chosen: Chosen | undefined): Effect | null {
	if (action === 'retry-failed') return {kind: 'ask', question: askToRetryAll()};
	if (!isControl(action)) return null;
	if (!chosen) return {kind: 'say', text: 'no experiment is chosen'};
	const {id, status} = chosen;
	switch (action) {
		case 'retry':
			if (OPEN.has(status)) return {kind: 'say', text: `${id} is ${status}: it is tried anyway`};
			if (GOOD.has(status)) return {kind: 'ask', question: askToRunAgain(id)};
			return {kind: 'control', request: {kind: 'retry', what: {ids: [id]}}};
		case 'skip':
			if (status === 'launching' || status === 'running') return {kind: 'ask', question: askToEndOne(id)};
			if (status !== 'waiting' && !SET_ASIDE.has(status)) return {kind: 'say', text: `${id} is over already`};
			return {kind: 'control', request: {kind: 'skip', ids: [id]}};
		default:
			if (status !== 'waiting')
				return {kind: 'say', text: `${id} is ${status}, and only what waits can be put elsewhere`};
			return place(action, id);
	}
}

type ControlAction = 'retry' | 'skip' | PlaceAction;
type PlaceAction = 'postpone' | 'move-up' | 'move-down' | 'move-lane';

function place(action: PlaceAction, id: string): Effect {
	switch (action) {
		case 'postpone':
			return {kind: 'control', request: {kind: 'postpone', ids: [id]}};
		case 'move-up':
			return {kind: 'control', request: {kind: 'move', id, place: 'up'}};
		case 'move-down':
			return {kind: 'control', request: {kind: 'move', id, place: 'down'}};
		case 'move-lane':
			return {kind: 'ask', question: askToMove(id)};
		default:
			return action satisfies never;
	}
}

const CONTROLS: ReadonlySet<string> = new Set(['retry', 'skip', 'postpone', 'move-up', 'move-down', 'move-lane']);

const isControl = (action: Action): action is ControlAction => CONTROLS.has(action);

type Holdable = {readonly id: string; readonly paused: boolean};

/** One key holds and lets go: of the lane that is chosen, or of all. */
export function controlLanes(
	action: Action,
	{lane, isRunPaused, maxWorkers}: {lane: Holdable | undefined; isRunPaused: boolean; maxWorkers: number},
): Effect | null {
	switch (action) {
		case 'pause-lane':
			if (!lane) return null;
			return {kind: 'control', request: {kind: lane.paused && !isRunPaused ? 'continue' : 'pause', lane: lane.id}};
		case 'pause-all':
			return {kind: 'control', request: {kind: isRunPaused ? 'continue' : 'pause'}};
		case 'more-workers':
			return {kind: 'control', request: {kind: 'set', maxWorkers: maxWorkers + 1}};
		case 'fewer-workers':
			if (maxWorkers <= 1) return {kind: 'say', text: 'one at a time is the least; P pauses the run'};
			return {kind: 'control', request: {kind: 'set', maxWorkers: maxWorkers - 1}};
		default:
			return null;
	}
}

/** Says yes to what the phase waits for; null for a key that wants nothing of it. */
export function controlPhase(action: Action, chosen: PhaseSummary | undefined): Effect | null {
	if (action !== 'approve') return null;
	if (!chosen) return {kind: 'say', text: 'no phase is chosen'};
	const {phase, status} = chosen;
	switch (status.kind) {
		case 'awaits-approval':
			return {kind: 'ask', question: askToApprove(chosen, status.what)};
		case 'refused':
			return {kind: 'ask', question: askToPassAnyway(chosen, status.reasons)};
		case 'pausing':
			return {kind: 'ask', question: askToGoOn(chosen, status.why)};
		default:
			return {kind: 'say', text: `${phase.name} is ${nameStatus(status)}: it waits for nobody's OK`};
	}
}
