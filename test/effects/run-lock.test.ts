import assert from 'node:assert/strict';
import {type ChildProcess, spawn} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {suite, type TestContext, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {UserError} from '../../source/domain/errors.ts';
import {formatHolder, type LockHolder, parseHolder, readSelf} from '../../source/effects/lock-holder.ts';
import {takeLock} from '../../source/effects/run-lock.ts';
import {createFakeClock} from '../rig/fake-clock.ts';
import {makeTemporaryFolder} from '../rig/temporary-folder.ts';
import {until} from '../rig/until.ts';

const DEAD_PID = 2 ** 22 + 1;

const prepare = (context: TestContext) => {
	const folder = makeTemporaryFolder(context);
	const clock = createFakeClock();
	const path = join(folder, 'run.lock');
	const leave = (changes: Partial<LockHolder>): void =>
		writeFileSync(
			path,
			formatHolder({...readSelf(), token: 'left', heartbeatAt: clock.now(), warpdeck: '0.0.9', ...changes}),
		);
	const read = (): LockHolder | null => parseHolder(readFileSync(path, 'utf8'));
	return {folder, path, clock, leave, read, request: {clock, warpdeck: '0.1.0'}};
};

suite('the lock of a run', () => {
	test('says who holds it, beats every ten seconds, and is gone once released', async (context) => {
		const {folder, path, clock, read, request} = prepare(context);
		const lock = await takeLock(folder, request);
		const taken = read();

		await clock.advance(10_000);
		await until(() => read()?.heartbeatAt !== taken?.heartbeatAt, 'a heartbeat');

		assert.deepEqual([taken?.pid, taken?.warpdeck], [process.pid, '0.1.0']);
		assert.equal(read()?.heartbeatAt, (taken?.heartbeatAt ?? 0) + 10_000);
		await lock.release();
		await lock.release();
		assert.equal(existsSync(path), false);
		assert.equal(clock.waiting(), 0);
	});

	test('that a living process holds is refused with its pid, host and age, and what to type', async (context) => {
		const {folder, clock, request} = prepare(context);
		const lock = await takeLock(folder, request);
		await clock.advance(7000);

		await assert.rejects(takeLock(folder, {...request, takeLock: true}), (error: UserError) => {
			assert.ok(error instanceof UserError);
			assert.match(
				error.message,
				new RegExp(`process ${process.pid} on .* \\(version 0\\.1\\.0, last sign of life 7 s ago\\)`),
			);
			assert.match(error.tryThis.join('\n'), /warpdeck summary.*\n.*kill -INT \d+/);
			return true;
		});
		await lock.release();
	});

	for (const [whose, changes] of [
		['a process that is gone', {pid: DEAD_PID}],
		['an earlier process with the same pid', {startTicks: 1}],
		['an earlier start of this machine that is silent for over a minute', {bootId: 'earlier', heartbeatAt: 0}],
	] as const) {
		test(`of ${whose} is broken and kept aside`, async (context) => {
			const {folder, leave, read, request} = prepare(context);
			leave(changes);

			const lock = await takeLock(folder, request);

			assert.equal(read()?.pid, process.pid);
			assert.deepEqual(readdirSync(folder).sort(), ['run.lock', 'run.lock.broken']);
			await lock.release();
		});
	}

	test('that ten takers find dead at the same moment goes to exactly one of them', async (context) => {
		const {folder, leave, read, request} = prepare(context);
		for (let round = 0; round < 20; round++) {
			leave({pid: DEAD_PID});
			const takers = await Promise.allSettled(Array.from({length: 10}, () => takeLock(folder, request)));

			const [winner, second] = takers.filter((taker) => taker.status === 'fulfilled');
			assert.equal(second, undefined);
			assert.equal(read()?.pid, process.pid);
			assert.equal(await winner?.value.isHeld(), true);
			await winner?.value.release();
		}
	});

	for (const [whose, changes, why] of [
		['another container of this machine', {pidNamespace: 'pid:[1]', heartbeatAt: 0}, /another container/],
		['another machine', {bootId: 'b', machineId: 'm', host: 'far', heartbeatAt: 0}, /another machine, far/],
		['a machine of the same id that just gave a sign of life', {bootId: 'b'}, /started anew/],
	] as const) {
		test(`of ${whose} is broken only when the user says so`, async (context) => {
			const {folder, leave, read, request} = prepare(context);
			leave(changes);

			await assert.rejects(takeLock(folder, request), (error: UserError) => {
				assert.match(error.message, why);
				assert.match(error.tryThis.join('\n'), /--take-lock/);
				return true;
			});
			assert.equal(read()?.token, 'left');

			const lock = await takeLock(folder, {...request, takeLock: true});
			assert.equal(read()?.pid, process.pid);
			await lock.release();
		});
	}

	test('that nobody can read is respected while it is young and broken when it is old', async (context) => {
		const {folder, path, clock, request} = prepare(context);
		writeFileSync(path, '{"tok');
		utimesSync(path, clock.now() / 1000, clock.now() / 1000);

		await assert.rejects(takeLock(folder, request), /just taking this run/);
		await clock.advance(61_000);
		const lock = await takeLock(folder, request);

		assert.equal(await lock.isHeld(), true);
		await lock.release();
	});

	test('that was taken by force is told to its former holder, who then leaves the new one alone', async (context) => {
		const {folder, path, clock, leave, read, request} = prepare(context);
		let lost = 0;
		const lock = await takeLock(folder, {...request, onLost: () => lost++});
		renameSync(path, `${path}.broken`);
		leave({token: 'new'});

		await clock.advance(10_000);
		await until(() => lost === 1, 'the loss is told');

		assert.equal(await lock.isHeld(), false);
		await lock.release();
		assert.equal(read()?.token, 'new');
		assert.equal(clock.waiting(), 0);
	});

	test('that somebody died while breaking is broken with what that one left', async (context) => {
		const {folder, path, leave, read, request} = prepare(context);
		leave({pid: DEAD_PID});
		renameSync(path, `${path}.breaking`);
		leave({pid: DEAD_PID});

		const lock = await takeLock(folder, request);

		assert.equal(read()?.pid, process.pid);
		assert.equal(existsSync(`${path}.breaking`), false);
		await lock.release();
	});

	test('gets its name when it is whole, so that nobody ever finds an empty one', async (context) => {
		const {folder, path, read, request} = prepare(context);
		const [lock] = await Promise.all([
			takeLock(folder, request),
			until(() => existsSync(path), 'the lock').then(() => assert.equal(read()?.pid, process.pid)),
		]);

		assert.deepEqual(readdirSync(folder), ['run.lock']);
		await lock.release();
	});

	test('that somebody died while breaking asks for one file to be removed', async (context) => {
		const {folder, path, leave, request} = prepare(context);
		leave({pid: DEAD_PID});
		writeFileSync(`${path}.breaking`, '');

		await assert.rejects(takeLock(folder, request), (error: UserError) => {
			assert.ok(error.tryThis.join('\n').includes(`rm '${path}.breaking'`));
			return true;
		});
	});
});

suite('processes that race for one lock', () => {
	for (const [what, left] of [
		['that is free', null],
		['that a dead process left', {pid: DEAD_PID}],
	] as const) {
		test(`${what}: exactly one wins`, async (context) => {
			const {folder, leave} = prepare(context);
			if (left) leave(left);
			const racers = await Promise.all([0, 1, 2, 3].map(() => startRacer(context, folder)));

			for (const {go} of racers) go();
			const ends = await Promise.all(racers.map(({nextLine}) => nextLine()));

			assert.equal(ends.filter((end) => end === 'won').length, 1, ends.join('\n'));
			const winner = racers[ends.indexOf('won')];
			assert.equal(parseHolder(readFileSync(join(folder, 'run.lock'), 'utf8'))?.pid, winner?.pid);
		});
	}

	test('after its holder was killed: the next one wins', async (context) => {
		const {folder} = prepare(context);
		const first = await startRacer(context, folder);
		first.go();
		assert.equal(await first.nextLine(), 'won');
		await first.kill();

		const second = await startRacer(context, folder);
		second.go();

		assert.equal(await second.nextLine(), 'won');
	});
});

async function startRacer(context: TestContext, folder: string) {
	const script = fileURLToPath(new URL('hold-lock.ts', import.meta.url));
	const child: ChildProcess = spawn(process.execPath, ['--import=tsx', script, folder], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	const kill = (): Promise<void> => {
		child.kill('SIGKILL');
		return ended;
	};
	context.after(kill);
	const lines = createInterface({input: child.stdout as NodeJS.ReadableStream})[Symbol.asyncIterator]();
	const nextLine = async (): Promise<string> => String((await lines.next()).value);
	assert.equal(await nextLine(), 'ready');
	return {pid: child.pid, nextLine, kill, go: () => child.stdin?.write('go\n')};
}
