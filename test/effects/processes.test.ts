import assert from 'node:assert/strict';
import {readFileSync, readlinkSync, statSync} from 'node:fs';
import {suite, test} from 'node:test';
import {isAlive, launchHere} from '../rig/launching.ts';
import {until} from '../rig/until.ts';

suite('a launched program', () => {
	for (const code of [0, 1, 124, 127, 255]) {
		test(`that exits ${code} is reported as exited ${code}, whatever other tools mean by that number`, async (context) => {
			const {finished} = await launchHere(context, ['sh', '-c', `exit ${code}`]);

			assert.deepEqual((await finished).end, {kind: 'exited', code});
		});
	}

	for (const signal of ['SIGKILL', 'SIGSEGV', 'SIGTERM', 'SIGABRT']) {
		test(`that dies of ${signal} is reported as signalled ${signal}`, async (context) => {
			const {finished} = await launchHere(context, ['sh', '-c', `kill -${signal.slice(3)} $$`]);

			const report = await finished;

			assert.deepEqual(report.end, {kind: 'signalled', signal});
			assert.equal(report.stderrTail, '', 'the shell adds no remark of its own');
		});
	}

	test('gets its arguments as they are, so that nothing in them is run', async (context) => {
		const tricky = ['', 'a b', '$(touch evil)', '`touch evil`', "';touch evil;'", '*', '-n', 'é\nü'];
		const argv = ['python3', '-c', 'import sys, json; print(json.dumps(sys.argv[1:]))', ...tricky];

		const {finished, lines} = await launchHere(context, argv);
		await finished;

		assert.deepEqual(JSON.parse(lines[0] ?? ''), tricky);
	});

	test('is the program of that name, not the builtin of the shell that wraps it', async (context) => {
		const {finished} = await launchHere(context, ['echo', '--version']);

		assert.match((await finished).stdoutTail, /coreutils|busybox/i);
	});

	test('has the tag, the variables asked for and those of warpdeck, and none that the wrapper uses', async (context) => {
		const {finished, lines, tag} = await launchHere(context, ['env'], {env: {EXTRA: 'a=b c'}});
		await finished;

		assert.ok(lines.includes(`WARPDECK_TAG=${tag}`));
		assert.ok(lines.includes('EXTRA=a=b c'));
		assert.ok(lines.includes(`PATH=${process.env.PATH}`));
		assert.deepEqual(
			lines.filter((line) => /^warpdeck_/.test(line)),
			[],
		);
	});

	test('reads the end of its input at once, so that a question on stdin cannot hang a night', async (context) => {
		const {finished, lines} = await launchHere(context, ['sh', '-c', 'cat; echo "cat ended: $?"']);
		await finished;

		assert.deepEqual(lines, ['cat ended: 0']);
	});

	test('writes to private append-only files, because a pipe would end it with its runner', async (context) => {
		const script = 'for fd in 0 1 2; do readlink /proc/$$/fd/$fd; grep flags /proc/$$/fdinfo/$fd; done; ls /proc/$$/fd';
		const {finished, lines, files} = await launchHere(context, ['sh', '-c', script]);
		await finished;

		const [stdin, , stdout, stdoutFlags, stderr, stderrFlags, ...descriptors] = lines;
		assert.deepEqual([stdin, stdout, stderr], ['/dev/null', files.stdout, files.stderr]);
		for (const flags of [stdoutFlags, stderrFlags])
			assert.ok(Number.parseInt(flags?.split(/\s+/)[1] ?? '', 8) & 0o2000);
		assert.ok(!descriptors.includes('3'), 'the wrapper passes no descriptor of its own on');
		for (const file of [files.stdout, files.stderr, files.exitStatus]) assert.equal(statSync(file).mode & 0o777, 0o600);
	});

	test('keeps the default signals, so that a polite stop reaches it', async (context) => {
		const {finished, lines} = await launchHere(context, ['grep', '^SigIgn', '/proc/self/status']);
		await finished;

		assert.equal(BigInt(`0x${lines[0]?.split(/\s+/)[1]}`), 0n);
	});

	test('is identified by pid, start ticks, boot and pid namespace, and leads a group of its own', async (context) => {
		const {identity, stop, finished} = await launchHere(context, ['sleep', '300']);
		const fields = readFileSync(`/proc/${identity.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];

		assert.equal(identity.startTicks, Number(fields[19]));
		assert.equal(identity.bootId, readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
		assert.equal(identity.pidNamespace, readlinkSync('/proc/self/ns/pid'));
		assert.equal(Number(fields[2]), identity.pid);
		stop(0);
		await finished;
		assert.ok(!isAlive(identity.pid));
	});

	test('outlives signals to its group only as far as it handles them, while its status is kept', async (context) => {
		const script = 'trap "exit 7" TERM; echo ready; while :; do sleep 0.02; done';
		const {identity, finished, lines} = await launchHere(context, ['sh', '-c', script]);
		await until(() => lines.includes('ready'), 'the trap is set');
		for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.kill(identity.pid, signal);
		process.kill(-identity.pid, 'SIGTERM');

		assert.deepEqual((await finished).end, {kind: 'exited', code: 7});
	});

	test('shows the largest memory of its tree, without that of the wrapper', async (context) => {
		const script = 'import time; block = bytearray(64 << 20); del block; time.sleep(0.9)';
		const {finished} = await launchHere(context, ['python3', '-c', script]);

		const {peakHostMemoryMiB} = await finished;

		assert.ok(peakHostMemoryMiB !== null && peakHostMemoryMiB > 64 && peakHostMemoryMiB < 200, `${peakHostMemoryMiB}`);
	});
});
