import {type Experiment, isSuccess, type LaneId} from '../domain/experiment.ts';
import {AUTHOR} from './campaign-facts.ts';
import {
	type CampaignState,
	createCampaign,
	createPhase,
	nameOf,
	type PhaseState,
	type Spending,
} from './campaign-state.ts';
import {type Counts, NO_COUNTS} from './counts.ts';
import type {Fact} from './event.ts';
import {findPosition} from './positions.ts';
import type {ExperimentRecord, RunState, Stage} from './state.ts';
import {getAt} from './vector.ts';

type Stamped = Fact & {readonly at: number};

/** Counts by phase what a fact has made of experiments; only what it names is looked at. */
export function followCampaign(before: RunState, after: RunState, event: Stamped): RunState {
	if (event.type === 'opened') return before.opened === null ? begin(after, event.at) : after;
	const {campaign} = after;
	if (campaign === null) return after;
	const lastAt = Math.max(campaign.lastAt, event.at);
	return {...after, campaign: {...follow(before, after, event, campaign), lastAt}};
}

const begin = (state: RunState, at: number): RunState => {
	const campaign = state.opened?.campaign;
	return campaign === undefined ? state : {...state, campaign: createCampaign(campaign, at)};
};

function follow(before: RunState, after: RunState, event: Stamped, campaign: CampaignState): CampaignState {
	switch (event.type) {
		case 'planned':
			return recount(campaign, after, before.experiments.length);
		case 'resumed':
			return resume(before, after, campaign, event.at);
		case 'closed':
			return {...campaign, spending: closeSession(campaign, event.at)};
		case 'adopted':
			return step(before, after, event.id, {...campaign, spending: adopt(campaign, event.startedAt)});
		case 'moved':
			return step(before, after, event.id, shift(before, event.id, campaign));
		case 'launching':
		case 'ended':
		case 'committed':
		case 'postponed':
		case 'skipped':
		case 'requeued':
			return step(before, after, event.id, campaign);
		default:
			return campaign;
	}
}

/** Adds everything from this position of the plan on. */
function recount(campaign: CampaignState, state: RunState, from: number): CampaignState {
	const places = new Map([...state.lanes].map(([id, {queue}]) => [id, new Map(queue.map((one, at) => [one, at]))]));
	const drafts = new Map<string, Draft>();
	for (let position = from; position < state.experiments.length; position++) {
		const record = getAt(state.experiments, position);
		if (!record) continue;
		const name = nameOf(campaign, record.experiment.phase);
		const draft = drafts.get(name) ?? draftOf(campaign.phases.get(name));
		drafts.set(name, draft);
		add(draft, record, places.get(record.experiment.lane)?.get(position) ?? 0);
	}
	const phases = new Map(campaign.phases);
	for (const [name, draft] of drafts) phases.set(name, reopen({...draft}));
	return {...campaign, phases};
}

type Draft = Omit<PhaseState, 'counts' | 'groups' | 'lanes' | 'postponed' | 'cutOff'> & {
	counts: Counts;
	cutOff: number;
	readonly groups: Map<string, number>;
	readonly lanes: Map<LaneId, {waiting: number; first: number}>;
	readonly postponed: Map<string, {reason: string; by: string | undefined}>;
};

function draftOf(state: PhaseState | undefined): Draft {
	const {groups, lanes, postponed, ...rest} = state ?? createPhase({name: '', title: '', priority: 0, after: []});
	return {...rest, groups: new Map(groups), lanes: new Map(lanes), postponed: new Map(postponed)};
}

function add(draft: Draft, {experiment, stage}: ExperimentRecord, place: number): void {
	const kind = classify(stage);
	const waits = kind === 'waiting' ? 1 : 0;
	const lane = draft.lanes.get(experiment.lane) ?? {waiting: 0, first: Number.MAX_SAFE_INTEGER};
	const first = waits === 1 ? Math.min(lane.first, place) : lane.first;
	draft.lanes.set(experiment.lane, {waiting: lane.waiting + waits, first});
	draft.counts = {...draft.counts, [kind]: draft.counts[kind] + 1};
	if (isGood(stage)) addGroup(draft.groups, experiment, 1);
	if (stage.kind !== 'postponed') return;
	draft.postponed.set(experiment.id, {reason: stage.reason, by: stage.by});
	if (isCutOff(stage)) draft.cutOff++;
}

const classify = (stage: Stage): keyof Counts => {
	if (stage.kind === 'committed') return stage.result.status;
	return stage.kind === 'waiting' || stage.kind === 'postponed' || stage.kind === 'skipped' ? stage.kind : 'active';
};

