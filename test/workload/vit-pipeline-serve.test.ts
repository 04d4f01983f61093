import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {suite, test} from 'node:test';
import {parseWorkloadLine, type WorkloadLine} from '../../source/domain/workload-protocol.ts';
import {python, skipWithoutTorch, vitPipelinePath} from './run-workloads.ts';

const SMALL = {
	depth: 2,
	heads: 4,
	dim: 128,
	mlp_dim: 512,
	tensor_shape: [3, 32, 32],
	num_samples: 8,
	batch_size: 4,
	warmup_samples: 4,
	memory_size_mb: 8,
	min_window_s: 0,
	measure_floors: false,
};

const readLines = (stdout: string): readonly WorkloadLine[] =>
	stdout.split('\n').flatMap((line) => {
		const parsed = parseWorkloadLine(line);
		if (parsed.kind === 'malformed') throw new Error(`${parsed.problem}: ${line}`);
		return parsed.kind === 'said' ? [parsed.line] : [];
	});

function serve(requests: readonly unknown[]) {
	const input = requests.map((one) => `${typeof one === 'string' ? one : JSON.stringify(one)}\n`).join('');
	const {status, stdout, stderr} = spawnSync(python, [vitPipelinePath, '--serve', '--device', 'cpu'], {
		input,
		encoding: 'utf8',
	});
	const said = readLines(stdout);
	return {status, stderr, said, of: (id: string | undefined) => said.filter((line) => line.run_id === id)};
}

suite('vit_pipeline.py --serve', {skip: skipWithoutTorch}, () => {
	const answers = skipWithoutTorch
		? null
		: serve([
				{run_id: 'first', ...SMALL},
				{run_id: 'refused', ...SMALL, heads: 3},
				'no request',
				{run_id: 'unknown', ...SMALL, dep: 3},
				{run_id: 'greedy', ...SMALL, memory_size_mb: 90_000_000},
				{run_id: 'last', ...SMALL, depth: 0, pipeline_mode: 'sync', preprocessing_mode: 'gpu'},
			]);
	const dones = answers?.said.filter((line) => line.event === 'done');

	test('runs every request in one process and finishes each with its name', () => {
		assert.equal(answers?.status, 0, answers?.stderr);
		assert.deepEqual(
			dones?.map(({run_id, ok}) => [run_id, ok]),
			[
				['first', true],
				['refused', false],
				['unknown', false],
				['greedy', false],
				['last', true],
			],
		);
	});

	test('puts the name of the request on each of its lines', () => {
		const events = answers?.of('first').map(({event}) => event);
		assert.deepEqual([...new Set(events)], ['phase', 'ready', 'placement', 'progress', 'samples', 'result', 'done']);
		assert.deepEqual(
			answers?.of(undefined).map(({event}) => event),
			['ready', 'error'],
		);
	});

	test('says what was wrong with a request, and goes on', () => {
		const problems = ['refused', 'unknown', 'greedy'].map((id) =>
			answers?.of(id).find((line) => line.event === 'error'),
		);
		assert.deepEqual(
			problems.map((problem) => problem?.kind),
			['config', 'config', 'host_oom'],
		);
		assert.match(problems[1]?.message ?? '', /knows no dep; --describe/);
	});

	test('takes settings as a command line does, and reads them back', () => {
		const result = answers?.of('last').find((line) => line.event === 'result');
		const {depth, pipeline_mode, preprocessing_mode, measure_floors} = result?.effective ?? {};
		assert.deepEqual([depth, pipeline_mode, preprocessing_mode, measure_floors], [0, 'sync', 'gpu', false]);
	});

	test('is back at its memory after each request', () => {
		assert.ok(dones?.every(({leak, broken}) => leak === null && !broken));
	});

	test('answers while its input stays open, and ends by itself when that closes', async () => {
		const worker = spawn(python, [vitPipelinePath, '--serve', '--device', 'cpu'], {stdio: ['pipe', 'pipe', 'ignore']});
		const exited = once(worker, 'exit');
		worker.stdin.write(`${JSON.stringify({run_id: 'only', ...SMALL})}\n`);
		for await (const line of createInterface({input: worker.stdout})) if (line.includes('"done"')) break;
		worker.stdin.end();
		worker.stdout.resume();
		assert.deepEqual(await exited, [0, null]);
	});
});

