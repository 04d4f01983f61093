import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {selectSince} from '../../source/journal/select-since.ts';
import type {Attachment} from '../../source/tui/attachment.ts';
import type {Greeting} from '../../source/tui/panels/since.ts';
import {press, type Situation, startView} from '../../source/tui/view.ts';
import {cell, failed, launching, opened, planned, play, quarantined, ran, STORY_START, started} from '../rig/story.ts';
import {drawApp} from './draw-app.tsx';

const WIDE = {columns: 100, rows: 30};
const HELD: Attachment = {control: {kind: 'held'}, said: null};
const TAKEN: Attachment = {control: {kind: 'taken', by: 'alice on pts/1'}, said: null};

const names = Array.from({length: 14}, (_, index) => `c${index}`);
const night = play(
	opened(),
	planned(names.map((runId, index) => cell({runId, gpuId: index % 4}))),
	...ran('c0'),
	...ran('c1', {status: 'degraded', degraded: ['batch_size: declared 10, effective 5']}),
	...['c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8', 'c9', 'c10', 'c11'].flatMap((id) => failed(id)),
	quarantined('gpu1', 'Xid 79'),
	{type: 'noted', level: 'warning', message: 'the disk was full for 3 min'},
	launching('c12'),
	started('c12'),
);

const greet = (changes: Partial<Greeting> = {}): Greeting => ({
	view: selectSince(night, STORY_START),
	now: STORY_START + 7_200_000,
	isWhole: false,
	running: night.counts.active,
	waiting: night.counts.waiting,
	...changes,
});

const draw = async (greeting: Greeting, size = WIDE) =>
	(await drawApp(night, size, {greeting, attachment: HELD})).map((line) => line.trimEnd());

suite('who comes back to a run', () => {
	test('is shown what happened since, and nothing else, until a key', async () => {
		const lines = await draw(greet());
		const text = lines.join('\n');

		assert.match(lines[0] ?? '', /since you left, 2:00:00 ago at 02:31:02/);
		assert.match(text, /^ {2}1 succeeded\n {2}1 degraded\n {2}10 failed\n/m);
		assert.match(text, /2 earlier ones; Tab shows all results/);
		assert.match(text, /^ {4}02:31:50 c11: exited with code 1$/m);
		assert.doesNotMatch(text, /\bc[23]:/);
		assert.match(text, /1 given up\n {4}\S+ gpu1: Xid 79/);
		assert.match(text, /1 warning\n {4}\S+ the disk was full for 3 min/);
		assert.match(text, /1 running, 1 waiting\n {2}Any key goes on to the run\./);
	});

	test('is told that it is the whole run where he never looked before', async () => {
		assert.match((await draw(greet({isWhole: true})))[0] ?? '', /since the run began, /);
	});

	test('is told that there is more where it has no room, and still what to press', async () => {
		const text = (await draw(greet(), {columns: 60, rows: 16})).join('\n');
		assert.match(text, /and more than has room here\n {2}Any key goes on to the run\./);
	});

	test('sees the run after a key', async () => {
		const drawn = drawApp(night, WIDE, {
			greeting: greet(),
			attachment: HELD,
			pressings: [{keys: ' ', until: /c12 .*running/}],
		});
		assert.doesNotMatch((await drawn).join('\n'), /Any key goes on/);
	});
});

suite('a screen that only reads', () => {
	const reading: Situation = {
		...{courseKind: 'running', isOwner: true, control: TAKEN.control, active: 1, waiting: 1},
		...{model: {lanes: []}, maxHelpOffset: 0},
	};

	test('says who has the control and which key takes it', async () => {
		const [first = ''] = await drawApp(night, WIDE, {attachment: TAKEN});
		assert.match(first, /READ ONLY: the control is held by alice on pts\/1; T takes it/);
		assert.doesNotMatch((await drawApp(night, WIDE, {attachment: HELD})).join('\n'), /READ ONLY/);
	});

	test('asks before it takes it, and names whom it takes it from', async () => {
		const lines = await drawApp(night, WIDE, {
			attachment: TAKEN,
			pressings: [{keys: 'T', until: /y {2}take the control/}],
		});
		assert.match(lines.join('\n'), /alice on pts\/1 has the control, and will only read from now on/);
	});

	test('takes it after a yes, and after nothing else', () => {
		const asked = press(startView(), 'T', reading);
		assert.equal(asked.effect, null);
		assert.deepEqual(press(asked.view, 'y', reading).effect, {kind: 'take-control'});
		assert.equal(press(asked.view, 'n', reading).effect, null);
	});

	test('is told so where there is nothing to take', () => {
		const say = (control: Situation['control']) => press(startView(), 'T', {...reading, control}).view.notice;
		assert.equal(say({kind: 'held'}), 'this screen has the control');
		assert.equal(say(null), 'this screen has the control');
		assert.equal(say({kind: 'none', why: 'it cannot be reached'}), 'it cannot be reached');
		assert.match(say({kind: 'gone', advice: 'resume'}) ?? '', /nobody runs this run/);
		assert.equal(press(startView(), 'T', {...reading, isOwner: false}).view.question, null);
	});

	test('shows on the line of keys who took its control', async () => {
		const said = {text: 'bob on pts/2 took the control; T takes it back'};
		const lines = await drawApp(night, WIDE, {attachment: {control: {kind: 'taken', by: 'bob on pts/2'}, said}});
		assert.match(lines.join('\n'), /bob on pts\/2 took the control; T takes it back/);
	});
});
