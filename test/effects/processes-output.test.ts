import assert from 'node:assert/strict';
import {statSync} from 'node:fs';
import {suite, test} from 'node:test';
import {launchHere, readIfThere, workload} from '../rig/launching.ts';
import {until} from '../rig/until.ts';

const MiB = 1 << 20;

suite('the output of a program', () => {
	test('arrives line by line while it runs, however it is cut into writes', async (context) => {
		const script = 'printf "fir"; sleep 0.15; printf "st\\nsec"; sleep 0.15; printf "ond\\n"; exec sleep 300';
		const {finished, stop, lines} = await launchHere(context, ['sh', '-c', script]);
		await until(() => lines.length === 2, 'both lines');
		stop(5000);
		await finished;

		assert.deepEqual(lines, ['first', 'second']);
	});

	test('printed right before the end is complete in the report', async (context) => {
		const {finished, lines} = await launchHere(context, ['sh', '-c', 'seq 50000; echo oops >&2; printf unfinished']);

		const report = await finished;

		assert.equal(lines.length, 50_001);
		assert.deepEqual(lines.slice(-2), ['50000', 'unfinished']);
		assert.equal(report.stderrTail, 'oops\n');
		assert.ok(report.stdoutTail.endsWith('50000\nunfinished'));
		assert.ok(report.stdoutTail.length <= 4096);
		assert.equal(report.droppedLogBytes, 0);
	});

	test('that is binary harms nobody', async (context) => {
		const {finished, lines} = await launchHere(context, [
			'sh',
			'-c',
			'head -c 300000 /dev/urandom; printf "\\n\\0\\nend\\n"',
		]);
		await finished;

		assert.deepEqual(lines.slice(-2), ['\0', 'end']);
	});

	test('at 20 000 lines/s leaves the event loop free', async (context) => {
		const script = 'i=0; while [ $i -lt 40 ]; do seq 500; sleep 0.02; i=$((i+1)); done';
		const {finished, lines} = await launchHere(context, ['sh', '-c', script]);
		let longestMs = 0;
		let last = performance.now();
		const ticking = setInterval(() => {
			longestMs = Math.max(longestMs, performance.now() - last);
			last = performance.now();
		}, 5);
		await finished;
		clearInterval(ticking);

		assert.equal(lines.length, 20_000);
		assert.ok(longestMs < 1000, `the loop stood still for ${longestMs} ms`);
	});

	test('that floods the disk is cut, and the protocol lines after the flood are seen', async (context) => {
		const argv = ['python3', workload('flood.py'), '600'];
		const {finished, lines, files} = await launchHere(context, argv, {logCapBytes: 4 * MiB});
		let largest = 0;
		const watching = setInterval(() => {
			largest = Math.max(largest, statSync(files.stdout).blocks * 512);
		}, 5);
		const report = await finished;
		clearInterval(watching);

		assert.deepEqual(lines.slice(-2), ['::warpdeck {"type":"ready"}', 'last words']);
		// How much of it is there at once is up to how often a busy machine lets us look.
		assert.ok(largest < 600 * MiB, `${largest / MiB} MiB on the disk`);
		assert.ok(statSync(files.stdout).size <= 4 * MiB);
		assert.equal(report.droppedLogBytes, 600 * MiB + 39 - 3 * MiB, 'all but head and tail, to the byte');
		assert.ok(report.stdoutTail.endsWith('last words\n'));
		assert.match(readIfThere(files.stdout), /^noise[^[]*\n\[warpdeck: at least \d+ bytes were dropped here/);
	});

	test('on stderr is cut as well', async (context) => {
		const script = 'head -c 5000000 /dev/zero >&2; echo end >&2';
		const {finished, files} = await launchHere(context, ['sh', '-c', script], {logCapBytes: MiB});

		const report = await finished;

		assert.ok(statSync(files.stderr).size <= MiB);
		assert.ok(report.droppedLogBytes >= 4 * MiB);
		assert.ok(report.stderrTail.endsWith('end\n'));
	});
});
