import {replaceWord} from '../../plan/typed-line.ts';
import type {Action} from '../keys.ts';
import {arrangePicker, layPicker, type PickerView} from '../panels/picker/arrange.ts';
import {makeChoice, type PickerOwn, readSetting} from '../panels/picker/model.ts';
import {showLines} from '../parts/blocks.ts';
import {createTextField} from '../parts/text-field.ts';
import {defineScreen, type Effect} from '../screen.ts';
import {move} from '../scroll.ts';

type Own = PickerOwn;
type Acted = {readonly own: Own; readonly effect?: Effect};

/** What can be run, what that would be, and what to type for it. */
export const picker = defineScreen<Own, PickerView | null>({
	initial: {suite: null, pane: 'suites', option: 0, line: createTextField(), before: null, scroll: 0},
	select: (scene, own, layout) => (scene.picker === null ? null : arrangePicker(scene.picker, own, layout)),
	lay: (view, own, layout) => showLines(view === null ? [] : layPicker(view, own, layout)),
	act: (own, action, view) => (view === null ? {own} : act(own, action, view)),
	input: {
		open: ({before, line}) => (before === null ? null : line),
		write: (own, line, end, view) => {
			if (end === 'typing') return reconsider({...own, line, scroll: 0}, view);
			const kept = end === 'cancelled' && own.before ? own.before : line;
			return reconsider({...own, line: kept, before: null}, view);
		},
	},
});

function act(own: Own, action: Action, view: PickerView): Acted {
	switch (action) {
		case 'open':
			return start(own, view);
		case 'edit':
			return {own: {...own, before: own.line}};
		case 'next-pane':
			return {own: own.pane === 'suites' ? {...own, pane: 'options'} : {...own, pane: 'suites', before: own.line}};
		case 'previous-pane':
			return {own: own.pane === 'suites' ? {...own, before: own.line} : {...own, pane: 'suites'}};
		case 'left':
		case 'right':
			return own.pane === 'options' ? choose(own, action === 'left' ? -1 : 1, view) : {own};
		case 'page-up':
		case 'page-down':
			return {own: {...own, scroll: move(own.scroll, action, {last: view.maxScroll, page: view.planRows})}};
		default:
			return moveCursor(own, action, view);
	}
}

function moveCursor(own: Own, action: Action, view: PickerView): Acted {
	const {scene, options, cursor} = view;
	if (own.pane === 'options')
		return {own: {...own, option: move(own.option, action, {last: options.length - 1, page: options.length})}};
	const {suites} = scene;
	const suite = suites[move(cursor, action, {last: suites.length - 1, page: suites.length})];
	return suite && suite !== suites[cursor] ? reconsider({...own, suite: suite.name, scroll: 0}, view) : {own};
}

/** The next value of an option, written into the overrides; the suite's own value needs no override. */
function choose(own: Own, step: number, view: PickerView): Acted {
	const {scene, options, cursor} = view;
	const option = options[own.option];
	const values = option?.values ?? [];
	if (!option || values.length === 0) return {own};
	const at = values.indexOf(option.value ?? '');
	const value = values[(at + step + values.length) % values.length] ?? '';
	const isOwn = readSetting(scene.suites[cursor]?.outcome ?? null, option.key) === value;
	const text = replaceWord(own.line.text, option.word, isOwn ? '' : `${option.key}=${value}`);
	return reconsider({...own, line: createTextField(text)}, view);
}

/** Words that changed have to be worked out anew. */
function reconsider(own: Own, view: PickerView | null): Acted {
	const suites = view?.scene.suites ?? [];
	const suite = suites.find(({name}) => name === own.suite) ?? suites[0];
	return suite ? {own, effect: {kind: 'consider', choice: makeChoice(suite.name, own.line.text)}} : {own};
}

/** What is known to be refused is not started; what is still being worked out is checked again by the run itself. */
function start(own: Own, {choice, outcome, typed}: PickerView): Acted {
	const reason =
		typed.fault?.error ??
		(outcome?.kind === 'refused'
			? outcome.error
			: outcome?.kind === 'planned'
				? outcome.plan.problems[0]?.message
				: null);
	if (reason) return {own, effect: {kind: 'say', text: `not started: ${reason}`}};
	return choice ? {own, effect: {kind: 'start', choice}} : {own};
}
