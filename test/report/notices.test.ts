import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Fact} from '../../source/journal/event.ts';
import {fillTemplate, listWaits, noticeEnd} from '../../source/report/notices.ts';
import {approved, judged, phase, phasedRun} from '../rig/phased-run.ts';
import {cell, failed, opened, planned, play, ran, spoilt} from '../rig/story.ts';

const cells = ['a', 'b'].map((runId) => cell({runId}));
const plan = planned(cells);

const hole = (name: string): string => ['$', `{${name}}`].join('');

suite('what people are told who do not look', () => {
	test('is how the run has ended, in one line', () => {
		const end = (...facts: readonly Fact[]) => noticeEnd(play(opened({suite: 's'}), plan, ...facts));

		assert.deepEqual(end(...ran('a'), ...ran('b'), {type: 'closed', reason: 'finished'}), {
			event: 'finished',
			suite: 's',
			text: 's finished: 2 ok',
		});
		assert.deepEqual(end(...ran('a'), ...failed('b'), {type: 'closed', reason: 'finished'}).event, 'failed');
		assert.deepEqual(end(...ran('a'), {type: 'closed', reason: 'stopped'}).text, 's stopped: 1 ok, 1 not run');
	});

	test('names what is in no figure, so that nobody takes it for done', () => {
		const state = play(opened({suite: 's'}), plan, ...ran('a'), ...spoilt('b'), {type: 'closed', reason: 'finished'});
		const {event, text} = noticeEnd(state);
		assert.deepEqual([event, text], ['failed', 's finished: 1 ok, 1 invalid']);
	});

	test('is that a phase waits for a person, with what it asks and what to type, until somebody has answered', () => {
		const gated = phase('check', {gate: {approval: 'look at it'}, pause: 'end of day 1'});
		const told = [...phasedRun([{phase: gated, runs: ['a:0']}]), ...ran('a')];
		const listTexts = (...facts: readonly Fact[]) => listWaits(play(...told, ...facts)).map(({text}) => text);

		assert.deepEqual(listTexts(), []);
		assert.deepEqual(listTexts(judged('check')), [
			'Phase check asks a person: look at it; warpdeck approve check goes on',
		]);
		assert.deepEqual(listTexts(judged('check'), approved('check')), [
			'Phase check pauses: end of day 1; warpdeck approve check goes on',
		]);
		assert.deepEqual(
			listTexts(judged('check'), approved('check'), {type: 'phase-continued', phase: 'check', by: 'alice'}),
			[],
		);
	});

	test('fills the words of a template, of which no shell ever makes anything else', () => {
		assert.deepEqual(
			fillTemplate(
				['notify-send', `"warpdeck: ${hole('event')}"`, `'${hole('text')}'`, hole('run'), hole('unknown')].join(' '),
				{
					event: 'finished',
					text: '$(rm -rf /); "x"',
					run: '/runs/a b',
				},
			),
			['notify-send', 'warpdeck: finished', '$(rm -rf /); "x"', '/runs/a b', hole('unknown')],
		);
	});
});
