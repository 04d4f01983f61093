import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {createProcesses} from '../../source/effects/processes.ts';
import {isAlive, type Launching, launchHere, readIfThere, workload} from '../rig/launching.ts';
import {until} from '../rig/until.ts';

async function readEscapedPid({folder}: Launching): Promise<number> {
	await until(() => readIfThere(join(folder, 'pid')).endsWith('\n'), 'the grandchild wrote its pid');
	return Number(readIfThere(join(folder, 'pid')));
}

suite('stop', () => {
	test('ends a program that takes SIGTERM as signalled, without waiting for the grace', async (context) => {
		const stubborn = await launchHere(context, [workload('stubborn.sh')]);
		await until(() => stubborn.lines.includes('stubborn'), 'the signals are ignored');
		const {finished, stop} = await launchHere(context, ['sleep', '300']);
		stubborn.stop(60_000);
		stop(60_000);

		assert.deepEqual((await finished).end, {kind: 'signalled', signal: 'SIGTERM'});
		assert.ok(isAlive(stubborn.identity.pid), 'the grace of one that was asked before is not over');
		stubborn.stop(0);
		await stubborn.finished;
	});

	test('reaches a grandchild that left group and session by a double fork', async (context) => {
		const launched = await launchHere(context, ['sh', '-c', `${workload('escape.sh')} pid; sleep 300`]);
		const escaped = await readEscapedPid(launched);
		assert.ok(isAlive(escaped));
		launched.stop(5000);

		const report = await launched.finished;

		assert.ok(!isAlive(escaped));
		assert.deepEqual(report.end, {kind: 'signalled', signal: 'SIGTERM'});
	});

	test('kills a tree that ignores SIGTERM after the grace, and the status is still written', async (context) => {
		const {finished, stop, lines, files} = await launchHere(context, [workload('stubborn.sh')]);
		await until(() => lines.includes('stubborn'), 'the signals are ignored');
		const before = performance.now();
		stop(300);
		const report = await finished;

		assert.deepEqual(report.end, {kind: 'signalled', signal: 'SIGKILL'});
		assert.ok(performance.now() - before >= 300, 'not before the grace');
		assert.equal(readIfThere(files.exitStatus), '137\n');
	});

	test('called again with less grace kills at once, so that a third Ctrl-C helps', async (context) => {
		const {finished, stop, lines} = await launchHere(context, [workload('stubborn.sh')]);
		await until(() => lines.includes('stubborn'), 'the signals are ignored');
		stop(60_000);
		stop(0);

		assert.deepEqual((await finished).end, {kind: 'signalled', signal: 'SIGKILL'});
	});

	test('asks each process once, because many take a second SIGTERM as "at once"', async (context) => {
		const loop = 'i=0; while [ $i -lt 30 ]; do sleep 0.02; i=$((i+1)); done';
		const script = `n=0; trap 'n=$((n+1)); echo term $n' TERM; echo ready; ${loop}`;
		const {finished, stop, lines} = await launchHere(context, ['sh', '-c', script]);
		await until(() => lines.includes('ready'), 'the trap is set');
		stop(60_000);
		await finished;

		assert.deepEqual(
			lines.filter((line) => line.startsWith('term')),
			['term 1'],
		);
	});

	test('ends a program that forks as fast as it can', async (context) => {
		const script = 'trap "" TERM; echo ready; while :; do (sleep 300 &) ; sleep 0.001; done';
		const {finished, stop, lines, tag} = await launchHere(context, ['sh', '-c', script]);
		await until(() => lines.includes('ready'), 'it forks');
		stop(100);
		await finished;

		assert.equal(await createProcesses().endTagged(tag, 0), 0);
	});

	test('leaves a process of the same name alone that does not carry the tag, even in a similar variable', async (context) => {
		const {finished, stop, tag} = await launchHere(context, ['sleep', '300']);
		const envs = [{}, {WARPDECK_TAG: `${tag}2`}, {XWARPDECK_TAG: tag}, {OTHER: `WARPDECK_TAG=${tag}`}];
		const bystanders = envs.map((env) => spawn('sleep', ['300'], {env: {...process.env, ...env}, stdio: 'ignore'}));
		context.after(() => bystanders.map((child) => child.kill('SIGKILL')));
		stop(0);
		await finished;

		assert.deepEqual(
			bystanders.map(({pid}) => isAlive(pid ?? 0)),
			[true, true, true, true],
		);
	});

	test('right after the launch ends the tree, however little of it has started', async (context) => {
		for (let round = 0; round < 10; round++) {
			const {finished, stop} = await launchHere(context, ['sleep', '300']);
			stop(2000);

			assert.deepEqual((await finished).end, {kind: 'signalled', signal: 'SIGTERM'});
		}
	});

	test('after the end does nothing', async (context) => {
		const {finished, stop} = await launchHere(context, ['true']);
		await finished;
		stop(0);

		assert.deepEqual((await finished).end, {kind: 'exited', code: 0});
	});
});

suite('what a program leaves behind at its normal end', () => {
	test('is ended and counted before the report, so that the GPU is free for the next one', async (context) => {
		const launched = await launchHere(context, [workload('escape.sh'), 'pid']);
		const escaped = await readEscapedPid(launched);

		const report = await launched.finished;

		assert.ok(!isAlive(escaped));
		assert.equal(report.leftOvers, 1);
		assert.deepEqual(report.end, {kind: 'exited', code: 0});
	});

	test('is nothing for most: none is counted', async (context) => {
		const {finished} = await launchHere(context, ['true']);

		assert.equal((await finished).leftOvers, 0);
	});

	test('may still print while it ends, and its lines are seen', async (context) => {
		const script = '(trap "echo goodbye; exit" TERM; echo hello; while :; do sleep 0.02; done) & sleep 0.2';
		const {finished, lines} = await launchHere(context, ['sh', '-c', script]);
		await finished;

		assert.deepEqual(lines, ['hello', 'goodbye']);
	});
});
