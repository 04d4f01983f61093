import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {layHelp} from '../../source/tui/key-lines.ts';
import {findAction, KEYS, type ScreenName} from '../../source/tui/keys.ts';
import {lineText} from '../../source/tui/parts/line.ts';
import {readKeys} from '../../source/tui/read-keys.ts';
import {SCREENS} from '../../source/tui/screens/list.ts';
import {createTheme} from '../../source/tui/theme.ts';
import {nextRequest, press, type Situation, screenOf, startView, type View} from '../../source/tui/view.ts';

const {glyphs} = createTheme({ascii: true, palette: 'none'});
const names = Object.keys(SCREENS) as ScreenName[];
const running: Situation = {
	courseKind: 'running',
	isOwner: true,
	control: null,
	active: 2,
	waiting: 7,
	model: {lanes: []},
	maxHelpOffset: 4,
};
const closed: Situation = {...running, courseKind: 'closed', active: 0, waiting: 0};
const noKey = {} as Parameters<typeof readKeys>[1];
const pressAll = (view: View, keys: readonly string[], situation: Situation): View =>
	keys.reduce((before, key) => press(before, key, situation).view, view);

suite('the table of keys', () => {
	for (const screen of names) {
		test(`gives no key two meanings on the ${screen}`, () => {
			const keys = KEYS.filter(({where}) => where.includes(screen)).flatMap((row) => row.keys);

			assert.deepEqual(keys, [...new Set(keys)]);
		});

		test(`is all of the help of the ${screen}: every key and every word about it`, () => {
			const help = layHelp(screen, 300, glyphs).map(lineText).join('\n');

			for (const {name, does} of KEYS.filter(({where}) => where.includes(screen)))
				assert.ok(help.includes(name) && help.includes(does), name);
		});
	}

	test('reads what a slow line delivers at once as single keys', () => {
		assert.deepEqual(readKeys('jjk', noKey), ['j', 'j', 'k']);
		assert.deepEqual(readKeys('jj\r', noKey), ['j', 'j', 'enter']);
		assert.deepEqual(readKeys('j', {...noKey, meta: true}), ['escape', 'j']);
		assert.deepEqual(readKeys('C', {...noKey, ctrl: true}), ['ctrl-c']);
		assert.deepEqual(readKeys('', {...noKey, pageDown: true}), ['pagedown']);
		assert.deepEqual(readKeys('', {...noKey, tab: true, shift: true}), ['shift-tab']);
	});

	test('has no key that only some terminals send', () => {
		for (const key of KEYS.flatMap(({keys}) => keys)) assert.doesNotMatch(key, /^f\d|^ctrl-[abqswtn]$|^alt/);
	});

	test('means something where it is said to, and nothing elsewhere', () => {
		assert.equal(findAction('pagedown', 'summary'), 'page-down');
		assert.equal(findAction('X', 'picker'), undefined);
	});
});

suite('a press of a key', () => {
	test('that means nothing changes nothing', () => {
		const view = startView();

		assert.deepEqual(press(view, 'Z', running), {view, effect: null});
	});

	test('of Ctrl-C asks for the next step that the run has not yet taken', () => {
		assert.equal(nextRequest(startView(), running), 'drain');
		assert.equal(nextRequest(startView(), {...running, courseKind: 'draining'}), 'stop');
		assert.equal(nextRequest(startView(), {...running, courseKind: 'stopping'}), 'kill');
		assert.equal(nextRequest({asked: 'drain'}, running), 'stop');
		assert.equal(nextRequest({asked: 'kill'}, {...running, courseKind: 'stopping'}), 'kill');
	});

	test('of q, Ctrl-C or X on a replay asks nothing, because nothing of ours runs', () => {
		const replayed = {...running, isOwner: false};

		assert.deepEqual(
			['q', 'ctrl-c', 'X'].map((key) => press(startView(), key, replayed)),
			[{kind: 'leave'}, {kind: 'leave'}, null].map((effect) => ({view: startView(), effect})),
		);
	});

	test('of Ctrl-C takes one step each time, also over a question and the help', () => {
		const asked = ['help', 'question'].map((over) => {
			const view = pressAll(startView(), [over === 'help' ? '?' : 'q'], running);
			return press(view, 'ctrl-c', running).effect;
		});

		assert.deepEqual(asked, [
			{kind: 'request', request: 'drain'},
			{kind: 'request', request: 'drain'},
		]);
	});

	test('of q leaves when the run is closed', () =>
		assert.deepEqual(press(startView(), 'q', closed).effect, {kind: 'leave'}));

	for (const key of ['q', 'X']) {
		test(`of ${key} while something runs asks first, and every answer but y is no`, () => {
			const {view, effect} = press(startView(), key, running);

			assert.equal(effect, null);
			for (const words of ['2 experiments', '7 experiments'])
				assert.ok(view.question?.lines.join(' ').includes(words), words);
			for (const no of ['enter', 'n', 'escape', 'q', ' ', 'j']) {
				const answered = press(view, no, running);
				assert.deepEqual([answered.effect, answered.view.question, answered.view.asked], [null, null, null], no);
			}
		});
	}

	test('of X names nothing that is not there', () => {
		const {view} = press(startView(), 'X', {...running, active: 1, waiting: 0});

		assert.doesNotMatch(view.question?.lines.join(' ') ?? '', /\b0\b/);
		assert.match(view.question?.lines.join(' ') ?? '', /1 experiment that runs now/);
	});

	test('of y after q starts nothing more, after X stops', () => {
		assert.deepEqual(press(pressAll(startView(), ['q'], running), 'y', running).effect, {
			kind: 'request',
			request: 'drain',
		});
		assert.deepEqual(press(pressAll(startView(), ['X'], running), 'y', running).effect, {
			kind: 'request',
			request: 'stop',
		});
	});

	test('while the help is open scrolls it or closes it, and does nothing else', () => {
		const help = pressAll(startView(), ['?', 'j', 'j'], running);

		assert.equal(help.help, 2);
		assert.equal(pressAll(help, ['G', 'j'], running).help, running.maxHelpOffset);
		assert.deepEqual(press(help, 'q', running), {view: {...help, help: null}, effect: null});
	});

	test('of Tab goes round dashboard, results and summary, and of Shift-Tab back', () => {
		const shown = (keys: readonly string[]) => screenOf(pressAll(startView(), keys, closed), closed);

		assert.deepEqual([[], ['tab'], ['tab', 'tab'], ['shift-tab'], ['tab', 'shift-tab']].map(shown), [
			'summary',
			'dashboard',
			'results',
			'results',
			'summary',
		]);
	});

	test('of a choice stays when the run ends, without one the summary comes', () => {
		const stay = pressAll(startView(), ['tab', 'shift-tab'], running);

		assert.equal(screenOf(stay, closed), 'dashboard');
		assert.equal(screenOf(startView(), closed), 'summary');
	});
});
