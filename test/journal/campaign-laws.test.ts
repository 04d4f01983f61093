import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {isSuccess} from '../../source/domain/experiment.ts';
import {type CampaignState, nameOf} from '../../source/journal/campaign-state.ts';
import type {Fact, JournalEvent} from '../../source/journal/event.ts';
import {findStanding, listAwaiting} from '../../source/journal/phase-order.ts';
import {reduce} from '../../source/journal/reduce.ts';
import {selectCampaign} from '../../source/journal/select-campaign.ts';
import {initialState, type RunState} from '../../source/journal/state.ts';
import {getAt, iterate} from '../../source/journal/vector.ts';
import {decide, findNextDeadline, type Intention} from '../../source/plan/decide.ts';
import {listFacts} from '../../source/plan/intention-facts.ts';
import {createRandom, shuffle} from '../../source/plan/random.ts';
import {judgeGate} from '../../source/report/judge-gate.ts';
import {phase, phasedRun} from '../rig/phased-run.ts';
import {committed, ended, launching, moved, requeued, started} from '../rig/story.ts';

const PHASES = [
	{phase: phase('a', {priority: 1, gate: {successRate: 0.5}, backup: true}), runs: ['a0:0', 'a1:1', 'a2:0', 'a3:1']},
	{phase: phase('b', {after: ['a'], gate: {approval: 'look'}}), runs: ['b0:0', 'b1:1', 'b2:2']},
	{phase: phase('c', {priority: 3, pause: 'end of day'}), runs: ['c2:2', 'c3:3', 'c4:2']},
	{phase: phase('d', {after: ['b', 'c']}), runs: ['d0:0', 'd1:1', 'd2:2', 'd3:3']},
	{phase: phase('e'), runs: ['e3:3'], change: {postponed: 'needs 62 GB'}},
];
const RESUMED: Fact = {type: 'resumed', version: 1, warpdeck: '0', pid: 1, droppedBytes: 0};
const STEP_MS = 1000;

type Tale = {readonly events: readonly JournalEvent[]; readonly state: RunState};

/** A campaign that somebody runs whose programs, machine and people do whatever chance lets them. */
function live(seed: number): Tale {
	const random = createRandom(seed);
	const events: JournalEvent[] = [];
	let state = initialState;
	const tell = (fact: Fact): void => {
		const event: JournalEvent = {...fact, seq: events.length + 1, at: 1000 + events.length * STEP_MS};
		if (fact.type === 'launching') assertMayStart(state, fact.id, `seed ${seed}, event ${event.seq}`);
		events.push(event);
		state = reduce(state, event);
		assertAgrees(state, `seed ${seed}, event ${event.seq}: ${fact.type}`);
	};
	for (const fact of phasedRun(PHASES, {usdPerHour: 1, per: 'machine', stopHours: 1})) tell(fact);
	for (let round = 0; round < 200 && state.closed === null; round++) {
		for (const intention of decide(state, state.at + 1))
			for (const fact of perform(state, intention, random)) tell(fact);
		for (const fact of happen(state, random)) tell(fact);
	}
	return {events, state};
}

function perform(state: RunState, intention: Intention, random: () => number): readonly Fact[] {
	switch (intention.kind) {
		case 'launch':
			return [launching(intention.id, intention.attempt), started(intention.id, intention.attempt)];
		case 'judge':
			return [{type: 'phase-judged', phase: intention.phase, reasons: judgeGate(state, intention.phase)}];
		case 'keep':
			return random() < 0.5
				? [{type: 'phase-kept', phase: intention.phase, path: '/kept', sha256: '0'}]
				: [{type: 'phase-not-kept', phase: intention.phase, problem: 'ENOSPC'}];
		case 'close':
			return [{type: 'closed', reason: intention.reason}];
		default:
			return listFacts(intention);
	}
}

/** Something ends, or somebody says something. */
function happen(state: RunState, random: () => number): readonly Fact[] {
	if (random() < 0.02) return [RESUMED];
	const [awaiting] = state.campaign ? listAwaiting(state.campaign) : [];
	if (awaiting && random() < 0.3) return [sayYes(state, awaiting.phase.name)];
	const records = [...iterate(state.experiments)];
	const running = records.filter(({stage}) => stage.kind === 'running');
	const waiting = records.find(({stage}) => stage.kind === 'waiting');
	const failed = records.find(({stage}) => stage.kind === 'committed' && stage.result.status === 'failed');
	if (waiting && random() < 0.1) {
		const lane = `gpu${Math.floor(random() * 4)}`;
		return lane === waiting.experiment.lane ? [] : [moved(waiting.experiment.id, lane)];
	}
	if (failed && random() < 0.1 && state.closed === null) return [requeued(failed.experiment.id)];
	const chosen = running[Math.floor(random() * running.length)];
	if (chosen?.stage.kind !== 'running') return [];
	const {id} = chosen.experiment;
	const {attempt} = chosen.stage;
	return [ended(id, undefined, attempt), committed(id, {status: random() < 0.3 ? 'failed' : 'succeeded'}, attempt)];
}

