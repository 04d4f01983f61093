import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {RunState} from '../../source/journal/state.ts';
import type {Scene} from '../../source/tui/screen.ts';
import {SCREENS} from '../../source/tui/screens/list.ts';
import {createTheme} from '../../source/tui/theme.ts';
import {type OutsideEffect, press, type Situation, screenOf, startView, type View} from '../../source/tui/view.ts';
import {awaitsApproval, campaignRuns, gateFailed, manyPhases, pausesBehind} from './campaign-story.ts';
import {onGpus} from './run-stories.ts';

const layout = {columns: 79, rows: 22, theme: createTheme({ascii: true, palette: 'none'}), utcOffsetMinutes: 0};

type Sitting = {readonly effect: OutsideEffect | null; readonly view: View; readonly text: string};

/** What comes of keys on the dashboard. */
function sit(state: RunState, keys: readonly string[], changes: Partial<Situation> = {}): Sitting {
	const scene: Scene = {state, now: state.at, paths: [], lookedInto: null, files: null, picker: null};
	let view: View = startView('dashboard');
	let effect: OutsideEffect | null = null;
	const modelOf = (now: View) => {
		const shown = screenOf(now, {courseKind: 'running'});
		return SCREENS[shown].select(scene, now.own[shown], layout);
	};
	for (const key of keys) {
		const situation: Situation = {
			...{courseKind: 'running', isOwner: true, control: null, active: 1, waiting: 1, maxHelpOffset: 0},
			model: modelOf(view),
			...changes,
		};
		({view, effect} = press(view, key, situation));
	}
	const shown = screenOf(view, {courseKind: 'running'});
	const blocks = SCREENS[shown].lay(modelOf(view), view.own[shown], layout);
	const text = blocks
		.flatMap(({block}) => (block.kind === 'lines' ? block.lines : []))
		.map((line) => line.map((segment) => segment.text).join(''))
		.join('\n');
	return {effect, view, text};
}

const requestOf = ({effect}: Sitting) => (effect?.kind === 'control' ? effect.request : null);
const approve = (phase: string) => ({kind: 'approve', phase});

suite('a key on a phase', () => {
	test('c opens the phases, and again or Esc closes them', () => {
		assert.equal(sit(campaignRuns(), ['c']).view.chosen, 'campaign');
		assert.equal(sit(campaignRuns(), ['c', 'c']).view.chosen, 'dashboard');
		assert.equal(sit(campaignRuns(), ['c', 'escape']).view.chosen, 'dashboard');
		assert.equal(sit(campaignRuns(), ['c', 'tab']).view.chosen, 'dashboard');
	});

	test('c says of a run without phases that it is no campaign', () => {
		assert.match(sit(onGpus(2), ['c']).text, /This run is no campaign/);
		assert.equal(sit(onGpus(2), ['c', 'a', 'j']).effect, null);
	});

	test('a gives an OK only after a yes', () => {
		const asked = sit(awaitsApproval(), ['c', 'a']);

		assert.equal(asked.effect, null);
		assert.match(asked.view.question?.lines.join('\n') ?? '', /look at the penalties of the first night/);
		assert.deepEqual(requestOf(sit(awaitsApproval(), ['c', 'a', 'y'])), approve('baseline'));
		assert.equal(requestOf(sit(awaitsApproval(), ['c', 'a', 'enter'])), null);
	});

	test('a goes on behind a pause, and in spite of a gate whose reasons it names', () => {
		assert.deepEqual(requestOf(sit(pausesBehind(), ['c', 'a', 'y'])), approve('penalties'));
		assert.match(sit(gateFailed(), ['c', 'a']).view.question?.lines.join('\n') ?? '', /3 of 4 succeeded/);
		assert.deepEqual(requestOf(sit(gateFailed(), ['c', 'a', 'y'])), approve('baseline'));
	});

	test('a says so where nobody has to answer', () => {
		assert.match(sit(campaignRuns(), ['c', 'a']).view.notice ?? '', /baseline is running: it waits for nobody/);
		assert.match(sit(pausesBehind(), ['c', 'g', 'a']).view.notice ?? '', /baseline is passed/);
	});

	test('a is refused where the screen only shows the run, and after its end says what to type', () => {
		const only = sit(awaitsApproval(), ['c', 'a'], {isOwner: false});
		const over = sit(awaitsApproval(), ['c', 'a'], {courseKind: 'closed'});

		assert.deepEqual([only.view.question, only.view.notice], [null, 'this screen only shows the run']);
		assert.equal(over.view.question, null);
		assert.match(over.view.notice ?? '', /warpdeck approve baseline/);
	});

	test('j and k choose a phase, whose details scroll with the page keys and begin anew', () => {
		assert.match(sit(manyPhases(), ['c', 'j']).text, /^-- penalties: How much remote memory costs/m);
		assert.match(sit(manyPhases(), ['c', 'pagedown']).text, /lines (?!1-)\d+-(\d+) of \1 /);
		assert.match(sit(manyPhases(), ['c', 'pagedown', 'j', 'k']).text, /lines 1-/);
		assert.match(sit(manyPhases(), ['c', 'G']).text, /^> 18 day_14/m);
	});
});
