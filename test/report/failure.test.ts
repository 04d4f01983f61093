import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import {classifyFailure, type Ending} from '../../source/report/failure.ts';

const message = (name: string) => readFileSync(new URL(`../../fixtures/messages/${name}.txt`, import.meta.url), 'utf8');

const ARGV = [
	...['numactl', '--cpunodebind=2', '--membind=2', '/usr/bin/python3', 'vit_pipeline.py'],
	...['--num-samples', '1000', '--batch-size', '10', '--memory-size-mb', '512'],
];

const classify = (changes: Partial<Ending>) =>
	classifyFailure({
		outcome: {kind: 'exited', code: 1},
		stdoutTail: '',
		stderrTail: '',
		said: null,
		timeoutMs: 600_000,
		argv: ARGV,
		...changes,
	});

suite('a failure by its recorded text', () => {
	const cases = [
		[
			'cuda-oom',
			'cuda-out-of-memory',
			/200\.00 GiB wanted, 139\.29 GiB of 139\.80 GiB free/,
			/batch_size=5\b.*memory_size_mb/,
		],
		['missing-module', 'missing-module', /vit_pytorch/, /\/usr\/bin\/python3 -m pip install vit_pytorch/],
		['numactl-no-node', 'binding-refused', /--membind=2 .*node argument 2 is out of range/, /numactl --show/],
		['numactl-set-mempolicy', 'binding-refused', /set_mempolicy: Operation not permitted/, /binding=cpu/],
		['numactl-sched-setaffinity', 'binding-refused', /sched_setaffinity: Invalid argument/, /numa_nodes=/],
		['numactl-program-missing', 'not-spawned', /no-such-program: No such file/, /command -v no-such-program/],
		['python-memory-error', 'host-out-of-memory', /NUMA node 2 ran out: MemoryError/, /memory_size_mb=256/],
		['torch-host-memory', 'host-out-of-memory', /can't allocate memory/, /max_workers=1/],
		['torch-without-cuda', 'no-device', /Torch not compiled with CUDA/, /experiment\.hardware\.device=cpu/],
	] as const;

	for (const [name, kind, says, advises] of cases) {
		test(`${name} is ${kind}, with what to type next`, () => {
			const failure = classify({stderrTail: message(name)});

			assert.equal(failure?.kind, kind);
			assert.match(failure?.message ?? '', says);
			assert.match(failure?.advice ?? '', advises);
		});
	}
});

suite('a failure by its outcome', () => {
	test('a time limit is a timeout even when the output names another error, because the first cause wins', () => {
		const failure = classify({outcome: {kind: 'timed-out', limitMs: 600_000}, stderrTail: message('cuda-oom')});

		assert.equal(failure?.kind, 'timeout');
		assert.match(failure?.advice ?? '', /experiment\.test\.timeout_s=1200.*num_samples=500/);
	});

	test('SIGKILL is a signal that anybody may have sent, and the reader is told where the kernel would say it did', () => {
		const failure = classify({outcome: {kind: 'signalled', signal: 'SIGKILL'}});

		assert.equal(failure?.kind, 'signal');
		assert.match(failure?.message ?? '', /ended by SIGKILL, .*somebody did, or the kernel's out-of-memory killer$/);
		assert.match(failure?.advice ?? '', /dmesg .*journalctl -k.*free -h/);
	});

	for (const text of ['slurmstepd: error: Detected 1 oom_kill event', 'Killed', 'worker 3: Out of memory.']) {
		test(`SIGKILL of a program that says "${text}" is probably host memory`, () => {
			const failure = classify({outcome: {kind: 'signalled', signal: 'SIGKILL'}, stdoutTail: `one\n${text}\n`});

			assert.equal(failure?.kind, 'host-out-of-memory');
			assert.match(failure?.message ?? '', /^memory of NUMA node 2 probably ran out: /);
			assert.ok(failure?.message.endsWith(text));
		});
	}

	test('SIGKILL after a MemoryError is host memory for certain', () => {
		const failure = classify({outcome: {kind: 'signalled', signal: 'SIGKILL'}, stderrTail: 'MemoryError\n'});

		assert.equal(failure?.message, 'memory of NUMA node 2 ran out: MemoryError');
	});

	test('exit 137, a SIGKILL seen through a shell, is probably memory only within the memory of one node', () => {
		const outcome = {kind: 'exited', code: 137} as const;

		assert.match(classify({outcome})?.message ?? '', /NUMA node 2 probably ran out: exited with code 137/);
		assert.equal(classify({outcome, argv: ['sh', 'work.sh']})?.kind, 'signal');
	});

	test('SIGSEGV is a signal that sends the reader to the driver log', () => {
		const failure = classify({outcome: {kind: 'signalled', signal: 'SIGSEGV'}});

		assert.equal(failure?.kind, 'signal');
		assert.match(failure?.advice ?? '', /dmesg/);
	});

	test('an unknown error keeps its exit code and its last line', () => {
		const failure = classify({outcome: {kind: 'exited', code: 3}, stderrTail: 'Traceback\nValueError: no good\n\n'});

		assert.equal(failure?.kind, 'exit');
		assert.equal(failure?.message, 'exited with code 3: ValueError: no good');
	});

	test('a stop, a loss and a program that is not there are named as such', () => {
		assert.equal(classify({outcome: {kind: 'stopped', by: 'user'}})?.kind, 'stopped');
		assert.equal(classify({outcome: {kind: 'abandoned', message: 'the driver hangs'}})?.kind, 'lost');
		assert.equal(classify({outcome: {kind: 'not-spawned', message: 'ENOENT'}})?.kind, 'not-spawned');
	});

	test('exit 0 is no failure, whatever warnings it printed', () => {
		assert.equal(classify({outcome: {kind: 'exited', code: 0}, stderrTail: message('cuda-oom')}), null);
	});

	test('exit 0 without the result that a bundled workload owes is a failure', () => {
		const outcome = {kind: 'exited', code: 0} as const;

		assert.equal(classify({outcome, expectsResult: true, hasResult: false})?.kind, 'no-result');
		assert.equal(classify({outcome, expectsResult: true, hasResult: true}), null);
	});
});

suite('a failure by what the workload said', () => {
	const said = (kind: string) => classify({said: {kind, message: 'the message'}});

	test('takes the kind that it names', () => {
		const kinds = ['cuda_oom', 'host_oom', 'config', 'no_torch', 'no_cuda', 'compile', 'other'].map(
			(kind) => said(kind)?.kind,
		);

		assert.deepEqual(kinds, [
			...['cuda-out-of-memory', 'host-out-of-memory', 'configuration'],
			...['missing-module', 'no-device', 'exit', 'exit'],
		]);
	});

	test('is a failure even when it exits with 0', () => {
		assert.equal(classify({outcome: {kind: 'exited', code: 0}, said: {kind: 'other', message: 'no'}})?.kind, 'exit');
	});

	test('outweighs a warning of libnuma, which cannot be the cause once the workload runs', () => {
		const stderrTail = 'set_mempolicy: Operation not permitted\nValueError: no';

		assert.equal(classify({stderrTail, stdoutTail: '::warpdeck {"event":"phase"}'})?.kind, 'exit');
	});
});

suite('a failure as the reader sees it', () => {
	test('is one line without escape sequences, however the program coloured it', () => {
		const failure = classify({stderrTail: '\u001b[31mRuntimeError:\u001b[0m\ta\u0007b'});

		assert.equal(failure?.message, 'exited with code 1: RuntimeError: a b');
	});

	test('asks for half of the batch that ran, and for a smaller image when it was one', () => {
		const withBatch = (size: string) =>
			classify({said: {kind: 'cuda_oom', message: ''}, argv: ['p', '--batch-size', size]});

		assert.match(withBatch('64')?.advice ?? '', /batch_size=32\b/);
		assert.match(withBatch('1')?.advice ?? '', /tensor_shape/);
	});
});
