import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {suggestResume} from '../../source/plan/resume-hint.ts';
import {cell, failed, opened, planned, play, ran, spoilt} from '../rig/story.ts';

const A = cell({model: 'a'});
const B = cell({model: 'b'});
const closed = {type: 'closed', reason: 'drained'} as const;
const FOLDER = 'outputs/numa study/2025-07-12/02-31-02';
const COMMAND = "warpdeck resume 'outputs/numa study/2025-07-12/02-31-02'";

suite('the command that runs the rest', () => {
	test('is there when something waits, failed or is invalid once the run is over', () => {
		const waiting = play(opened(), planned([A, B]), ...ran(A.runId), closed);
		const broken = play(opened(), planned([A]), ...failed(A.runId), closed);
		const invalid = play(opened(), planned([A]), ...spoilt(A.runId), closed);

		assert.deepEqual(
			[waiting, broken, invalid].map((state) => suggestResume(state, FOLDER)),
			[COMMAND, COMMAND, COMMAND],
		);
	});

	test('is not there when all is well, while the run goes on, and for a simulated run, which cannot be resumed', () => {
		const fine = play(opened(), planned([A]), ...ran(A.runId), closed);
		const going = play(opened(), planned([A]));
		const simulated = play(opened({simulated: true}), planned([A]), closed);

		assert.deepEqual(
			[fine, going, simulated].map((state) => suggestResume(state, FOLDER)),
			[null, null, null],
		);
	});
});
