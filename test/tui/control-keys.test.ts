import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Fact} from '../../source/journal/event.ts';
import type {RunState} from '../../source/journal/state.ts';
import type {ScreenName} from '../../source/tui/keys.ts';
import type {Scene} from '../../source/tui/screen.ts';
import {SCREENS} from '../../source/tui/screens/list.ts';
import {createTheme} from '../../source/tui/theme.ts';
import {type OutsideEffect, press, type Situation, screenOf, startView, type View} from '../../source/tui/view.ts';
import {cell, failed, launching, opened, paused, planned, play, ran, started} from '../rig/story.ts';

const layout = {columns: 119, rows: 20, theme: createTheme({ascii: false, palette: 'none'}), utcOffsetMinutes: 0};
/** a runs, b failed, c succeeded, d waits. */
const story: readonly Fact[] = [
	opened(),
	planned(['a', 'b', 'c', 'd'].map((runId, gpuId) => cell({runId, gpuId}))),
	launching('a'),
	started('a'),
	...failed('b'),
	...ran('c'),
];
const ROWS = ['a', 'b', 'c', 'd'];

type Sitting = {readonly effect: OutsideEffect | null; readonly view: View};

/** What comes of keys on a screen, the row of an experiment chosen first. */
function sit(
	screen: ScreenName,
	keys: readonly string[],
	{state = play(...story), row = 'a', isOwner = true} = {},
): Sitting {
	const scene = {state, now: state.at, paths: [], lookedInto: row, files: null, picker: null} as Scene;
	let view: View = startView(screen);
	let effect: OutsideEffect | null = null;
	const downs = screen === 'results' ? Array.from({length: ROWS.indexOf(row)}, () => 'j') : [];
	for (const key of [...downs, ...keys]) {
		const shown = screenOf(view, {courseKind: 'running'});
		const situation: Situation = {
			courseKind: state.closed ? 'closed' : 'running',
			isOwner,
			control: null,
			active: 1,
			waiting: 1,
			model: SCREENS[shown].select(scene, view.own[shown], layout),
			maxHelpOffset: 0,
		};
		({view, effect} = press(view, key, situation));
	}
	return {effect, view};
}

const requestOf = ({effect}: Sitting) => (effect?.kind === 'control' ? effect.request : null);
const retryOf = (id: string) => ({kind: 'retry', what: {ids: [id]}});

suite('a key on an experiment', () => {
	test('r tries a failed one again at once, and a success only after a yes', () => {
		assert.deepEqual(requestOf(sit('results', ['r'], {row: 'b'})), retryOf('b'));
		assert.ok(sit('results', ['r'], {row: 'c'}).view.question);
		assert.deepEqual(requestOf(sit('results', ['r', 'y'], {row: 'c'})), retryOf('c'));
		assert.equal(requestOf(sit('results', ['r', 'n'], {row: 'c'})), null);
		assert.match(sit('results', ['r'], {row: 'd'}).view.notice ?? '', /tried anyway/);
	});

	test('R tries all of them again that failed, after a yes', () => {
		assert.deepEqual(requestOf(sit('results', ['R', 'y'])), {kind: 'retry', what: 'failed'});
	});

	test('x skips what waits at once, and ends what runs only after a yes', () => {
		assert.deepEqual(requestOf(sit('results', ['x'], {row: 'd'})), {kind: 'skip', ids: ['d']});
		assert.equal(requestOf(sit('results', ['x'], {row: 'a'})), null);
		assert.deepEqual(requestOf(sit('results', ['x', 'y'], {row: 'a'})), {kind: 'skip', ids: ['a']});
		assert.deepEqual(requestOf(sit('dashboard', ['x', 'y'])), {kind: 'skip', ids: ['a']});
		assert.match(sit('results', ['x'], {row: 'c'}).view.notice ?? '', /over already/);
	});

	test('z, K, J and m put what waits elsewhere, m after a yes, and leave alone what does not wait', () => {
		assert.deepEqual(requestOf(sit('results', ['z'], {row: 'd'})), {kind: 'postpone', ids: ['d']});
		assert.deepEqual(requestOf(sit('results', ['K'], {row: 'd'})), {kind: 'move', id: 'd', place: 'up'});
		assert.deepEqual(requestOf(sit('results', ['J'], {row: 'd'})), {kind: 'move', id: 'd', place: 'down'});
		assert.deepEqual(requestOf(sit('results', ['m', 'y'], {row: 'd'})), {kind: 'move', id: 'd'});
		for (const key of ['z', 'K', 'J', 'm'])
			assert.match(sit('results', [key], {row: 'b'}).view.notice ?? '', /only what waits/);
	});

	test('does the same on its own screen', () => {
		assert.deepEqual(requestOf(sit('detail', ['r'], {row: 'b'})), retryOf('b'));
		assert.deepEqual(requestOf(sit('detail', ['x'], {row: 'd'})), {kind: 'skip', ids: ['d']});
	});
});

suite('a key on the lanes', () => {
	const after = (...facts: readonly Fact[]): RunState => play(...story, ...facts);
	const held = after(paused('gpu0', {cause: 'user', by: 'alice'}));
	const all = after({type: 'run-paused', reason: '', by: 'alice'});

	test('p holds the chosen lane and lets it go on, P all of them', () => {
		assert.deepEqual(requestOf(sit('dashboard', ['p'])), {kind: 'pause', lane: 'gpu0'});
		assert.deepEqual(requestOf(sit('dashboard', ['j', 'p'])), {kind: 'pause', lane: 'gpu1'});
		assert.deepEqual(requestOf(sit('dashboard', ['p'], {state: held})), {kind: 'continue', lane: 'gpu0'});
		assert.deepEqual(requestOf(sit('dashboard', ['P'])), {kind: 'pause'});
		assert.deepEqual(requestOf(sit('dashboard', ['P'], {state: all})), {kind: 'continue'});
	});

	test('+ and - change how many run at once, one at least', () => {
		assert.deepEqual(requestOf(sit('dashboard', ['+'])), {kind: 'set', maxWorkers: 5});
		assert.deepEqual(requestOf(sit('dashboard', ['-'])), {kind: 'set', maxWorkers: 3});
		const one = after({type: 'workers-set', maxWorkers: 1, by: 'alice'});
		assert.equal(requestOf(sit('dashboard', ['-'], {state: one})), null);
	});
});

suite('a key that asks something of the run', () => {
	test('says why it does not, on a screen that only shows it and after its end, and asks no question first', () => {
		const watched = sit('results', ['r'], {row: 'c', isOwner: false});
		assert.deepEqual([watched.effect, watched.view.question], [null, null]);
		assert.match(watched.view.notice ?? '', /only shows/);
		const over = play(...story, {type: 'closed', reason: 'stopped'});
		assert.match(sit('results', ['r'], {row: 'b', state: over}).view.notice ?? '', /warpdeck resume/);
	});
});
