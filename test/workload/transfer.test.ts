import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {parseWorkloadLine, type WorkloadLine} from '../../source/domain/workload-protocol.ts';
import {checkConsistency} from '../../source/report/consistency.ts';
import {python, skipWithoutTorch} from './run-workloads.ts';

const path = fileURLToPath(new URL('../../suites/workloads/transfer.py', import.meta.url));
const SMALL = {size_kib: 64, num_samples: 10, warmup_samples: 4, memory_size_mb: 4, min_window_s: 0.05};

/** Every request in one process, because importing PyTorch takes longer than they do. */
function serve(requests: readonly {readonly run_id: string}[]): readonly WorkloadLine[] {
	const input = requests.map((request) => `${JSON.stringify(request)}\n`).join('');
	const {stdout} = spawnSync(python, [path, '--serve', '--device', 'cpu'], {input, encoding: 'utf8'});
	return stdout.split('\n').flatMap((text) => {
		const parsed = parseWorkloadLine(text);
		assert.ok(parsed.kind === 'said' || parsed.kind === 'other', text);
		return parsed.kind === 'said' ? [parsed.line] : [];
	});
}

suite('transfer.py without a GPU', {skip: skipWithoutTorch}, () => {
	const said = skipWithoutTorch
		? []
		: serve([
				{run_id: 'h2d', ...SMALL},
				{run_id: 'both', ...SMALL, direction: 'both', memory: 'pageable'} as {run_id: string},
				{run_id: 'odd', ...SMALL, direction: 'both', num_samples: 9} as {run_id: string},
				{run_id: 'large', ...SMALL, size_kib: 8192} as {run_id: string},
			]);
	const of = (id: string) => said.filter((line) => line.run_id === id);
	const resultOf = (id: string) => of(id).find((line) => line.event === 'result');
	const errorOf = (id: string) => of(id).find((line) => line.event === 'error');

	test('says what it does in the words of the protocol, and that it is a CPU', () => {
		const events = [...new Set(of('h2d').map(({event}) => event))];
		const ready = of('h2d').find((line) => line.event === 'ready');

		assert.deepEqual(events, ['phase', 'ready', 'placement', 'progress', 'samples', 'result', 'done']);
		assert.equal(ready?.device, 'cpu');
	});

	for (const [id, declared] of [
		['h2d', {...SMALL, memory: 'pinned', direction: 'h2d'}],
		['both', {...SMALL, memory: 'pageable', direction: 'both'}],
	] as const) {
		test(`confirms every setting of ${id}, and its figures agree`, () => {
			const result = resultOf(id);
			assert.ok(result);

			const reasons = checkConsistency({
				...result,
				declaredParams: declared,
				isBundled: true,
				startedAt: 0,
				endedAt: 60_000,
			});

			assert.deepEqual(reasons, []);
		});
	}

	test('counts a sample for each copy, and bytes for each direction', () => {
		const {samples, h2d_bytes, d2h_bytes, throughput_samples_per_s, throughput_bytes_per_s, throughput_gib_per_s} =
			resultOf('both')?.metrics ?? {};

		assert.equal(Number(h2d_bytes) + Number(d2h_bytes), Number(samples) * 65536);
		assert.equal(h2d_bytes, d2h_bytes);
		assert.ok(Math.abs(Number(throughput_bytes_per_s) / Number(throughput_samples_per_s) - 65536) < 1e-3);
		assert.ok(Math.abs(Number(throughput_bytes_per_s) / Number(throughput_gib_per_s) - 2 ** 30) < 1);
	});

	test('has a latency for each of the declared copies, by the clock of the host', () => {
		const latencies = of('both').flatMap((line) => (line.event === 'samples' ? line.latency_ms : []));

		assert.equal(latencies.length, 10);
		assert.equal(resultOf('both')?.metrics.latency_clock, 'wall');
	});

	test('refuses what it could only do by halves, with what to type instead', () => {
		assert.match(errorOf('odd')?.message ?? '', /--num-samples is 9.*give an even number/);
		assert.match(errorOf('large')?.message ?? '', /does not hold 1 x 8192 KiB; try --memory-size-mb 8/);
	});

	test('gives back what it took after each request', () => {
		const dones = said.flatMap((line) => (line.event === 'done' ? [[line.run_id, line.ok, line.leak]] : []));

		assert.deepEqual(dones, [
			['h2d', true, null],
			['both', true, null],
			['odd', false, null],
			['large', false, null],
		]);
	});
});
