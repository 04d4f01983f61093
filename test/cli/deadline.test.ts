import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {listDeadline} from '../../source/cli/deadline.ts';

const at = (hours: number, minutes = 0, day = 28) => new Date(2026, 10, day, hours, minutes).getTime();
const read = (said: string | undefined, now: number) =>
	listDeadline(said, now).map((fact) => (fact.type === 'deadline-set' ? fact.deadline : fact.type));

suite('the deadline of a run', () => {
	test('is the next time of that name by the clock of the machine', () => {
		assert.deepEqual(read('08:00', at(7, 59)), [at(8)]);
		assert.deepEqual(read('8:00', at(23)), [at(8, 0, 29)]);
		assert.deepEqual(read('08:00', at(8)), [at(8, 0, 29)]);
	});

	test('is a date that is said, until it has passed: then the run has none and says so', () => {
		assert.deepEqual(read('2026-11-28T09:30', at(8)), [at(9, 30)]);
		assert.deepEqual(read('2026-11-28 09:30', at(10)), ['noted']);
		assert.deepEqual(read('2026-11-28T09:30Z', 0), [Date.UTC(2026, 10, 28, 9, 30)]);
		assert.deepEqual(read(undefined, 0), []);
	});
});