const isGood = (stage: Stage): boolean => stage.kind === 'committed' && isSuccess(stage.result);

/** By a rule of the run; what its author, a person or a guard left for later is left out of the phase. */
const isCutOff = (stage: Stage): boolean =>
	stage.kind === 'postponed' && stage.by !== AUTHOR && (stage.by?.startsWith('experiment.') ?? false);

function addGroup(groups: Map<string, number>, {group, phase}: Experiment, count: number): void {
	const name = group ?? phase ?? '';
	groups.set(name, (groups.get(name) ?? 0) + count);
}

/** What has something to run again has to be judged and kept anew; what a person said stays said. */
const reopen = (state: PhaseState): PhaseState =>
	state.counts.waiting > 0 && state.judged !== null ? {...state, judged: null, kept: null} : state;

/** One experiment has turned from what it was into what it is. */
function step(before: RunState, after: RunState, id: string, campaign: CampaignState): CampaignState {
	const position = findPosition(after.positions, id);
	if (position === undefined) return campaign;
	const [old, now] = [getAt(before.experiments, position), getAt(after.experiments, position)];
	if (!old || !now || old === now) return moveWithin(after, position, campaign);
	const name = nameOf(campaign, now.experiment.phase);
	const state = campaign.phases.get(name);
	if (!state) return campaign;
	const ranMs = measureRun(old.stage, now.stage);
	const phases = new Map(campaign.phases).set(name, reopen(turn(state, {old, now, after, position, ranMs})));
	const isOnGpu = after.lanes.get(now.experiment.lane)?.lane.gpuId !== null;
	const counted = campaign.budget?.per === 'gpu' && isOnGpu ? ranMs : 0;
	const {spending} = campaign;
	return {...campaign, phases, spending: counted === 0 ? spending : {...spending, ms: spending.ms + counted}};
}

type Turn = {
	readonly old: ExperimentRecord;
	readonly now: ExperimentRecord;
	readonly after: RunState;
	readonly position: number;
	readonly ranMs: number;
};

function turn(state: PhaseState, {old, now, after, position, ranMs}: Turn): PhaseState {
	const [from, to] = [classify(old.stage), classify(now.stage)];
	const groups = new Map(state.groups);
	const gained = Number(isGood(now.stage)) - Number(isGood(old.stage));
	if (gained !== 0) addGroup(groups, now.experiment, gained);
	const counts = {...state.counts, [from]: state.counts[from] - 1};
	return {
		...state,
		...setAside(state, old, now),
		counts: {...counts, [to]: counts[to] + 1},
		groups: gained === 0 ? state.groups : groups,
		lanes: from === 'waiting' || to === 'waiting' ? place(state, {old, now, after, position}) : state.lanes,
		ranMs: state.ranMs + ranMs,
	};
}

function setAside(state: PhaseState, old: ExperimentRecord, {experiment: {id}, stage}: ExperimentRecord) {
	if (old.stage.kind !== 'postponed' && stage.kind !== 'postponed') return {};
	const postponed = new Map(state.postponed);
	if (stage.kind === 'postponed') postponed.set(id, {reason: stage.reason, by: stage.by});
	else postponed.delete(id);
	return {postponed, cutOff: state.cutOff + Number(isCutOff(stage)) - Number(isCutOff(old.stage))};
}

/** One that leaves lets its lane go on behind it; one that comes may stand before all others. */
function place(state: PhaseState, {old, now, after, position}: Omit<Turn, 'ranMs'>): PhaseState['lanes'] {
	const lanes = new Map(state.lanes);
	const wasOn = lanes.get(old.experiment.lane);
	if (old.stage.kind === 'waiting' && wasOn) {
		const left = {...wasOn, waiting: wasOn.waiting - 1};
		lanes.set(old.experiment.lane, {...left, first: findFirst(state, after, old.experiment.lane, left)});
	}
	if (now.stage.kind !== 'waiting') return lanes;
	const {lane} = now.experiment;
	const known = lanes.get(lane) ?? {waiting: 0, first: Number.MAX_SAFE_INTEGER};
	const at = after.lanes.get(lane)?.queue.indexOf(position) ?? 0;
	return lanes.set(lane, {waiting: known.waiting + 1, first: Math.min(known.first, Math.max(0, at))});
}

type OnLane = {readonly waiting: number; readonly first: number};

