import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {createClock} from '../../source/effects/clock.ts';

const THIRTY_DAYS_MS = 30 * 86_400_000;
/** Of setTimeout, which fires at once when it is asked for more. */
const LONGEST_MS = 2 ** 31 - 1;

suite('the clock', () => {
	test('shows whole milliseconds since the epoch, near what the system shows', () => {
		const now = createClock().now();

		assert.ok(Number.isInteger(now));
		assert.ok(Math.abs(now - Date.now()) < 60_000);
	});

	test('goes on when the system clock is set back, so that no event comes before its cause', (t) => {
		const clock = createClock();
		const before = clock.now();

		t.mock.method(Date, 'now', () => 0);

		assert.ok(clock.now() >= before);
	});

	test('calls back once, after the time that was asked for', (t) => {
		t.mock.timers.enable({apis: ['setTimeout']});
		let calls = 0;
		createClock().after(1000, () => calls++);

		t.mock.timers.tick(999);
		const early = calls;
		t.mock.timers.tick(5000);

		assert.deepEqual([early, calls], [0, 1]);
	});

	test('does not call back after it was told not to', (t) => {
		t.mock.timers.enable({apis: ['setTimeout']});
		let calls = 0;
		const cancel = createClock().after(1000, () => calls++);

		cancel();
		t.mock.timers.tick(2000);

		assert.equal(calls, 0);
	});

	test('waits for thirty days instead of firing at once, which is what one timer would do', (t) => {
		t.mock.timers.enable({apis: ['setTimeout']});
		let calls = 0;
		createClock().after(THIRTY_DAYS_MS, () => calls++);

		t.mock.timers.tick(LONGEST_MS);
		t.mock.timers.tick(THIRTY_DAYS_MS - LONGEST_MS - 1);
		const early = calls;
		t.mock.timers.tick(1);

		assert.deepEqual([early, calls], [0, 1]);
	});

	test('cancels the second half of a long wait too', (t) => {
		t.mock.timers.enable({apis: ['setTimeout']});
		let calls = 0;
		const cancel = createClock().after(THIRTY_DAYS_MS, () => calls++);

		t.mock.timers.tick(LONGEST_MS);
		cancel();
		t.mock.timers.tick(THIRTY_DAYS_MS);

		assert.equal(calls, 0);
	});
});
