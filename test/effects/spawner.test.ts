import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import {createSpawner, type Spawner} from '../../source/effects/spawner.ts';
import {isAlive} from '../rig/launching.ts';
import {until} from '../rig/until.ts';

const spawnShell = (spawner: Spawner, script: string) =>
	spawner.spawn({
		program: '/bin/sh',
		args: ['-c', script],
		cwd: '/',
		env: process.env,
		stdout: '/dev/null',
		stderr: '/dev/null',
	});

/** The spawner is the parent of what it starts: the fourth field of /proc/PID/stat. */
const readParent = (pid: number): number =>
	Number(
		readFileSync(`/proc/${pid}/stat`, 'utf8')
			.replace(/^.*\) /s, '')
			.split(' ')[1],
	);

suite('the spawner', () => {
	test('tells how each of several programs ended', async () => {
		const spawner = createSpawner();
		const started = await Promise.all(['exit 0', 'exit 3', 'kill -9 $$'].map((script) => spawnShell(spawner, script)));

		const exits = await Promise.all(started.map(({exited}) => exited));

		assert.deepEqual(exits, [
			{code: 0, signal: null},
			{code: 3, signal: null},
			{code: null, signal: 'SIGKILL'},
		]);
	});

	test('is a process of its own, in no session that Ctrl-C reaches', async () => {
		const {pid, exited} = await spawnShell(createSpawner(), 'sleep 0.2');
		const spawner = readParent(pid);
		const session = readFileSync(`/proc/${spawner}/stat`, 'utf8')
			.replace(/^.*\) /s, '')
			.split(' ')[3];

		assert.notEqual(spawner, process.pid);
		assert.equal(Number(session), spawner);
		await exited;
	});

	test('passes on why the system refuses a program, and goes on with the next', async () => {
		const spawner = createSpawner();

		await assert.rejects(spawnShell(spawner, 'x'.repeat(4 << 20)), {code: 'E2BIG'});
		const {exited} = await spawnShell(spawner, 'exit 4');

		assert.equal((await exited).code, 4);
	});

	test('feeds a program that asked for an input, and closes it', async () => {
		const asked = {program: '/bin/sh', cwd: '/', env: process.env, stdout: '/dev/null', stderr: '/dev/null'};
		const spawner = createSpawner();
		const script = 'read code; while read more; do :; done; exit "$code"';
		const {exited, feed, canFeed} = await spawner.spawn({...asked, args: ['-c', script], hasInput: true});

		assert.ok(canFeed());
		feed('7\nmore\n');
		feed(null);

		assert.equal((await exited).code, 7);
		assert.ok(!canFeed());
		feed('nobody reads this\n');
	});

	test('closes the input of its programs when it is killed, and they cannot be fed any more', async () => {
		const asked = {program: '/bin/sh', cwd: '/', env: process.env, stdout: '/dev/null', stderr: '/dev/null'};
		const {pid, exited, canFeed} = await createSpawner().spawn({...asked, args: ['-c', 'read all'], hasInput: true});

		process.kill(readParent(pid), 'SIGKILL');

		await exited;
		assert.ok(!canFeed());
	});

	test('that is killed takes no program with it, and the next launch starts another one', async () => {
		const spawner = createSpawner();
		const {pid, exited} = await spawnShell(spawner, 'sleep 0.5');
		const killed = readParent(pid);
		process.kill(killed, 'SIGKILL');
		await until(() => !isAlive(killed), 'the spawner is gone');
		assert.ok(isAlive(pid));

		assert.deepEqual(await exited, {code: null, signal: null});
		assert.ok(!isAlive(pid));
		const next = await spawnShell(spawner, 'exit 5');
		assert.equal((await next.exited).code, 5);
	});
});
