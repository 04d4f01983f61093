import assert from 'node:assert/strict';
import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {parseWorkloadLine, type WorkloadLine} from '../../source/domain/workload-protocol.ts';
import {isAlive, readIfThere} from '../rig/launching.ts';
import {openBench} from '../rig/serving.ts';
import {until} from '../rig/until.ts';

const say = (lines: readonly string[]): readonly WorkloadLine[] =>
	lines.map(parseWorkloadLine).flatMap((parsed) => (parsed.kind === 'said' ? [parsed.line] : []));
const eventsOf = (lines: readonly string[]) => say(lines).map(({event}) => event);
const withoutNotes = (text: string) => text.split('\n').filter((line) => !line.startsWith('[warpdeck: '));

suite('a worker', () => {
	test('serves one request after the other in one process, each ending by itself', async (context) => {
		const {finish} = openBench(context);

		const first = await finish('first', {steps: [{say: 'hello'}]});
		const second = await finish('second');

		assert.deepEqual([first.report.end, second.report.end], Array(2).fill({kind: 'exited', code: 0}));
		assert.deepEqual(first.identity, second.identity);
		assert.ok(isAlive(first.identity.pid));
		// The first pays for the start, which is a part of loading.
		assert.deepEqual(eventsOf(first.lines), ['phase', 'ready', 'result', 'done']);
		assert.deepEqual(eventsOf(second.lines), ['result', 'done']);
	});

	test('is another process for another key, and both are alive together', async (context) => {
		const {finish, warm} = openBench(context);
		const pids: number[] = [];

		for (const [id, key] of [
			['a1', 'a'],
			['b1', 'b'],
			['b2', 'b'],
			['a2', 'a'],
		] as const) {
			pids.push((await finish(id, {key})).identity.pid);
		}

		const [a1, b1, b2, a2] = pids;
		assert.deepEqual([a1 === a2, b1 === b2, a1 === b1], [true, true, false]);
		assert.deepEqual([warm.count('gpu0'), warm.count('gpu1')], [2, 0]);
	});

	test('is started beside the first of its block, which is asked when both are ready', async (context) => {
		const {finish, warm, folder} = openBench(context);
		const soon = {key: 'b', argv: ['--ready-after=700']};

		await finish('a1', {soon: [soon]});
		const readyThen = readIfThere(join(folder, 'worker-b.stdout'));
		const b1 = await finish('b1', {...soon, soon: [{key: 'a'}]});

		assert.match(readyThen, /"ready"/);
		assert.match(readIfThere(b1.stdout), /newly started; its own log: worker-b\.stdout/);
		assert.equal(warm.count('gpu0'), 2);
	});

	test('that ends before it is ready holds nobody up, and is started anew when it is needed', async (context) => {
		const {finish} = openBench(context);

		const a1 = await finish('a1', {soon: [{key: 'b', argv: ['--dies']}]});
		const b1 = await finish('b1', {key: 'b'});

		assert.deepEqual([a1.report.end, b1.report.end], Array(2).fill({kind: 'exited', code: 0}));
		assert.match(readIfThere(b1.stdout), /worker-b\.2\.stdout/);
	});

	test('gives each request the lines of its own, in its own logs, and says in them what was asked', async (context) => {
		const {finish, folder} = openBench(context);
		await finish('first', {steps: [{say: 'one'}, {complain: 'careful'}]});

		const second = await finish('second', {
			steps: [{say: 'two'}, {tell: {event: 'degraded', reason: 'late'}, as: 'first'}, {complain: 'mind'}],
		});

		const log = readIfThere(second.stdout);
		assert.equal(
			withoutNotes(log)
				.filter((line) => !line.startsWith('::'))
				.join(),
			'two,',
		);
		assert.match(log, /^\[warpdeck: asked \{"run_id":"second"/);
		assert.match(log, /which served 1 before; its own log: worker-a\.stdout\]/);
		assert.ok(!withoutNotes(log).join().includes('late'), 'a late word of another request');
		assert.equal(readIfThere(join(folder, 'first.stderr')), 'careful\n');
		assert.deepEqual([readIfThere(second.stderr), second.report.stderrTail], ['mind\n', 'mind\n']);
		assert.match(second.report.stdoutTail, /"done"/);
		assert.match(readIfThere(join(folder, 'worker-a.stdout')), /one[\s\S]*late/);
	});

	test('fails a request that was not ok and goes on with the next', async (context) => {
		const {finish} = openBench(context);

		const failed = await finish('failed', {done: {ok: false}});
		const next = await finish('next');

		assert.deepEqual(failed.report.end, {kind: 'exited', code: 1});
		assert.deepEqual([next.report.end.kind, next.identity.pid], ['exited', failed.identity.pid]);
	});

	test('knows the memory of its tree', async (context) => {
		const {report} = await openBench(context).finish('one', {steps: [{waitMs: 300}]});

		assert.ok((report.peakHostMemoryMiB ?? 0) > 20, `${report.peakHostMemoryMiB} MiB`);
	});

	test('keeps the copied log within its cap, and counts what that costs', async (context) => {
		const {finish} = openBench(context, {logCapBytes: 64 * 1024});
		const steps = Array.from({length: 3000}, (_, index) => ({say: `${index} ${'x'.repeat(100)}`}));

		const {report, stdout, lines} = await finish('flood', {steps: [...steps, {say: 'the end'}]});

		const log = readIfThere(stdout);
		assert.ok(log.length < 66 * 1024, `${log.length} bytes`);
		assert.ok(report.droppedLogBytes > 200_000, `${report.droppedLogBytes}`);
		assert.match(log, /^\[warpdeck: asked[\s\S]*the end/);
		assert.ok(lines.length > 100);
	});
});

suite('the worker alone ends', () => {
	test('with a request that took too long; the next gets a new process once the old one is gone', async (context) => {
		const {ask, finish} = openBench(context);
		const beside = await finish('beside', {key: 'b'});
		const hung = await ask('hung', {steps: [{stubborn: true}, {say: 'hangs'}, {waitMs: 600_000}]});
		await until(() => hung.lines.includes('hangs'), 'it hangs');

		hung.stop(200);
		const next = await finish('next');

		assert.deepEqual(
			[hung, beside].map(({identity}) => isAlive(identity.pid)),
			[false, true],
		);
		assert.deepEqual((await hung.finished).end, {kind: 'signalled', signal: 'SIGKILL'});
		assert.notEqual(next.identity.pid, hung.identity.pid);
		assert.deepEqual(next.report.end, {kind: 'exited', code: 0});
	});

	test('with a request that it does not survive, and says how it ended', async (context) => {
		const {finish, folder} = openBench(context);

		const crashed = await finish('crashed', {steps: [{complain: 'segfault'}, {exit: 3}]});
		const quiet = await finish('quiet', {steps: [{exit: 0}]});
		const next = await finish('next');

		assert.deepEqual(crashed.report.end, {kind: 'exited', code: 3});
		assert.equal(crashed.report.stderrTail, 'segfault\n');
		assert.match(readIfThere(crashed.stdout), /\[warpdeck: the worker exited with code 3 before/);
		const error = say(quiet.lines).find(({event}) => event === 'error');
		assert.ok(error?.event === 'error');
		assert.match(error.message, /exited with code 0 before this request was done/);
		assert.equal(new Set([crashed, quiet, next].map(({identity}) => identity.pid)).size, 3);
		assert.deepEqual(
			readdirSync(folder)
				.filter((name) => /^worker.*stdout$/.test(name))
				.toSorted(),
			['worker-a.2.stdout', 'worker-a.3.stdout', 'worker-a.stdout'],
		);
	});

	test('when it says that its device is broken', async (context) => {
		const {finish} = openBench(context);

		const broken = await finish('broken', {done: {ok: false, broken: true}});
		const next = await finish('next');

		assert.deepEqual(broken.report.end, {kind: 'exited', code: 1});
		assert.ok(!isAlive(broken.identity.pid));
		assert.notEqual(next.identity.pid, broken.identity.pid);
	});

	test('after a request that left memory behind, which itself is over at once', async (context) => {
		const {finish} = openBench(context);

		const leaky = await finish('leaky', {done: {leak: 'kept 2 MiB'}});
		const next = await finish('next');

		assert.deepEqual(leaky.report.end, {kind: 'exited', code: 0});
		assert.ok(!isAlive(leaky.identity.pid));
		assert.notEqual(next.identity.pid, leaky.identity.pid);
	});

	test('while it idles, and nobody notices but the next request, which gets a new one', async (context) => {
		const {finish, warm} = openBench(context);
		const first = await finish('first');
		process.kill(-first.identity.pid, 'SIGKILL');
		await until(() => warm.count('gpu0') === 0, 'it is gone');

		const second = await finish('second');

		assert.notEqual(second.identity.pid, first.identity.pid);
		assert.deepEqual(second.report.end, {kind: 'exited', code: 0});
	});
});

suite('a worker that nobody needs any more', () => {
	test('ends by its closed input, before anything else is launched', async (context) => {
		const {finish, warm} = openBench(context);
		const {identity} = await finish('first');

		warm.release('a');
		const other = await finish('other', {key: 'b'});

		assert.ok(!isAlive(identity.pid));
		assert.ok(isAlive(other.identity.pid));
	});

	test('is ended with its tree where a closed input is not enough', async (context) => {
		const {finish, warm} = openBench(context);
		const {identity} = await finish('first', {argv: ['--lingers'], steps: [{stubborn: true}]});

		const before = performance.now();
		await warm.close(100);

		assert.ok(!isAlive(identity.pid));
		assert.ok(performance.now() - before < 30_000);
		assert.equal(warm.count('gpu0'), 0);
	});

	test('is killed at once by a close without grace', async (context) => {
		const {finish, warm} = openBench(context);
		const {identity} = await finish('first', {argv: ['--lingers'], steps: [{stubborn: true}]});

		const before = performance.now();
		await warm.close(0);

		// Being asked politely takes two seconds more, on any machine.
		assert.ok(performance.now() - before < 5000);
		assert.ok(!isAlive(identity.pid));
	});
});