suite('the pool of a worker', {skip: skipWithoutTorch}, () => {
	const once = {run_id: 'once', ...SMALL};
	const checksums = (requests: readonly unknown[]) =>
		serve(requests).said.flatMap((line) => (line.event === 'result' ? [line.metrics.output_checksum] : []));

	test('holds the declared input again, whatever the request before wrote into it', () => {
		const [first, again, other, back] = checksums([
			once,
			once,
			{...once, fill_pattern: 'sequential', memory_size_mb: 9},
			once,
		]);

		assert.deepEqual([again, back], [first, first]);
		assert.notEqual(other, first);
	});

	test('holds what a request of another pattern declares, and zeros as a new one does', () => {
		const [, , zeros] = checksums([once, {...once, seed: 7}, {...once, fill_pattern: 'zeros'}]);

		assert.deepEqual([zeros], checksums([{...once, fill_pattern: 'zeros'}]));
	});
});

const LARGE = `
import sys
sys.path.insert(0, sys.argv[1])
import _workload, vit_pipeline

_workload.KEPT_MIB = 8
look = _workload.Server.look
def tell(server):
    if hasattr(server, "start"):
        kept = _workload.KeptPool.memory
        print("kept", 0 if kept is None else _workload.bytes_of(kept) >> 20)
    return look(server)
_workload.Server.look = tell
vit_pipeline.main(["--serve", "--device", "cpu"])
`;

test('a worker keeps no pool that is large, and not the small one before it either', {skip: skipWithoutTorch}, () => {
	const folder = vitPipelinePath.replace(/\/[^/]*$/, '');
	const sizes = [8, 9, 8];
	const input = sizes.map((memory_size_mb, index) => JSON.stringify({run_id: `r${index}`, ...SMALL, memory_size_mb}));

	const {stdout, stderr} = spawnSync(python, ['-c', LARGE, folder], {input: `${input.join('\n')}\n`, encoding: 'utf8'});

	assert.deepEqual(stdout.match(/^kept \d+$/gm), ['kept 8', 'kept 0', 'kept 8'], stderr);
});

const BROKEN = `
import json, sys
sys.path.insert(0, sys.argv[1])
import torch, _workload, vit_pipeline

class Broken(_workload.Server):
    def clean_up(self):
        return "CUDA error: an illegal memory access was encountered" if hasattr(self, "start") else None

class Leaky(_workload.Server):
    def look(self):
        return _workload.Held(0, 0, 0) if not hasattr(self, "start") else _workload.Held(0, 2 << 20, 1 << 20)

for kind in (Broken, Leaky):
    _workload.Server = kind
    print("exit", vit_pipeline.main(["--serve", "--device", "cpu"]))
    sys.stdin = iter(['{"run_id":"second"}'] * 2)
`;

test('a worker whose CUDA is broken says so and ends; one that keeps memory says how much', {
	skip: skipWithoutTorch,
}, () => {
	const folder = vitPipelinePath.replace(/\/[^/]*$/, '');
	const request = JSON.stringify({run_id: 'one', ...SMALL});
	const program = BROKEN.replace(`{"run_id":"second"}`, JSON.stringify({run_id: 'second', ...SMALL}));
	const {stdout, stderr} = spawnSync(python, ['-c', program, folder], {
		input: `${request}\n${request}\n`,
		encoding: 'utf8',
	});
	const dones = readLines(stdout).filter((line) => line.event === 'done');
	assert.deepEqual(
		dones.map(({broken, leak}) => [broken, leak]),
		[
			[true, null],
			[false, 'kept after the request: 2.0 MiB reserved, 1.0 MiB pinned'],
			[false, 'kept after the request: 2.0 MiB reserved, 1.0 MiB pinned'],
		],
		stderr,
	);
	assert.deepEqual(stdout.match(/^exit \d$/gm), ['exit 1', 'exit 0']);
});
