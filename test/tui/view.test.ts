import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {findAction, KEYS, layHelp, readKeys} from '../../source/tui/keys.ts';
import {lineText} from '../../source/tui/parts/line.ts';
import {createTheme} from '../../source/tui/theme.ts';
import {initialView, nextRequest, press, type Situation, screenOf} from '../../source/tui/view.ts';

const {glyphs} = createTheme({ascii: true, colour: false});
const running: Situation = {courseKind: 'running', laneCount: 4, maxOffset: 10, page: 5};
const closed: Situation = {...running, courseKind: 'closed'};
const noKey = {} as Parameters<typeof readKeys>[1];

suite('the table of keys', () => {
	test('gives no key two meanings on one screen', () => {
		for (const screen of ['dashboard', 'summary'] as const) {
			const keys = KEYS.filter(({where}) => where.includes(screen)).flatMap((row) => row.keys);
			assert.deepEqual(keys, [...new Set(keys)]);
		}
	});

	test('is all of the help: every key and every word about it', () => {
		const help = layHelp(200, glyphs).map(lineText).join('\n');

		for (const {name, does} of KEYS) assert.ok(help.includes(name) && help.includes(does), name);
	});

	test('reads what a slow line delivers at once as single keys', () => {
		assert.deepEqual(readKeys('jjk', noKey), ['j', 'j', 'k']);
		assert.deepEqual(readKeys('C', {...noKey, ctrl: true}), ['ctrl-c']);
		assert.deepEqual(readKeys('', {...noKey, pageDown: true}), ['pagedown']);
	});

	test('scrolls by page on the summary only', () => {
		assert.equal(findAction('pagedown', 'summary'), 'page-down');
		assert.equal(findAction('pagedown', 'dashboard'), undefined);
	});
});

suite('a press of a key', () => {
	test('that means nothing changes nothing', () =>
		assert.deepEqual(press(initialView, 'x', running), {view: initialView, effect: null}));

	test('of q asks for the next step that the run has not yet taken', () => {
		assert.equal(nextRequest(initialView, running), 'drain');
		assert.equal(nextRequest(initialView, {courseKind: 'draining'}), 'stop');
		assert.equal(nextRequest(initialView, {courseKind: 'stopping'}), 'kill');
		assert.equal(nextRequest({...initialView, asked: 'drain'}, running), 'stop');
		assert.equal(nextRequest({...initialView, asked: 'kill'}, {courseKind: 'stopping'}), 'kill');
	});

	test('of q leaves when the run is closed', () =>
		assert.deepEqual(press(initialView, 'q', closed).effect, {kind: 'leave'}));

	test('of q counts while the help is open, any other key only closes it', () => {
		const help = {...initialView, help: true};

		assert.deepEqual(press(help, 'q', running).effect, {kind: 'ask', request: 'drain'});
		assert.deepEqual(press(help, 'j', running), {view: initialView, effect: null});
	});

	test('of j stops at the last lane and the last line', () => {
		const lane = (view: typeof initialView, key: string) => press(view, key, running).view;
		let view = initialView;
		for (let count = 0; count < 9; count++) view = lane(view, 'j');
		assert.equal(view.lane, 3);

		view = {...initialView, chosen: 'summary'};
		for (const key of ['pagedown', 'pagedown', 'pagedown']) view = lane(view, key);
		assert.equal(view.offset, 10);
		assert.equal(lane(view, 'g').offset, 0);
	});

	test('of a choice stays when the run ends, without one the summary comes', () => {
		const stay = press({...initialView, chosen: 'summary'}, 'tab', running).view;

		assert.equal(screenOf(stay, closed), 'dashboard');
		assert.equal(screenOf(initialView, closed), 'summary');
	});
});