const sayYes = ({campaign}: RunState, name: string): Fact => {
	const known = campaign?.phases.get(name);
	const pauses = campaign && known && findStanding(campaign, known).kind === 'pausing';
	return {type: pauses ? 'phase-continued' : 'phase-approved', phase: name, by: 'alice'};
};

function assertMayStart({campaign, experiments}: RunState, id: string, where: string): void {
	const own = [...iterate(experiments)].find(({experiment}) => experiment.id === id)?.experiment.phase ?? '';
	for (const name of campaign?.phases.get(own)?.phase.after ?? []) {
		const before = campaign?.phases.get(name);
		assert.equal(campaign && before && findStanding(campaign, before).kind, 'passed', `${where}: ${id} behind ${name}`);
	}
}

/** What is counted fact by fact must be what a look at everything gives. */
function assertAgrees(state: RunState, where: string): void {
	const {campaign} = state;
	if (!campaign) return;
	for (const [name, known] of campaign.phases) {
		const records = [...iterate(state.experiments)].filter(
			({experiment}) => nameOf(campaign, experiment.phase) === name,
		);
		const good = records.filter(({stage}) => stage.kind === 'committed' && isSuccess(stage.result)).length;
		const kinds = {waiting: 0, postponed: 0, skipped: 0, committed: 0, active: 0};
		for (const {stage} of records) kinds[stage.kind in kinds ? (stage.kind as 'waiting') : 'active']++;
		const {counts} = known;
		const ends = counts.succeeded + counts.degraded + counts.invalid + counts.failed;
		assert.deepEqual(
			[counts.waiting, counts.postponed, counts.skipped, ends, counts.active],
			Object.values(kinds),
			`${where}: phase ${name}`,
		);
		assert.equal(counts.succeeded + counts.degraded, good, where);
		assert.equal(
			[...known.groups.values()].reduce((sum, count) => sum + count, 0),
			good,
			where,
		);
		assert.equal(known.postponed.size, counts.postponed, where);
		assertLanes(state, campaign, name, where);
	}
}

function assertLanes(state: RunState, campaign: CampaignState, name: string, where: string): void {
	for (const {lane, queue} of state.lanes.values()) {
		const waits = queue.map((position) => {
			const record = getAt(state.experiments, position);
			return record?.stage.kind === 'waiting' && nameOf(campaign, record.experiment.phase) === name;
		});
		const known = campaign.phases.get(name)?.lanes.get(lane.id);
		assert.equal(known?.waiting ?? 0, waits.filter(Boolean).length, `${where}: ${name} on ${lane.id}`);
		const first = waits.indexOf(true);
		assert.ok(first === -1 || (known?.first ?? Number.NaN) <= first, `${where}: ${name} waits on ${lane.id} unseen`);
	}
}

const SEEDS = Array.from({length: 20}, (_, index) => index + 1);

suite('a campaign', () => {
	test('comes to an end whatever happens, starts nothing before its time, and passes no phase twice', () => {
		for (const seed of SEEDS) {
			const {events, state} = live(seed);

			assert.notEqual(state.closed, null, `seed ${seed} goes on for ever: ${state.seq} facts`);
			assert.deepEqual(state.anomalies, [], `seed ${seed}`);
			assert.equal(events.at(-1)?.type, 'closed');
		}
	});

	test('read up to any fact and then to the end is the same as read straight through', () => {
		const {events, state} = live(7);

		for (const cut of events.keys()) {
			assert.deepEqual(events.slice(cut).reduce(reduce, events.slice(0, cut).reduce(reduce, initialState)), state);
		}
	});

	test('is told of in any order, twice or in part, and nothing throws', () => {
		for (const seed of SEEDS.slice(0, 8)) {
			const random = createRandom(seed);
			const {events} = live(seed);
			const opening = events.slice(0, 1);
			for (const told of [
				shuffle(events, random),
				[...opening, ...shuffle(events.slice(1), random)],
				events.filter(() => random() > 0.2),
				events.flatMap((event) => (random() < 0.3 ? [event, event] : [event])),
			]) {
				const state = told.reduce(reduce, initialState);
				assertAgrees(state, `seed ${seed}`);
				assert.doesNotThrow(() => decide(state, state.at));
				assert.doesNotThrow(() => findNextDeadline(state, state.at));
				assert.doesNotThrow(() => selectCampaign(state, state.at));
			}
		}
	});
});
