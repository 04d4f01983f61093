import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import {setTimeout as pause} from 'node:timers/promises';
import {isAlive, type Launching, launchHere} from '../rig/launching.ts';
import {until} from '../rig/until.ts';

/** A program that says a line every 50 ms, from a shell's child. */
const COUNTING = ['sh', '-c', 'i=0; while :; do i=$((i+1)); echo $i; sleep 0.05; done'];

const suspend = async (launched: Launching): Promise<boolean> =>
	(await launched.suspend?.()) ?? assert.fail('real processes can be suspended');
const stateOf = (pid: number) => /\) (\S) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];

suite('a program that is suspended', () => {
	test('stands still with all of its tree, and goes on where it was', async (context) => {
		const launched = await launchHere(context, COUNTING);
		await until(() => launched.lines.length > 2, 'it counts');
		assert.equal(await suspend(launched), true);
		await until(() => stateOf(launched.identity.pid) === 'T', 'the kernel has stopped it');
		// Lines that were on their way are read first.
		await pause(300);
		const known = launched.lines.length;
		await pause(500);
		assert.equal(launched.lines.length, known);

		await launched.wake?.();
		await until(() => launched.lines.length > known + 2, 'it counts on');
		assert.deepEqual(
			launched.lines,
			launched.lines.map((_, index) => `${index + 1}`),
		);
		launched.stop(0);
		await launched.finished;
	});

	test('ends at once when it is asked to, and does not use up the grace', async (context) => {
		const launched = await launchHere(context, COUNTING);
		await until(() => launched.lines.length > 2, 'it counts');
		await suspend(launched);
		const before = performance.now();
		launched.stop(60_000);

		assert.deepEqual((await launched.finished).end, {kind: 'signalled', signal: 'SIGTERM'});
		assert.ok(performance.now() - before < 20_000);
		assert.equal(isAlive(launched.identity.pid), false);
	});

	test('is nothing that has ended', async (context) => {
		const launched = await launchHere(context, ['true']);
		await launched.finished;

		assert.equal(await suspend(launched), false);
	});
});