/** A place that was left may have moved all behind it one to the front. */
function findFirst({phase}: PhaseState, {lanes, experiments, campaign}: RunState, lane: LaneId, left: OnLane): number {
	const queue = lanes.get(lane)?.queue ?? [];
	if (left.waiting === 0 || campaign === null) return Number.MAX_SAFE_INTEGER;
	for (let at = Math.max(0, left.first - 1); at < queue.length; at++) {
		const record = getAt(experiments, queue[at] ?? -1);
		const isOurs = record !== undefined && nameOf(campaign, record.experiment.phase) === phase.name;
		if (isOurs && record.stage.kind === 'waiting') return at;
	}
	return Number.MAX_SAFE_INTEGER;
}

/** Whatever stood behind one that leaves its place stands one further to the front. */
function shift(before: RunState, id: string, campaign: CampaignState): CampaignState {
	const lane = getAt(before.experiments, findPosition(before.positions, id) ?? -1)?.experiment.lane ?? '';
	const phases = [...campaign.phases].map(([name, state]): [string, PhaseState] => {
		const known = state.lanes.get(lane);
		if (!known || known.first === Number.MAX_SAFE_INTEGER) return [name, state];
		const lanes = new Map(state.lanes).set(lane, {...known, first: Math.max(0, known.first - 1)});
		return [name, {...state, lanes}];
	});
	return {...campaign, phases: new Map(phases)};
}

/** It has another place in its queue, or a fact changed nothing. */
function moveWithin(after: RunState, position: number, campaign: CampaignState): CampaignState {
	const record = getAt(after.experiments, position);
	const name = nameOf(campaign, record?.experiment.phase);
	const state = campaign.phases.get(name);
	const lane = record?.experiment.lane ?? '';
	const known = state?.lanes.get(lane);
	if (!state || !known || record?.stage.kind !== 'waiting') return campaign;
	const first = findFirst(state, after, lane, {...known, first: 0});
	const phases = new Map(campaign.phases).set(name, {
		...state,
		lanes: new Map(state.lanes).set(lane, {...known, first}),
	});
	return {...campaign, phases};
}

/** For how long an attempt ran that is over now, ms. */
function measureRun(old: Stage, now: Stage): number {
	if (old.kind !== 'running' || now.kind !== 'ended') return 0;
	return Math.max(0, now.endedAt - old.since);
}

function resume(before: RunState, after: RunState, campaign: CampaignState, at: number): CampaignState {
	const emptied = new Map([...campaign.phases].map(([name, state]) => [name, empty(state)]));
	const counted = recount({...campaign, phases: emptied}, after, 0);
	return {...counted, stopped: null, spending: beginSession(before, campaign, at)};
}

const empty = (state: PhaseState): PhaseState => ({
	...state,
	counts: NO_COUNTS,
	groups: new Map(),
	lanes: new Map(),
	postponed: new Map(),
	cutOff: 0,
});

/** A runner that died has said nothing of its end, so that its time is counted up to its last fact. */
function closeSession({spending, budget}: CampaignState, at: number): Spending {
	const {ms, since} = spending;
	const session = since === null || budget?.per === 'gpu' ? 0 : Math.max(0, at - since);
	return {ms: ms + session, since: null, cutAt: null, gapMs: 0};
}

function beginSession(before: RunState, campaign: CampaignState, at: number): Spending {
	const {spending, lastAt} = campaign;
	if (spending.since === null) return {...spending, since: at, cutAt: null, gapMs: 0};
	const closed = closeSession(campaign, lastAt);
	const lost = campaign.budget?.per === 'gpu' ? measureLost(before, lastAt) : 0;
	return {ms: closed.ms + lost, since: at, cutAt: lastAt, gapMs: Math.max(0, at - lastAt)};
}

/** What ran when the runner died did so on GPUs at least up to its last fact. */
const measureLost = ({lanes, experiments}: RunState, lastAt: number): number =>
	[...lanes.values()].reduce((sum, {lane, running}) => {
		const stage = running === null || lane.gpuId === null ? undefined : getAt(experiments, running)?.stage;
		return stage?.kind === 'running' ? sum + Math.max(0, lastAt - stage.since) : sum;
	}, 0);

/** What runs on has run all the time, and is counted whole when it ends; the machine was used meanwhile. */
function adopt({spending, budget}: CampaignState, startedAt: number): Spending {
	const {ms, cutAt, gapMs} = spending;
	if (cutAt === null) return spending;
	if (budget?.per === 'gpu') return {...spending, ms: Math.max(0, ms - Math.max(0, cutAt - startedAt))};
	return {...spending, ms: ms + gapMs, gapMs: 0};
}
