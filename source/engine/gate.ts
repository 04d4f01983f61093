import type {Experiment, LaneId} from '../domain/experiment.ts';
import type {CampaignState} from '../journal/campaign-state.ts';
import type {Fact, PauseCause} from '../journal/event.ts';
import {listAwaiting, listReady} from '../journal/phase-order.ts';
import {findPosition} from '../journal/positions.ts';
import type {LaneState, RunState} from '../journal/state.ts';
import type {Store} from '../journal/store.ts';
import {getAt} from '../journal/vector.ts';
import type {Admission, Clock, Verdict} from './ports.ts';
import type {Recorder} from './recorder.ts';

/** Lets experiments start one by one, when others on this machine leave them what they need. */
type Gate = {
	/** Whether it may start now; one that may not is asked for, and `onChange` is called when something came of it. */
	readonly pass: (experiment: Experiment) => boolean;
	/** Whether something was let start on the lane, and what was taken for it is not given back. */
	readonly holds: (lane: LaneId) => boolean;
	/** What was taken for a lane is given back with everything else. */
	readonly keep: (lane: LaneId) => void;
	/** Gives back what is held for lanes that have nothing left to run. */
	readonly leaveIdle: () => void;
	/** Asks no more and gives everything back. */
	readonly close: () => Promise<void>;
};

type GateOptions = {
	readonly admission: Admission;
	readonly store: Store;
	readonly recorder: Pick<Recorder, 'record'>;
	readonly clock: Clock;
	readonly onChange: () => void;
	/** There is too little memory for one that could start else. */
	readonly onShort: () => void;
	readonly onError: (error: unknown) => void;
};

const RETRY_MS = 1000;
/** What was just ended may still be seen for a moment: a wait of less than this is not worth a fact. */
const PATIENCE_MS = 3000;
/** Another reason is told no sooner than this after the one before. */
const REPEAT_MS = 30_000;
/** An answer is good for this long. */
const FRESH_MS = 5000;

type Told = {readonly reason: string; readonly at: number};

export function createGate(options: GateOptions): Gate {
	const {admission, store, recorder, clock, onChange, onShort, onError} = options;
	const admitted = new Map<string, number>();
	const asking = new Set<LaneId>();
	const holding = new Set<LaneId>();
	const opened = new Set<LaneId>();
	const cancels = new Set<() => void>();
	let isClosed = false;

	const pause = (): Promise<void> =>
		new Promise((resolve) => {
			const cancel = clock.after(RETRY_MS, () => {
				cancels.delete(cancel);
				resolve();
			});
			cancels.add(cancel);
		});

	const tell = async (lane: LaneId, verdict: Extract<Verdict, {kind: 'wait'}>, told: Told | null): Promise<Told> => {
		const now = clock.now();
		if (told && (told.reason === verdict.reason || now - told.at < REPEAT_MS)) return told;
		await recorder.record({type: 'lane-paused', lane, cause: verdict.cause, reason: verdict.reason});
		// Its place is free for another lane now.
		onChange();
		return {reason: verdict.reason, at: now};
	};

	const ask = async (experiment: Experiment): Promise<void> => {
		const {id, lane} = experiment;
		const since = clock.now();
		let told: Told | null = null;
		while (!isClosed && isWanted(store, experiment)) {
			const {verdict, notes} = await askOnce(admission, store, experiment);
			for (const message of notes) await recorder.record({type: 'noted', level: 'info', message});
			if (verdict.kind === 'wait') {
				if (verdict.cause === 'memory') onShort();
				if (clock.now() - since >= PATIENCE_MS) told = await tell(lane, verdict, told);
				await pause();
				continue;
			}
			if (verdict.kind === 'admitted') {
				admitted.set(id, clock.now());
				opened.add(lane);
			}
			for (const fact of conclude(experiment, verdict, told !== null)) await recorder.record(fact);
			return;
		}
		// Who no longer asks would hold the lane for ever: what waits there next asks for itself.
		if (told !== null && !isClosed && isHeldByUs(store, lane)) await recorder.record({type: 'lane-continued', lane});
	};

	const leave = async (lane: LaneId): Promise<void> => {
		holding.delete(lane);
		opened.delete(lane);
		await admission.leave(lane);
	};

	return {
		pass: (experiment) => {
			const {id, lane} = experiment;
			const at = admitted.get(id);
			admitted.delete(id);
			if (at !== undefined && clock.now() - at <= FRESH_MS) return true;
			if (asking.has(lane)) return false;
			asking.add(lane);
			holding.add(lane);
			const done = () => {
				asking.delete(lane);
				if (!isClosed) onChange();
			};
			ask(experiment).then(done, onError);
			return false;
		},
		holds: (lane) => opened.has(lane),
		keep: (lane) => void holding.add(lane),
		leaveIdle: () => {
			const {lanes, campaign} = store.get();
			// A GPU that waits for a person overnight is of use to others.
			const isLeft = campaign !== null && waitsForPeople(store.get(), campaign);
			for (const id of holding) {
				const lane = lanes.get(id);
				if (!asking.has(id) && (!lane || isDone(lane) || isLeft)) leave(id).catch(onError);
			}
		},
		close: async () => {
			isClosed = true;
			for (const cancel of cancels) cancel();
			await Promise.all([...holding].map(leave));
		},
	};
}

const isDone = ({waiting, running, collecting, quarantined}: LaneState): boolean =>
	running === null && collecting.length === 0 && (waiting === 0 || quarantined !== null);

const waitsForPeople = ({counts}: RunState, campaign: CampaignState): boolean =>
	counts.active === 0 && listReady(campaign).length === 0 && listAwaiting(campaign).length > 0;

function askOnce(admission: Admission, store: Store, experiment: Experiment): ReturnType<Admission['ask']> {
	const state = store.get();
	const lane = state.lanes.get(experiment.lane)?.lane;
	if (!lane) return Promise.resolve({verdict: {kind: 'admitted'}, notes: []});
	return admission.ask(experiment, lane, state);
}

/** What a guard holds is the guard's to let go; nobody waits for what will not start any more. */
function isWanted(store: Store, {id, lane}: Experiment): boolean {
	const state = store.get();
	if (state.stopping !== null || state.draining !== null || state.closed !== null) return false;
	const position = findPosition(state.positions, id);
	const record = position === undefined ? undefined : getAt(state.experiments, position);
	const there = state.lanes.get(lane);
	if (record?.stage.kind !== 'waiting' || record.experiment.lane !== lane || !there) return false;
	const {held, paused, quarantined} = there;
	if (state.paused !== null || paused !== null || quarantined !== null) return false;
	return held === null || isOurs(held.cause);
}

const isOurs = (cause: PauseCause): boolean => cause === 'busy' || cause === 'memory';

function isHeldByUs(store: Store, lane: LaneId): boolean {
	const held = store.get().lanes.get(lane)?.held ?? null;
	return held !== null && isOurs(held.cause);
}

function conclude(
	{id, lane}: Experiment,
	verdict: Exclude<Verdict, {kind: 'wait'}>,
	wasTold: boolean,
): readonly Fact[] {
	const postponed: readonly Fact[] = verdict.kind === 'never' ? [{type: 'postponed', id, reason: verdict.reason}] : [];
	return wasTold ? [...postponed, {type: 'lane-continued', lane}] : postponed;
}
