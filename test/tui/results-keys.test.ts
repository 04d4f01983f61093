import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {RunState} from '../../source/journal/state.ts';
import type {ScreenName} from '../../source/tui/keys.ts';
import type {Scene} from '../../source/tui/screen.ts';
import {SCREENS} from '../../source/tui/screens/list.ts';
import {createTheme} from '../../source/tui/theme.ts';
import {type OutsideEffect, press, screenOf, startView, type View} from '../../source/tui/view.ts';
import {longNight, mixedNight, stoppedNight} from './result-stories.ts';

const layout = {columns: 119, rows: 20, theme: createTheme({ascii: false, palette: 'none'}), utcOffsetMinutes: 0};
const FOLDER = 'outputs/numa_study/2025-07-12/02-31-02';

/** A viewer on one screen of a run, who presses keys one by one. */
function sit(screen: ScreenName, state: RunState) {
	const scene = {
		state,
		now: state.at,
		paths: [FOLDER, `${FOLDER}/results.json`],
		lookedInto: null,
		files: null,
		picker: null,
	} as Scene;
	let view: View = startView(screen);
	const modelOf = () => {
		const shown = screenOf(view, {courseKind: 'running'});
		return SCREENS[shown].select(scene, view.own[shown], layout);
	};
	return {
		view: () => view,
		model: () => modelOf() as {rows: readonly {id: string}[]; cursor: number; first: number},
		press: (...keys: readonly string[]): OutsideEffect | null => {
			let last: OutsideEffect | null = null;
			for (const key of keys) {
				const situation = {
					courseKind: 'running',
					isOwner: true,
					control: null,
					active: 3,
					waiting: 5,
					model: modelOf(),
					maxHelpOffset: 0,
				} as const;
				const pressed = press(view, key, situation);
				view = pressed.view;
				last = pressed.effect;
			}
			return last;
		},
	};
}

suite('a key in the table of results', () => {
	test('Enter looks into the experiment under the cursor, and Esc comes back to it', () => {
		const {press: type, view, model} = sit('results', mixedNight());

		type('j', 'j', 'j', 'j', 'enter');
		assert.equal(screenOf(view(), {courseKind: 'running'}), 'detail');
		assert.equal(view().lookedInto, 'gpu0_numa2_vit32x6x512');
		type('escape');

		assert.equal(screenOf(view(), {courseKind: 'running'}), 'results');
		assert.equal(model().cursor, 4);
	});

	test('Enter on no row opens nothing', () => {
		const {press: type, view} = sit('results', mixedNight());

		type('/', ...'zzz', 'enter', 'enter');

		assert.equal(screenOf(view(), {courseKind: 'running'}), 'results');
	});

	test('typed after / filters at once, and q and f are letters there', () => {
		const {press: type, model, view} = sit('results', mixedNight());

		type('/', ...'state:f');
		assert.equal(model().rows.length, 3);
		type('enter', 'f', 'f');

		assert.equal(model().rows.length, 3);
		assert.equal(view().question, null);
	});

	test('Esc clears what is typed, then the filter, and only then leads back', () => {
		const {press: type, model, view} = sit('results', mixedNight());
		type('/', ...'gpu:3', 'enter', 'f');
		assert.equal(model().rows.length, 0);

		type('escape');
		assert.equal(model().rows.length, 24);
		type('/', 'x', 'escape');
		assert.equal(model().rows.length, 24);

		assert.equal(screenOf(view(), {courseKind: 'running'}), 'results');
	});

	test('f shows only what failed, and again everything, with the cursor on the same experiment', () => {
		const {press: type, model} = sit('results', mixedNight());
		const chosen = () => model().rows[model().cursor]?.id;
		type('j', 'j', 'j', 'j');
		const before = chosen();

		type('f');
		assert.deepEqual([model().rows.length, chosen()], [3, before]);
		type('f');

		assert.deepEqual([model().rows.length, chosen()], [24, before]);
	});

	test('moves through ten thousand rows by page and to both ends, and never out of them', () => {
		const {press: type, model} = sit('results', longNight());

		type('pagedown', 'pagedown');
		assert.deepEqual([model().cursor, model().first], [34, 18]);
		type('G', 'j');
		assert.deepEqual([model().cursor, model().first], [9999, 9983]);
		type('g', 'k');

		assert.deepEqual([model().cursor, model().first], [0, 0]);
	});
});

suite('a key in the summary', () => {
	test('y copies it as Markdown, Y the path of the run, and the line of keys says so', () => {
		const {press: type, view} = sit('summary', stoppedNight());

		const copied = type('y');
		assert.ok(copied?.kind === 'copy' && /^\| gpu0_numa0_vit32x2x256 \| succeeded \|/m.test(copied.text));
		assert.equal(view().notice, 'copied: the summary of 24 cells as Markdown');

		assert.deepEqual(type('Y'), {kind: 'copy', text: FOLDER, what: FOLDER});
	});

	test('E asks for the report, and says that it is being written until somebody knows where it is', () => {
		const {press: type, view} = sit('summary', stoppedNight());

		assert.deepEqual(type('E'), {kind: 'export'});
		assert.equal(view().notice, 'the report is being written ...');
	});

	test('y copies the command instead where the table is too long for a clipboard', () => {
		const copied = sit('summary', longNight()).press('y');

		assert.equal(copied?.kind === 'copy' && copied.text, `warpdeck summary ${FOLDER} --md`);
	});
});
