import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {listPhaseMessages} from '../../source/journal/phase-messages.ts';
import {selectLanes, selectMessages, selectRemaining} from '../../source/journal/select.ts';
import {selectSince} from '../../source/journal/select-since.ts';
import type {RunState} from '../../source/journal/state.ts';
import {STORY_START} from '../rig/story.ts';
import {awaitsApproval, budgetReached, campaignRuns, gateFailed, pausesBehind} from '../tui/campaign-story.ts';
import {onGpus} from '../tui/run-stories.ts';

const say = (state: RunState) => listPhaseMessages(state).map(({level, text}) => `${level}: ${text}`);

suite('the messages of a campaign', () => {
	test('say what has passed, and what waits for whom', () => {
		assert.deepEqual(say(campaignRuns()), []);
		assert.deepEqual(say(awaitsApproval()), [
			'warning: phase baseline asks a person: look at the penalties of the first night before the long one starts',
		]);
		assert.deepEqual(say(pausesBehind()), [
			'ok: phase baseline passed',
			'warning: a pause follows phase penalties: end of day 1',
		]);
		assert.match(say(gateFailed()).join(), /^failed: phase baseline did not pass: 3 of 4 succeeded/);
		assert.equal(say(budgetReached()).at(-1), 'warning: nothing more starts: the budget of 119 USD is used up');
	});

	test('say what to type, stand among the others, and are told to who comes back', () => {
		const state = awaitsApproval();
		const message = selectMessages(state).at(-1);

		assert.match(message?.advice ?? '', /^warpdeck approve baseline/);
		assert.match(selectSince(state, STORY_START).warnings.at(-1)?.why ?? '', /^phase baseline asks a person/);
	});

	test('are none of a run without phases', () => {
		assert.deepEqual(say(onGpus(2)), []);
	});
});

suite('a lane of a campaign', () => {
	test('says which phase runs on it, and which waits next', () => {
		const [lane] = selectLanes(campaignRuns(), STORY_START);

		assert.deepEqual(lane?.phases, {running: 'baseline', next: 'penalties', stopped: null});
		assert.equal(lane?.held, null);
		assert.ok(!('phases' in (selectLanes(onGpus(1), STORY_START)[0] ?? {})));
	});

	test('says why nothing starts on it, and that nobody knows when it ends', () => {
		const state = awaitsApproval();

		for (const {held} of selectLanes(state, state.at))
			assert.equal(held, 'phase penalties: phase baseline has not passed');
		assert.deepEqual([...new Set(selectRemaining(state, state.at).byLane.values())], [null]);
	});

	test('says what stopped it', () => {
		assert.equal(selectLanes(budgetReached(), STORY_START)[0]?.phases?.stopped, 'the budget of 119 USD is used up');
	});
});
