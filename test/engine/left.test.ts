import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {CommandOutput} from '../../source/domain/command-output-keys.ts';
import {addLeft, watchLeft} from '../../source/engine/left.ts';
import {createObserver} from '../../source/engine/observe.ts';
import type {FoundFile, LeftFiles} from '../../source/engine/ports.ts';
import type {Measurement} from '../../source/journal/event.ts';
import {cell, experiment} from '../rig/story.ts';

type Entry = {readonly text: string; readonly changedAt: number; readonly stamp: string};

/** A disk in memory on which a path is a pattern. */
function createDisk() {
	const entries = new Map<string, Entry>();
	const list = (pattern: string): readonly FoundFile[] => {
		const entry = entries.get(pattern);
		if (!entry) return [];
		const {text, ...rest} = entry;
		return [{path: pattern, absolute: pattern, kind: 'file', bytes: text.length, ...rest}];
	};
	const files: LeftFiles = {
		list: async (_folder, pattern) => list(pattern),
		readText: async (path) => ({kind: 'text', text: entries.get(path)?.text ?? ''}),
		readColumns: async () => ({kind: 'problem', problem: 'not here'}),
	};
	const write = (path: string, text: string, changedAt: number) =>
		void entries.set(path, {text, changedAt, stamp: `${changedAt}`});
	return {files, write};
}

const CPU = experiment(cell({gpuId: null, numaNode: null}));

function watch(output: CommandOutput, {adoptedFrom}: {readonly adoptedFrom?: number} = {}) {
	const disk = createDisk();
	const measured: Measurement[] = [];
	const observer = createObserver('a', (measurement) => measured.push(measurement));
	const left = watchLeft(
		{output, cwd: '/work'},
		{
			experiment: CPU,
			leftFiles: disk.files,
			clock: {now: () => 1000},
			...(adoptedFrom === undefined ? {} : {adoption: {startedAt: adoptedFrom}}),
		},
		observer,
	);
	assert.ok(left);
	const collect = async (hasExited = true) => {
		const collected = await left.collect(hasExited);
		return {...collected, observation: addLeft(observer.finish(2000), collected)};
	};
	return {...disk, left, collect, measured};
}

suite('what a command leaves', () => {
	test('is nothing where the suite does not say what it is', () => {
		const observer = createObserver('a', () => {});
		assert.equal(watchLeft({cwd: '/'}, {experiment: CPU, clock: {now: () => 0}}, observer), null);
	});

	test('are numbers of lines and files together, and latencies that the run shows', async () => {
		const {write, left, collect, measured} = watch({
			metrics: {loss: 'loss=(\\S+)', accuracy: {json: 'out.json', at: '/accuracy'}},
			samples: {csv: 'out.csv', column: 's', unit: 's'},
		});
		await left.look();
		left.onLine('loss=0.5');
		write('out.json', '{"accuracy": 0.9}', 1500);
		write('out.csv', 's\n0.001\n0.002\n', 1500);
		const {observation} = await collect();

		assert.deepEqual(observation.result?.metrics, {loss: 0.5, accuracy: 0.9});
		assert.deepEqual(observation.latencyMs, [1, 2]);
		assert.deepEqual(measured, [{type: 'samples', id: 'a', latencyMs: [1, 2]}]);
	});

	test('are not the files that were there before, until they are written again', async () => {
		const rules: CommandOutput = {metrics: {loss: {json: 'out.json', at: 'loss', required: true}}, files: ['out.json']};
		const old = watch(rules);
		old.write('out.json', '{"loss": 1}', 500);
		await old.left.look();
		const {verdict, metrics} = await old.collect();
		assert.deepEqual(metrics, {});
		assert.deepEqual(verdict.missing, [
			'out.json was there before, and this attempt did not write it',
			'loss: out.json was there before, and this attempt did not write it',
		]);

		const again = watch(rules);
		again.write('out.json', '{"loss": 1}', 500);
		await again.left.look();
		again.write('out.json', '{"loss": 2}', 1500);
		assert.deepEqual((await again.collect()).metrics, {loss: 2});
	});

	test('are, for a runner that took it over, files that changed after its start', async () => {
		const rules: CommandOutput = {
			metrics: {old: {json: 'old.json', at: '/n'}, fresh: {json: 'fresh.json', at: '/n'}},
		};
		const {write, collect} = watch(rules, {adoptedFrom: 100_000});
		write('old.json', '{"n": 1}', 50_000);
		write('fresh.json', '{"n": 2}', 150_000);

		assert.deepEqual((await collect()).metrics, {fresh: 2});
	});

	test('are no files of a program that was ended by somebody', async () => {
		const {write, left, collect} = watch({metrics: {n: {json: 'out.json', at: '/n', required: true}}});
		await left.look();
		write('out.json', '{"n": 1}', 1500);
		const {metrics, verdict} = await collect(false);

		assert.deepEqual([metrics, verdict.missing], [{}, []]);
	});

	test('is doubted where a number is missing that it does not owe, and missing where it owes one that is NaN', async () => {
		const {left, collect} = watch({
			metrics: {a: 'a=(\\S+)', b: {pattern: 'b=(\\S+)', required: true}, c: {pattern: 'c=(\\S+)', required: true}},
		});
		left.onLine('b=nan');
		const {verdict} = await collect();

		assert.deepEqual(verdict.missing, ['b is nan', 'c: no line has it']);
		assert.ok(verdict.doubts.includes('a: no line has it'));
	});

	test('says on what it computed, and that this is not what was planned', async () => {
		const {left, collect} = watch({computed_on: {cuda: '^GPU: (.+)$'}});
		left.onLine('GPU: H200');
		const {observation} = await collect();

		assert.deepEqual(observation.ready, {event: 'ready', device: 'cuda', device_name: 'H200', versions: {}});
		assert.deepEqual(observation.degraded, ['device: planned cpu, the program says that it computed on cuda']);
	});

	test('is compared with others by its throughput on the device that it was given, where it says none', async () => {
		const {left, collect} = watch({metrics: {throughput_samples_per_s: 'rate=(\\S+)'}});
		left.onLine('rate=10');

		assert.equal((await collect()).observation.ready?.device, 'cpu');
	});

	test('adds to what a program says that knows warpdeck, and never takes its place', async () => {
		const {left, collect} = watch({metrics: {n: 'n=(\\S+)', m: 'm=(\\S+)'}});
		left.onLine('n=1 m=2');
		const collected = await collect();
		const {result} = addLeft({...collected.observation, result: {metrics: {n: 5}, effective: {a: 1}}}, collected);

		assert.deepEqual(result, {metrics: {n: 5, m: 2}, effective: {a: 1}});
	});
});
