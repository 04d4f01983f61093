import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Fact} from '../../source/journal/event.ts';
import {reduce} from '../../source/journal/reduce.ts';
import {selectLanes} from '../../source/journal/select.ts';
import type {RunState} from '../../source/journal/state.ts';
import {answerRequest} from '../../source/plan/answer-request.ts';
import {type ControlRequest, controlRequestSchema} from '../../source/plan/control-request.ts';
import {cell, failed, launching, opened, paused, planned, play, quarantined, ran, STORY_START} from '../rig/story.ts';

type Request = Exclude<ControlRequest, {kind: 'add'}>;

const beginning: readonly Fact[] = [
	opened(),
	planned([
		cell({runId: 'a', gpuId: 0}),
		cell({runId: 'b', gpuId: 0}),
		cell({runId: 'c', gpuId: 0}),
		cell({runId: 'd', gpuId: 1}),
	]),
];

const ask = (state: RunState, request: Request) => answerRequest(state, request, 'alice');
const factsOf = (state: RunState, request: Request): readonly Fact[] => {
	const answer = ask(state, request);
	return answer.kind === 'facts' ? answer.facts : assert.fail(answer.message);
};
const refusalOf = (state: RunState, request: Request): string => {
	const answer = ask(state, request);
	if (answer.kind === 'facts') return assert.fail(answer.said);
	assert.ok(answer.tryThis.length > 0);
	return answer.message;
};
/** The state once what was asked for has happened; every answered fact must be possible. */
const obey = (state: RunState, request: Request): RunState => {
	const next = factsOf(state, request).reduce(
		(known, fact, index) => reduce(known, {...fact, seq: known.seq + 1, at: STORY_START + 100_000 + index}),
		state,
	);
	assert.deepEqual(next.anomalies, state.anomalies);
	return next;
};
const queueOf = (state: RunState, lane = 'gpu0') => selectLanes(state, 0).find(({id}) => id === lane)?.queue.next;
const heldOf = (state: RunState, lane = 'gpu0') => selectLanes(state, 0).find(({id}) => id === lane)?.held;

suite('a request to pause and to continue', () => {
	test('holds one lane, by its name or its number, and says who did', () => {
		for (const lane of ['gpu0', '0']) {
			const state = obey(play(...beginning), {kind: 'pause', lane, reason: 'a demo'});
			assert.deepEqual([heldOf(state), heldOf(state, 'gpu1')], ['paused by alice: a demo', null]);
			assert.equal(heldOf(obey(state, {kind: 'continue', lane})), null);
		}
	});

	test('holds the whole run, and continuing it lets lanes go too that somebody paused', () => {
		const state = obey(obey(play(...beginning), {kind: 'pause', lane: 'gpu1'}), {kind: 'pause'});
		assert.equal(heldOf(state, 'gpu0'), 'paused by alice');

		const free = obey(state, {kind: 'continue'});
		assert.deepEqual([heldOf(free, 'gpu0'), heldOf(free, 'gpu1')], [null, null]);
	});

	test('does nothing twice, but turns a pause into one that suspends', () => {
		const state = obey(play(...beginning), {kind: 'pause'});

		assert.deepEqual(factsOf(state, {kind: 'pause'}), []);
		assert.equal(obey(state, {kind: 'pause', now: true}).paused?.now, true);
	});

	test('leaves to a guard what the guard holds', () => {
		const state = play(...beginning, paused('gpu0', {reason: 'bob uses it'}));

		assert.match(refusalOf(state, {kind: 'continue', lane: 'gpu0'}), /Nobody paused lane gpu0.*bob uses it/);
		assert.equal(heldOf(obey(obey(state, {kind: 'pause'}), {kind: 'continue'})), 'bob uses it');
	});

	test('of a lane that is given up, or that is not there, says so', () => {
		const state = play(...beginning, quarantined('gpu0', 'it is lost'));

		assert.match(refusalOf(state, {kind: 'continue', lane: 'gpu0'}), /given up: it is lost/);
		assert.match(refusalOf(state, {kind: 'pause', lane: 'gpu7'}), /no lane gpu7/);
	});
});

suite('a request to skip', () => {
	test('sets what waits aside, also through a resume, until somebody asks for it', () => {
		const resumed = {type: 'resumed', version: 1, warpdeck: '0.1.0', pid: 9, droppedBytes: 0} as const;
		const skipped = obey(play(...beginning), {kind: 'skip', ids: ['a', 'd'], reason: 'known by now'});
		const later = reduce(skipped, {...resumed, seq: 9, at: STORY_START + 200_000});

		assert.deepEqual([later.counts.skipped, later.counts.waiting], [2, 2]);
		assert.deepEqual(queueOf(obey(later, {kind: 'retry', what: 'skipped'})), ['a', 'b', 'c']);
	});

	test('has one that runs ended, and only that one', () => {
		const state = obey(play(...beginning, launching('a')), {kind: 'skip', ids: ['a']});

		assert.equal(state.counts.active, 1);
		assert.deepEqual(queueOf(state), ['b', 'c']);
	});

	test('is refused for what is over', () => {
		assert.match(refusalOf(play(...beginning, ...ran('a')), {kind: 'skip', ids: ['a']}), /a has succeeded/);
	});
});

suite('a request to retry', () => {
	const state = play(
		...beginning,
		...failed('a', {failure: {kind: 'timeout', message: 'timed out', advice: 'x'}}),
		...failed('b'),
		...ran('c'),
	);

	test('takes everything that failed, one kind of failure, or exactly what is named', () => {
		assert.deepEqual(queueOf(obey(state, {kind: 'retry', what: 'failed'})), ['a', 'b']);
		assert.deepEqual(queueOf(obey(state, {kind: 'retry', what: {failure: 'timeout'}})), ['a']);
		assert.deepEqual(queueOf(obey(state, {kind: 'retry', what: {ids: ['c']}})), ['c']);
	});

	test('of a kind that did not happen names those that did', () => {
		const answer = ask(state, {kind: 'retry', what: {failure: 'signal'}});

		assert.ok(answer.kind === 'refused');
		assert.deepEqual(
			[answer.message, answer.tryThis],
			['No experiment of this run is failed by signal.', ['failures here: timeout, exit']],
		);
	});

	test('of what waits anyway is refused', () => {
		assert.match(refusalOf(state, {kind: 'retry', what: {ids: ['d']}}), /d is waiting, so it is tried anyway/);
	});
});

suite('a request to move', () => {
	test('puts an experiment first, last, up or down among those that wait on its lane', () => {
		const state = play(...beginning);
		const at = (id: string, place: 'first' | 'last' | 'up' | 'down') => queueOf(obey(state, {kind: 'move', id, place}));

		assert.deepEqual(at('c', 'first'), ['c', 'a', 'b']);
		assert.deepEqual(at('a', 'last'), ['b', 'c', 'a']);
		assert.deepEqual(at('c', 'up'), ['a', 'c', 'b']);
		assert.deepEqual(at('a', 'down'), ['b', 'a', 'c']);
		assert.deepEqual(at('b', 'down'), ['a', 'c', 'b']);
		assert.deepEqual(factsOf(state, {kind: 'move', id: 'a', place: 'up'}), []);
	});

	test('puts it on another lane of the same kind, at the end or at once', () => {
		const state = play(...beginning);

		assert.deepEqual(queueOf(obey(state, {kind: 'move', id: 'b', lane: 'gpu1'}), 'gpu1'), ['d', 'b']);
		assert.deepEqual(queueOf(obey(state, {kind: 'move', id: 'b', lane: '1', place: 'first'}), 'gpu1'), ['b', 'd']);
	});

	test('still works behind what has run or was set aside', () => {
		const state = obey(play(...beginning, ...ran('a')), {kind: 'skip', ids: ['b']});

		assert.deepEqual(
			queueOf(obey(obey(state, {kind: 'retry', what: {ids: ['b']}}), {kind: 'move', id: 'c', place: 'first'})),
			['c', 'b'],
		);
	});

	test('is refused to another kind of lane, to a lane that is given up, and for what runs', () => {
		const state = play(...beginning, quarantined('gpu1'), launching('a'));

		assert.match(refusalOf(state, {kind: 'move', id: 'b', lane: 'cpu0'}), /without a GPU/);
		assert.match(refusalOf(state, {kind: 'move', id: 'b', lane: 'gpu1'}), /given up/);
		assert.match(refusalOf(state, {kind: 'move', id: 'a', lane: 'gpu2'}), /only what waits/);
	});
});

suite('a request', () => {
	test('to postpone leaves an experiment to a resume, with the reason and who asked', () => {
		const state = obey(play(...beginning), {kind: 'postpone', ids: ['a'], reason: 'bob needs the memory'});

		assert.deepEqual([state.counts.postponed, queueOf(state)], [1, ['b', 'c']]);
	});

	test('to set the workers changes what runs at once, and says when it changes nothing', () => {
		const state = obey(play(...beginning), {kind: 'set', maxWorkers: 1});

		assert.equal(state.opened?.maxWorkers, 1);
		assert.deepEqual(factsOf(state, {kind: 'set', maxWorkers: 1}), []);
	});

	test('finds an experiment by a beginning that only one has, and refuses one that several have', () => {
		const state = play(opened(), planned([cell({runId: 'gpu0_a'}), cell({runId: 'gpu0_b'}), cell({runId: 'cpu'})]));

		assert.equal(obey(state, {kind: 'skip', ids: ['cp']}).counts.skipped, 1);
		assert.match(refusalOf(state, {kind: 'skip', ids: ['gpu0']}), /beginning of 2/);
		assert.match(refusalOf(state, {kind: 'skip', ids: ['gpu9_a']}), /no experiment gpu9_a/);
	});

	test('of a run that is over or not open yet is refused', () => {
		assert.match(refusalOf(play(), {kind: 'drain'}), /not open/);
		assert.match(refusalOf(play(...beginning, {type: 'closed', reason: 'finished'}), {kind: 'pause'}), /over/);
	});

	test('from outside is read strictly', () => {
		assert.equal(controlRequestSchema.safeParse({kind: 'set', maxWorkers: 0}).success, false);
		assert.equal(controlRequestSchema.safeParse({kind: 'pause', lanes: 'gpu0'}).success, false);
		assert.equal(controlRequestSchema.safeParse({kind: 'retry', what: {failure: 'timeout'}}).success, true);
	});
});
